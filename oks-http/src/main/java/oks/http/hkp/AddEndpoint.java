package oks.http.hkp;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import oks.http.answer.HttpFault;
import oks.http.server.BodyBlocks;
import oks.http.server.ContentCoding;
import oks.http.server.Endpoint;
import oks.http.server.Exchange;
import oks.http.server.Failures;
import oks.http.server.Metrics;
import oks.http.server.RequestBody;
import oks.service.ByteBudget;
import oks.service.ServiceAnswer.Uploaded;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest.Upload;

/**
 * {@code POST /pks/add} and {@code /pks/v2/certs}: a form with {@code keytext}, or the certificates themselves. Only
 * 200 is success (GnuPG, dirmngr).
 */
public final class AddEndpoint implements Endpoint {
    /** Forms up to this many bytes are unescaped on the event loop: a few milliseconds at most. */
    private static final int UNESCAPED_HERE = 512 << 10;
    /** Answers with up to this many certificates are made on the event loop: a few milliseconds at most. */
    private static final int TOLD_HERE = 10;
    /** The types that are taken, for clients that ask by OPTIONS. */
    public static final String ACCEPTED = "application/pgp, application/pgp-keys, multipart/form-data";

    private static final String ORIGIN = "hkp";

    /** The coding of the certificates in the body. */
    private enum Coding {
        FORM,
        MULTIPART,
        RAW
    }

    private final Vertx vertx;
    private final ServiceHandler oksd;
    private final int maxBody;
    private final ByteBudget bodies;
    private final Metrics metrics;
    private final Coding untyped;

    private AddEndpoint(
            Vertx vertx, ServiceHandler oksd, int maxBody, ByteBudget bodies, Metrics metrics, Coding untyped) {
        this.untyped = untyped;
        this.metrics = metrics;
        this.vertx = vertx;
        this.oksd = oksd;
        this.maxBody = maxBody;
        this.bodies = bodies;
    }

    /** {@code /pks/add}: what has no type is a form, as old clients send it; browsers get a page. */
    public static AddEndpoint legacy(
            Vertx vertx, ServiceHandler oksd, int maxBody, ByteBudget bodies, Metrics metrics) {
        return new AddEndpoint(vertx, oksd, maxBody, bodies, metrics, Coding.FORM);
    }

    /** {@code /pks/v2/certs}: a bundle, or a form that is not urlencoded (draft-ietf-openpgp-hkp, section 5.2). */
    public static AddEndpoint v2(Vertx vertx, ServiceHandler oksd, int maxBody, ByteBudget bodies, Metrics metrics) {
        return new AddEndpoint(vertx, oksd, maxBody, bodies, metrics, Coding.RAW);
    }

    @Override
    public void handle(Exchange exchange) {
        Coding coding = switch (mediaType(exchange.request().getHeader("Content-Type"))) {
            case "" -> coded(untyped);
            case "application/x-www-form-urlencoded" -> coded(Coding.FORM);
            case "multipart/form-data" -> coded(Coding.MULTIPART);
            case "application/pgp-keys", "application/pgp" -> coded(Coding.RAW);
            default ->
                throw HttpFault.of(
                        415,
                        "send a form (application/x-www-form-urlencoded or multipart/form-data) with the"
                                + " field \"keytext\", or application/pgp-keys");
        };
        boolean gzip = ContentCoding.isGzip(exchange.request());
        RequestBody.collect(exchange, maxBody, bodies, body -> {
            if (gzip) {
                inflate(exchange, coding, body);
            } else {
                received(exchange, coding, body);
            }
        });
    }

    private Coding coded(Coding coding) {
        if (coding == Coding.FORM && untyped != Coding.FORM) {
            throw HttpFault.of(415, "send application/pgp, or multipart/form-data with the part \"keytext\"");
        }
        return coding;
    }

    private static String mediaType(String contentType) {
        return contentType == null
                ? ""
                : contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    }

    private void inflate(Exchange exchange, Coding coding, byte[] body) {
        BodyBlocks blocks = new BodyBlocks(bodies);
        vertx.executeBlocking(() -> ContentCoding.inflated(body, maxBody, blocks), false)
                .onComplete(done -> exchange.whenOver(blocks::release))
                .onSuccess(inflated -> received(exchange, coding, inflated))
                .onFailure(exchange::fail);
    }

    private void received(Exchange exchange, Coding coding, byte[] body) {
        if (coding == Coding.RAW) {
            upload(exchange, body);
            return;
        }
        if (!bodies.take(body.length)) {
            exchange.fail(RequestBody.tooMany());
            return;
        }
        String contentType = exchange.request().getHeader("Content-Type");
        Callable<byte[]> reading =
                () -> coding == Coding.FORM ? KeytextForm.keytext(body) : MultipartForm.keytext(contentType, body);
        Future<byte[]> read = body.length > UNESCAPED_HERE ? vertx.executeBlocking(reading, false) : now(reading);
        read.onComplete(done -> bodies.give(body.length)) // the form is of no use any more
                .onSuccess(keytext -> upload(exchange, keytext))
                .onFailure(failure -> exchange.fail(notWellFormed(failure)));
    }

    /** HKP v2 has 422 for a submission that is not well formed (draft-ietf-openpgp-hkp, section 4.2). */
    private Throwable notWellFormed(Throwable failure) {
        boolean malformed = untyped == Coding.RAW && failure instanceof HttpFault fault && fault.status() == 400;
        return malformed ? HttpFault.of(422, failure.getMessage()) : failure;
    }

    private static Future<byte[]> now(Callable<byte[]> reading) {
        try {
            return Future.succeededFuture(reading.call());
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    private void upload(Exchange exchange, byte[] certificates) {
        if (certificates.length == 0) {
            exchange.fail(notWellFormed(HttpFault.of(400, "the body is empty")));
            return;
        }
        oksd.handle(new Upload(ORIGIN, certificates), exchange.asking(answer -> {
            if (answer instanceof Uploaded uploaded) {
                metrics.uploaded(uploaded);
                boolean much = uploaded.results().size() > TOLD_HERE;
                exchange.answerWith(
                        much,
                        () -> new UploadReport(uploaded)
                                .answer(exchange.wantsHtml() ? Optional.of(exchange.pages()) : Optional.empty()));
            } else {
                exchange.fail(Failures.of(answer));
            }
        }));
    }
}
