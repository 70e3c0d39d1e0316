package oks.http.answer;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The answer to a request.
 *
 * @param headers besides Content-Type, Content-Length and those that every answer has
 */
public record Answer(int status, String contentType, Buffer body, List<Header> headers) {
    public static final int NOT_MODIFIED = 304;
    public static final String TEXT = "text/plain; charset=utf-8";
    public static final String JSON = "application/json";
    public static final String KEYS = "application/pgp-keys";
    public static final String HTML = "text/html; charset=utf-8";

    // No script, nothing from elsewhere, no frame: user IDs on the pages are hostile text.
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
                    + "base-uri 'none'; frame-ancestors 'none'";

    /** A line of the answer's header; the names of {@link HttpHeaders} are found and written fastest. */
    public record Header(CharSequence name, CharSequence value) {}

    public Answer {
        headers = List.copyOf(headers);
    }

    public static Answer of(String contentType, Buffer body) {
        return new Answer(200, contentType, body, List.of());
    }

    /** An answer whose body is these bytes, not a copy of them. */
    public static Answer of(String contentType, byte[] body) {
        return of(contentType, BufferInternal.buffer(Unpooled.wrappedBuffer(body)));
    }

    public static Answer text(int status, String text) {
        return new Answer(status, TEXT, Buffer.buffer(text), List.of());
    }

    public static Answer page(String html) {
        return page(200, html);
    }

    public static Answer page(int status, String html) {
        return guarded(new Answer(status, HTML, Buffer.buffer(html), List.of()));
    }

    /** The same answer, forbidden to run or to load anything from elsewhere. */
    public static Answer guarded(Answer answer) {
        return answer.with("Content-Security-Policy", CONTENT_SECURITY_POLICY).with("Referrer-Policy", "no-referrer");
    }

    /** Whether the client says that it has this answer already: {@code If-None-Match} (RFC 9110, section 13.1.2). */
    public boolean isKnownTo(HttpServerRequest request) {
        String known = request.getHeader(HttpHeaders.IF_NONE_MATCH);
        boolean reads =
                request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
        if (known == null || status != 200 || !reads) {
            return false;
        }
        return headers.stream()
                .filter(header -> header.name() == HttpHeaders.ETAG)
                .anyMatch(tag -> known.strip().equals("*")
                        || Arrays.stream(known.split(","))
                                .anyMatch(one -> opaque(one).equals(opaque(tag.value()))));
    }

    /** The comparison is the weak one, and what proxies add that compress on the way does not count. */
    private static String opaque(CharSequence tag) {
        return tag.toString().strip().replaceFirst("^W/", "").replaceFirst("(?:-|--|;)(?:gzip|br|zstd)\"$", "\"");
    }

    /** 304 with the headers that tell which answer is meant. */
    public Answer notModified() {
        return new Answer(NOT_MODIFIED, contentType, Buffer.buffer(), headers);
    }

    /** The same answer, which depends on these headers of the request, too. */
    public Answer varying(String names) {
        List<Header> others = headers.stream()
                .filter(header -> header.name() != HttpHeaders.VARY)
                .toList();
        String all = headers.stream()
                        .filter(header -> header.name() == HttpHeaders.VARY)
                        .map(header -> header.value() + ", ")
                        .findFirst()
                        .orElse("")
                + names;
        return new Answer(status, contentType, body, others).with(HttpHeaders.VARY, all);
    }

    /** The same answer with one more header, which it does not have yet. */
    public Answer with(CharSequence header, CharSequence value) {
        List<Header> more = new ArrayList<>(headers.size() + 1);
        more.addAll(headers);
        more.add(new Header(header, value));
        return new Answer(status, contentType, body, more);
    }
}
