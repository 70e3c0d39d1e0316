package oks.http.answer;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Answers compressed for clients that ask for it. */
public final class Gzip {
    /** Shorter answers hardly gain. */
    private static final int WORTH_IT = 1024;

    private Gzip() {}

    /** Whether the client wants gzip and the answer gains by it. */
    public static boolean isWanted(HttpServerRequest request, Answer answer) {
        String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        return accepted != null && answer.body().length() >= WORTH_IT && accepts(accepted);
    }

    /** RFC 9110, section 12.5.3: "gzip" in the list, and not with the weight 0. */
    private static boolean accepts(String accepted) {
        for (String one : accepted.toLowerCase(Locale.ROOT).split(",")) {
            String coding = one.replace(" ", "");
            if (coding.equals("gzip") || coding.startsWith("gzip;")) {
                return !coding.matches("gzip;q=0(\\.0*)?");
            }
        }
        return false;
    }

    /** The answer compressed. */
    public static Answer of(Answer answer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(answer.body().length() / 2);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(answer.body().getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer(answer.status(), answer.contentType(), Buffer.buffer(bytes.toByteArray()), answer.headers())
                .with(HttpHeaders.CONTENT_ENCODING, "gzip")
                .varying("Accept-Encoding");
    }
}
