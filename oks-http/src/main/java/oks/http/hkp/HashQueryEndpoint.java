package oks.http.hkp;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import oks.http.answer.Answer;
import oks.http.answer.HttpFault;
import oks.http.server.Endpoint;
import oks.http.server.Exchange;
import oks.http.server.Failures;
import oks.http.server.RequestBody;
import oks.openpgp.Certificate;
import oks.service.ByteBudget;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Found;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest.By;
import oks.service.ServiceRequest.Lookup;

/**
 * {@code POST /pks/hashquery}, as SKS has it: certificates by their MD5. Integers are 32 bits, big endian.
 *
 * <pre>
 * request  number of hashes | each: 16 | hash
 * answer   number of certificates | each: length | packets | CR LF
 * </pre>
 *
 * A hash that is not known is left out, and so are certificates that no longer fit: the client asks again for the
 * missing ones.
 */
public final class HashQueryEndpoint implements Endpoint {
    /** As many as SKS asks for at once. */
    static final int MOST_HASHES = 100;

    private static final int HASH_BYTES = 16;
    private static final long MOST_BYTES = 8L << 20;
    private static final int NEWEST_LEGACY_VERSION = 4;

    private final ServiceHandler oksd;
    private final ByteBudget bodies;

    public HashQueryEndpoint(ServiceHandler oksd, ByteBudget bodies) {
        this.oksd = oksd;
        this.bodies = bodies;
    }

    @Override
    public void handle(Exchange exchange) {
        int limit = Integer.BYTES + MOST_HASHES * (Integer.BYTES + HASH_BYTES);
        RequestBody.collect(exchange, limit, bodies, body -> {
            try {
                next(exchange, hashes(Buffer.buffer(body)), 0, new ArrayList<>(), 0);
            } catch (HttpFault fault) {
                exchange.fail(fault);
            }
        });
    }

    private static List<byte[]> hashes(Buffer body) {
        int count = body.length() < Integer.BYTES ? -1 : body.getInt(0);
        if (count < 0 || count > MOST_HASHES || body.length() < Integer.BYTES + count * (Integer.BYTES + HASH_BYTES)) {
            throw HttpFault.of(
                    400,
                    "a hash query is the number of hashes, at most " + MOST_HASHES + ", then each as its length 16 and"
                            + " 16 bytes");
        }
        List<byte[]> hashes = new ArrayList<>();
        for (int i = 0, at = Integer.BYTES; i < count; i++, at += Integer.BYTES + HASH_BYTES) {
            if (body.getInt(at) != HASH_BYTES) {
                throw HttpFault.of(400, "a hash has 16 bytes");
            }
            hashes.add(body.getBytes(at + Integer.BYTES, at + Integer.BYTES + HASH_BYTES));
        }
        return hashes;
    }

    /** One after the other, so that no more than one answer beyond the limit is in memory. */
    private void next(Exchange exchange, List<byte[]> hashes, int at, List<byte[]> found, long bytes) {
        if (at == hashes.size() || bytes > MOST_BYTES) {
            exchange.answer(Answer.of("pgp/keys", answer(found)));
            return;
        }
        oksd.handle(new Lookup(By.SKS_HASH, hashes.get(at), 1), exchange.asking(answer -> {
            if (!(answer instanceof Certificates certificates)) {
                exchange.fail(Failures.of(answer));
                return;
            }
            exchange.hold(2 * Bundle.bytes(certificates)); // as they are, and in the answer
            long more = 0;
            for (Found one : certificates.found()) {
                if (Certificate.ofStored(one.certificate()).fingerprint().version() <= NEWEST_LEGACY_VERSION) {
                    found.add(one.certificate());
                    more += one.certificate().length;
                }
            }
            next(exchange, hashes, at + 1, found, bytes + more);
        }));
    }

    private static Buffer answer(List<byte[]> found) {
        int size = found.stream()
                .mapToInt(certificate -> Integer.BYTES + certificate.length)
                .sum();
        Buffer out = Buffer.buffer(Integer.BYTES + size + 2).appendInt(found.size());
        found.forEach(certificate -> out.appendInt(certificate.length).appendBytes(certificate));
        return out.appendString("\r\n");
    }
}
