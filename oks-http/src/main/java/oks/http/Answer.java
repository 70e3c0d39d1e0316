package oks.http;

import io.vertx.core.buffer.Buffer;
import java.util.HashMap;
import java.util.Map;

/**
 * What is sent back.
 *
 * @param headers besides Content-Type, Content-Length and those that every answer has
 */
record Answer(int status, String contentType, Buffer body, Map<String, String> headers) {
    static final String TEXT = "text/plain; charset=utf-8";
    static final String JSON = "application/json";
    static final String KEYS = "application/pgp-keys";
    static final String HTML = "text/html; charset=utf-8";

    // No script, nothing from elsewhere, no frame: user IDs on the pages are hostile text.
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'";

    Answer {
        headers = Map.copyOf(headers);
    }

    static Answer of(String contentType, Buffer body) {
        return new Answer(200, contentType, body, Map.of());
    }

    static Answer text(int status, String text) {
        return new Answer(status, TEXT, Buffer.buffer(text), Map.of());
    }

    static Answer page(String html) {
        return new Answer(200, HTML, Buffer.buffer(html), Map.of("Content-Security-Policy", CONTENT_SECURITY_POLICY,
                "Referrer-Policy", "no-referrer"));
    }

    /** The same answer with one more header. */
    Answer with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Answer(status, contentType, body, more);
    }
}
