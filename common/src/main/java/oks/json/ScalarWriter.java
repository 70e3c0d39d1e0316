package oks.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;

/** Writes a {@link Scalar}. */
final class ScalarWriter<T> extends JsonSerializer<T> {
    private final Scalar<T> scalar;

    ScalarWriter(Scalar<T> scalar) {
        this.scalar = scalar;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
        Object simple = scalar.writing().apply(value);
        if (simple instanceof Long number) {
            out.writeNumber(number);
        } else if (simple instanceof Double number) {
            out.writeNumber(number);
        } else if (simple instanceof Boolean truth) {
            out.writeBoolean(truth);
        } else {
            out.writeString((String) simple);
        }
    }
}
