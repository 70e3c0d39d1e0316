package oks.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;

/** Finds the {@link ScalarReader} of an enum: its values are their names in lower case. */
@SuppressWarnings("rawtypes") // as Jackson registers it
final class WordReader extends JsonDeserializer<Enum> implements ContextualDeserializer {
    @Override
    public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty member) {
        Scalar<?> words = Words.scalar(context.getContextualType().getRawClass());
        return new ScalarReader<>(words).createContextual(context, member);
    }

    @Override
    public Enum deserialize(JsonParser parser, DeserializationContext context) throws JsonMappingException {
        throw new UnexpectedValue(parser, "a word"); // Jackson asks for the reader of one enum first
    }
}
