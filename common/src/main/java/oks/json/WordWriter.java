package oks.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;

/** Writes an enum's value as its word. */
@SuppressWarnings("rawtypes") // as Jackson registers it
final class WordWriter extends JsonSerializer<Enum> {
    @Override
    public void serialize(Enum value, JsonGenerator out, SerializerProvider provider) throws IOException {
        out.writeString(Words.of(value));
    }
}
