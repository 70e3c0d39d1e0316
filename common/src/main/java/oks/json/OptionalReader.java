package oks.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.type.TypeFactory;
import java.io.IOException;
import java.util.Optional;

/** Reads what may be null or missing; what is left out when it is written may be missing only. */
final class OptionalReader extends JsonDeserializer<Optional<?>> implements ContextualDeserializer {
    private final Optional<JsonDeserializer<?>> content;
    private final boolean leftOut;

    OptionalReader() {
        this(Optional.empty(), false);
    }

    private OptionalReader(Optional<JsonDeserializer<?>> content, boolean leftOut) {
        this.content = content;
        this.leftOut = leftOut;
    }

    @Override
    public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty member)
            throws JsonMappingException {
        JavaType type = Optional.ofNullable(context.getContextualType().containedType(0))
                .orElseGet(TypeFactory::unknownType);
        boolean leftOut = member != null && member.getAnnotation(JsonInclude.class) != null;
        return new OptionalReader(Optional.of(context.findContextualValueDeserializer(type, member)), leftOut);
    }

    @Override
    public Optional<?> deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        return Optional.of(content.orElseThrow().deserialize(parser, context));
    }

    @Override
    public Optional<?> getNullValue(DeserializationContext context) throws JsonMappingException {
        if (leftOut) {
            throw new UnexpectedValue(context.getParser(), expected(content.orElseThrow()));
        }
        return Optional.empty();
    }

    private static String expected(JsonDeserializer<?> content) {
        return content instanceof ScalarReader<?> simple
                ? simple.expected()
                : UnexpectedValue.structure(content.handledType());
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) {
        return Optional.empty();
    }
}
