package oks.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.Optional;

/** Reads a {@link Scalar} by the annotations of the member that it is. */
final class ScalarReader<T> extends JsonDeserializer<T> implements ContextualDeserializer {
    private final Scalar<T> scalar;
    private final Optional<T> forNull;
    private final Optional<T> forMissing;

    ScalarReader(Scalar<T> scalar) {
        this(scalar, Optional.empty(), Optional.empty());
    }

    private ScalarReader(Scalar<T> scalar, Optional<T> forNull, Optional<T> forMissing) {
        this.scalar = scalar;
        this.forNull = forNull;
        this.forMissing = forMissing;
    }

    @Override
    public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty member) {
        if (member == null) {
            return this;
        }
        Scalar<T> here = scalar;
        if (member.getAnnotation(Bounds.class) != null) {
            here = here.within(member.getAnnotation(Bounds.class));
        }
        if (member.getAnnotation(Line.class) != null) {
            here = here.asLine(member.getAnnotation(Line.class));
        }
        if (member.getAnnotation(OrNull.class) != null) {
            Optional<T> empty = scalar.reading().apply(TextNode.valueOf(""));
            return new ScalarReader<>(here, empty, empty);
        }
        Optional<T> otherwise = Optional.ofNullable(member.getAnnotation(Otherwise.class))
                .flatMap(missing -> scalar.reading().apply(node(missing.value())));
        return new ScalarReader<>(here, Optional.empty(), otherwise);
    }

    private static JsonNode node(String value) {
        if (value.equals("true") || value.equals("false")) {
            return BooleanNode.valueOf(Boolean.parseBoolean(value));
        }
        return Character.isDigit(value.charAt(0)) ? LongNode.valueOf(Long.parseLong(value)) : TextNode.valueOf(value);
    }

    String expected() {
        return scalar.expected();
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        JsonNode node = context.readTree(parser);
        return scalar.reading().apply(node).orElseThrow(() -> new UnexpectedValue(parser, scalar.expected()));
    }

    @Override
    public T getNullValue(DeserializationContext context) throws JsonMappingException {
        return forNull.orElseThrow(() -> new UnexpectedValue(context.getParser(), scalar.expected()));
    }

    @Override
    public Object getAbsentValue(DeserializationContext context) throws JsonMappingException {
        return forMissing.orElseThrow(() -> new UnexpectedValue(context.getParser(), scalar.expected()));
    }
}
