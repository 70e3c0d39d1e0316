package oks.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;

/** Writes an empty text as null; see {@link OrNull}. */
final class EmptyAsNull extends JsonSerializer<String> {
    @Override
    public void serialize(String text, JsonGenerator out, SerializerProvider provider) throws IOException {
        if (text.isEmpty()) {
            out.writeNull();
        } else {
            out.writeString(text);
        }
    }
}
