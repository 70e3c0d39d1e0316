package oks.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import oks.service.ServiceAnswer.Uploaded;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest.Upload;

/** {@code POST /pks/add} and {@code /pks/v2/certs}: a form with {@code keytext}, or the certificates themselves. Only 200 is success (GnuPG, dirmngr). */
final class AddEndpoint implements Endpoint {
    /** Forms up to so many bytes are unescaped on the event loop: a few milliseconds at most. */
    private static final int UNESCAPED_HERE = 512 << 10;
    /** What is taken, for those who ask by OPTIONS. */
    static final String ACCEPTED = "application/pgp, application/pgp-keys, multipart/form-data";

    private static final String ORIGIN = "hkp";

    /** How the certificates are in the body. */
    private enum Coding { FORM, MULTIPART, RAW }

    private final Vertx vertx;
    private final ServiceHandler oksd;
    private final int maxBody;
    private final AtomicLong bodiesInMemory;
    private final Metrics metrics;
    private final Coding untyped;

    private AddEndpoint(Vertx vertx, ServiceHandler oksd, int maxBody, AtomicLong bodiesInMemory, Metrics metrics, Coding untyped) {
        this.untyped = untyped;
        this.metrics = metrics;
        this.vertx = vertx;
        this.oksd = oksd;
        this.maxBody = maxBody;
        this.bodiesInMemory = bodiesInMemory;
    }

    /** {@code /pks/add}: what has no type is a form, as old clients send it; browsers get a page. */
    static AddEndpoint legacy(Vertx vertx, ServiceHandler oksd, int maxBody, AtomicLong bodiesInMemory, Metrics metrics) {
        return new AddEndpoint(vertx, oksd, maxBody, bodiesInMemory, metrics, Coding.FORM);
    }

    /** {@code /pks/v2/certs}: a bundle, or a form that is not urlencoded (draft-ietf-openpgp-hkp, section 5.2). */
    static AddEndpoint v2(Vertx vertx, ServiceHandler oksd, int maxBody, AtomicLong bodiesInMemory, Metrics metrics) {
        return new AddEndpoint(vertx, oksd, maxBody, bodiesInMemory, metrics, Coding.RAW);
    }

    @Override public void handle(Exchange exchange) {
        Coding coding = switch (mediaType(exchange.request().getHeader("Content-Type"))) {
            case "" -> coded(untyped);
            case "application/x-www-form-urlencoded" -> coded(Coding.FORM);
            case "multipart/form-data" -> coded(Coding.MULTIPART);
            case "application/pgp-keys", "application/pgp" -> coded(Coding.RAW);
            default -> throw HttpFault.of(415, "send a form (application/x-www-form-urlencoded or multipart/form-data) with the"
                    + " field \"keytext\", or application/pgp-keys");
        };
        RequestBody.collect(exchange, maxBody, bodiesInMemory, body -> received(exchange, coding, body));
    }

    private Coding coded(Coding coding) {
        if (coding == Coding.FORM && untyped != Coding.FORM) {
            throw HttpFault.of(415, "send application/pgp, or multipart/form-data with the part \"keytext\"");
        }
        return coding;
    }

    private static String mediaType(String contentType) {
        return contentType == null ? "" : contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    }

    private void received(Exchange exchange, Coding coding, Buffer body) {
        String contentType = exchange.request().getHeader("Content-Type");
        if (coding != Coding.RAW && body.length() > UNESCAPED_HERE) {
            vertx.executeBlocking(() -> keytext(coding, contentType, body), false)
                    .onSuccess(keytext -> upload(exchange, keytext))
                    .onFailure(exchange::fail);
            return;
        }
        try {
            upload(exchange, keytext(coding, contentType, body));
        } catch (HttpFault fault) {
            exchange.fail(fault);
        }
    }

    private static byte[] keytext(Coding coding, String contentType, Buffer body) {
        return switch (coding) {
            case FORM -> KeytextForm.keytext(body);
            case MULTIPART -> MultipartForm.keytext(contentType, body);
            case RAW -> raw(body);
        };
    }

    private static byte[] raw(Buffer body) {
        if (body.length() == 0) {
            throw HttpFault.of(400, "the body is empty");
        }
        return body.getBytes();
    }

    private void upload(Exchange exchange, byte[] certificates) {
        oksd.handle(new Upload(ORIGIN, certificates), exchange.asking(answer -> {
            if (answer instanceof Uploaded uploaded) {
                metrics.uploaded(uploaded);
                exchange.answerWith(false, () -> new UploadReport(uploaded).answer(exchange.wantsHtml() ? Optional.of(exchange.pages()) : Optional.empty()));
            } else {
                exchange.fail(Failures.of(answer));
            }
        }));
    }
}
