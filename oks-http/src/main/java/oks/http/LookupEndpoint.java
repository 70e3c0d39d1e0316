package oks.http;

import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import oks.openpgp.Armor;
import oks.openpgp.Certificate;
import oks.openpgp.CertificateDescription;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Found;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest.Lookup;

/** {@code GET /pks/lookup}: op, search, options, exact, fingerprint; reference: draft-ietf-openpgp-hkp, "Legacy". */
final class LookupEndpoint implements Endpoint {
    /** Certificates up to so many bytes together are armored on the event loop: under a millisecond of work. */
    private static final int ARMORED_HERE = 256 << 10;
    /** Certificates up to so many bytes together are described on the event loop: a few milliseconds of parsing at most. */
    private static final int DESCRIBED_HERE = 32 << 10;

    private final ServiceHandler oksd;
    private final int maxResults;
    private final Clock clock;

    LookupEndpoint(ServiceHandler oksd, int maxResults, Clock clock) {
        this.oksd = oksd;
        this.maxResults = maxResults;
        this.clock = clock;
    }

    @Override public void handle(Exchange exchange) {
        Query query = Query.of(exchange.request().query());
        Operation operation = Operation.of(query);
        Lookup lookup = SearchTerm.lookup(query.get("search"), query.isOn("exact"), maxResults);
        oksd.handle(lookup, answer -> {
            if (answer instanceof Certificates certificates) {
                render(exchange, operation, query, certificates);
            } else {
                exchange.fail(Failures.of(answer));
            }
        });
    }

    private void render(Exchange exchange, Operation operation, Query query, Certificates certificates) {
        long bytes = certificates.found().stream().mapToLong(found -> found.certificate().length).sum();
        boolean much = bytes > (operation == Operation.GET ? ARMORED_HERE : DESCRIBED_HERE);
        exchange.answerWith(much, () -> {
            List<Certificate> legacy = legacy(certificates);
            Answer answer = switch (operation) {
                case GET -> armored(legacy);
                case MACHINE_INDEX -> Answer.of(Answer.TEXT, Buffer.buffer(MachineIndex.of(described(legacy), clock.instant())));
                case PAGE -> Answer.page(IndexPage.of(query.get("search"), certificates.total(), described(legacy), clock.instant()));
            };
            return answer.with("X-HKP-Results-Count", Long.toString(certificates.total()));
        });
    }

    /** The certificates for old clients, which fail on version 6. */
    private static List<Certificate> legacy(Certificates certificates) {
        List<Certificate> legacy = new ArrayList<>();
        for (Found found : certificates.found()) {
            Certificate certificate = Certificate.ofStored(found.certificate());
            if (certificate.fingerprint().version() <= 4) {
                legacy.add(certificate);
            }
        }
        if (legacy.isEmpty()) {
            throw HttpFault.of(404, certificates.found().isEmpty() ? "no certificate was found"
                    : "only version 6 certificates were found, which are not given to old clients");
        }
        return legacy;
    }

    private static Answer armored(List<Certificate> certificates) {
        byte[] block = Armor.certificates(certificates.stream().map(Certificate::bytes).toList());
        return Answer.of(Answer.KEYS, Buffer.buffer(block));
    }

    private static List<CertificateDescription> described(List<Certificate> certificates) {
        return certificates.stream().map(CertificateDescription::of).toList();
    }

    private enum Operation {
        GET, MACHINE_INDEX, PAGE;

        static Operation of(Query query) {
            boolean machine = isMachineReadable(query.get("options"));
            return switch (query.get("op")) {
                case "get" -> GET;
                case "index", "vindex" -> machine ? MACHINE_INDEX : PAGE;
                case "" -> throw HttpFault.of(400, "the parameter \"op\" is missing: get, index or vindex");
                default -> throw HttpFault.of(501, "this op is not offered: get, index and vindex are");
            };
        }

        private static boolean isMachineReadable(String options) {
            boolean machine = false;
            for (String option : options.split(",")) {
                switch (option.strip()) {
                    case "mr" -> machine = true;
                    case "", "nm" -> { } // "no modification" says nothing about a lookup
                    default -> throw HttpFault.of(501, "this option is not offered: mr is");
                }
            }
            return machine;
        }
    }
}
