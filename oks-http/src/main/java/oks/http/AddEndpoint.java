package oks.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import oks.service.ServiceAnswer.Uploaded;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest.Upload;

/** {@code POST /pks/add}: a form with {@code keytext}, or the certificates themselves. Only 200 is success (GnuPG, dirmngr). */
final class AddEndpoint implements Endpoint {
    /** Forms up to so many bytes are unescaped on the event loop: a few milliseconds at most. */
    private static final int UNESCAPED_HERE = 512 << 10;
    private static final String ORIGIN = "hkp";

    private final Vertx vertx;
    private final ServiceHandler oksd;
    private final int maxBody;
    private final AtomicLong bodiesInMemory;

    AddEndpoint(Vertx vertx, ServiceHandler oksd, int maxBody, AtomicLong bodiesInMemory) {
        this.vertx = vertx;
        this.oksd = oksd;
        this.maxBody = maxBody;
        this.bodiesInMemory = bodiesInMemory;
    }

    @Override public void handle(Exchange exchange) {
        boolean form = switch (mediaType(exchange.request().getHeader("Content-Type"))) {
            case "", "application/x-www-form-urlencoded" -> true;
            case "application/pgp-keys", "application/pgp" -> false;
            default -> throw HttpFault.of(415,
                    "send a form (application/x-www-form-urlencoded) with the field \"keytext\", or application/pgp-keys");
        };
        RequestBody.collect(exchange, maxBody, bodiesInMemory, body -> received(exchange, form, body));
    }

    private static String mediaType(String contentType) {
        return contentType == null ? "" : contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    }

    private void received(Exchange exchange, boolean form, Buffer body) {
        if (form && body.length() > UNESCAPED_HERE) {
            vertx.executeBlocking(() -> KeytextForm.keytext(body), false)
                    .onSuccess(keytext -> upload(exchange, keytext))
                    .onFailure(exchange::fail);
            return;
        }
        try {
            upload(exchange, form ? KeytextForm.keytext(body) : raw(body));
        } catch (HttpFault fault) {
            exchange.fail(fault);
        }
    }

    private static byte[] raw(Buffer body) {
        if (body.length() == 0) {
            throw HttpFault.of(400, "the body is empty");
        }
        return body.getBytes();
    }

    private void upload(Exchange exchange, byte[] certificates) {
        oksd.handle(new Upload(ORIGIN, certificates), answer -> {
            if (answer instanceof Uploaded uploaded) {
                exchange.answerWith(false, () -> new UploadReport(uploaded).answer(exchange.wantsHtml()));
            } else {
                exchange.fail(Failures.of(answer));
            }
        });
    }
}
