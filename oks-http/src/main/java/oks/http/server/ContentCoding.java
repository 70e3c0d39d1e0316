package oks.http.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import oks.http.answer.HttpFault;

/** Bodies that come compressed (RFC 9110, section 8.4): gzip only, and no larger than they may be without. */
public final class ContentCoding {
    /** The codings that are taken, for clients that ask or try others. */
    public static final String ACCEPTED = "gzip";

    private static final int STEP = 64 << 10;

    private ContentCoding() {}

    /**
     * Whether the body of a request is compressed.
     *
     * @throws HttpFault 415 when it is in another way than gzip
     */
    public static boolean isGzip(HttpServerRequest request) {
        String coding = String.join(",", request.headers().getAll("Content-Encoding"))
                .strip()
                .toLowerCase(Locale.ROOT);
        return switch (coding) {
            case "", "identity" -> false;
            case "gzip", "x-gzip" -> true;
            default -> throw HttpFault.coding(ACCEPTED, "the only Content-Encoding that is taken is gzip, once");
        };
    }

    /**
     * The body as it was.
     *
     * @param blocks where it is gathered
     * @throws HttpFault 400 when it is no gzip, 413 when it is larger than the limit, 503 when there is no room for it
     */
    public static byte[] inflated(byte[] body, int limit, BodyBlocks blocks) {
        byte[] step = new byte[STEP];
        long size = 0;
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
            for (int read = in.read(step); read >= 0; read = in.read(step)) {
                size += read;
                if (size > limit) {
                    throw HttpFault.of(413, "the body is larger than " + limit + " bytes when it is decompressed");
                }
                if (!blocks.add(Buffer.buffer(Arrays.copyOf(step, read)))) {
                    throw RequestBody.tooMany();
                }
            }
        } catch (IOException e) {
            throw HttpFault.of(400, "the body is not what its Content-Encoding says: gzip");
        }
        Optional<byte[]> whole = blocks.whole();
        return whole.orElseThrow(RequestBody::tooMany);
    }
}
