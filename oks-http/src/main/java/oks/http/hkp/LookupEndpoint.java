package oks.http.hkp;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.Clock;
import java.util.stream.Stream;
import oks.config.OksHttpSettings;
import oks.http.answer.Answer;
import oks.http.answer.HttpFault;
import oks.http.page.CertificatePage;
import oks.http.page.IndexPage;
import oks.http.page.Pages;
import oks.http.page.ResultPart;
import oks.http.server.Endpoint;
import oks.http.server.Exchange;
import oks.http.server.Failures;
import oks.http.server.Query;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest.Lookup;

/** {@code GET /pks/lookup}: op, search, options, exact, limit; reference: draft-ietf-openpgp-hkp, "Legacy". */
public final class LookupEndpoint implements Endpoint {
    /** Certificates of up to this many bytes together are armored on the event loop: under a millisecond of work. */
    static final int ARMORED_HERE = 256 << 10;
    /**
     * Certificates of up to this many bytes together are described on the event loop: a few milliseconds of parsing at
     * most.
     */
    static final int DESCRIBED_HERE = 32 << 10;

    /** An answer and what it is made of, in lengths of what it is made of: armor is a third longer. */
    static final int RENDERED = 3;
    /** The same for descriptions, of which one at a time is in work. */
    static final int DESCRIBED = 4;

    private static final String NOT_IN_DOMAINS =
            "no certificate was found: words find only those with an address at this server's own domains";
    private static final CharSequence PRAGMA = HttpHeaders.createOptimized("Pragma");

    /** How many certificates there are, also when fewer are in the answer. */
    private final ServiceHandler oksd;

    private final StatisticsEndpoint statistics;
    private final OksHttpSettings.Search settings;
    private final Clock clock;

    public LookupEndpoint(
            ServiceHandler oksd, StatisticsEndpoint statistics, OksHttpSettings.Search settings, Clock clock) {
        this.oksd = oksd;
        this.statistics = statistics;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public void handle(Exchange exchange) {
        Query asked = Query.of(exchange.request().query());
        boolean person = asked.get("op").isEmpty() && exchange.wantsHtml();
        if (person && asked.get("search").isEmpty()) {
            exchange.answer(exchange.pages().start());
            return;
        }
        Query query = person ? asked.with("op", "index") : asked;
        Operation operation = Operation.of(query);
        exchange.is(operation.kind(query.get("op")));
        if (!operation.searches()) {
            statistics.answer(exchange, operation == Operation.STATISTICS && exchange.wantsHtml());
            return;
        }
        Lookup lookup = Operation.lookup(query, settings);
        oksd.handle(lookup, exchange.asking(answer -> {
            if (answer instanceof Certificates certificates) {
                if (certificates.total() == 0 && !lookup.domains().isEmpty()) {
                    exchange.fail(HttpFault.of(404, NOT_IN_DOMAINS));
                    return;
                }
                render(
                        exchange,
                        operation,
                        query,
                        certificates,
                        ResultPart.of(exchange.request().query(), lookup.skip(), lookup.limit(), certificates));
            } else {
                exchange.fail(Failures.of(answer));
            }
        }));
    }

    private void render(
            Exchange exchange, Operation operation, Query query, Certificates certificates, ResultPart part) {
        boolean described = operation != Operation.ARMORED && operation != Operation.BINARY;
        boolean much = Bundle.bytes(certificates) > (described ? DESCRIBED_HERE : ARMORED_HERE);
        exchange.answerWith(Bundle.bytes(certificates) * (described ? DESCRIBED : RENDERED), much, () -> {
            // Browsers can show version 6; only old programs fail on it.
            Bundle bundle = operation == Operation.PAGE ? Bundle.of(certificates) : Bundle.legacy(certificates);
            Answer answer = switch (operation) {
                case ARMORED -> saysNothingOfItself(exchange) ? bundle.armored() : bundle.armoredForGpg();
                case BINARY -> bundle.binary(Answer.KEYS);
                case MACHINE_INDEX ->
                    Answer.of(Answer.TEXT, Buffer.buffer(MachineIndex.of(bundle.described(), clock.instant())));
                case JSON_INDEX -> Answer.of(Answer.JSON, JsonIndex.of(bundle.described(), clock.instant()));
                case PAGE -> page(exchange.pages(), query, bundle, part);
                case JSON_STATISTICS, STATISTICS -> throw new IllegalStateException("no search: " + operation);
            };
            return part.told(answer);
        });
    }

    /**
     * Whether a client has none of the headers that every dirmngr, curl and browser sends: such as sq 0.27, which takes
     * no answer that begins with a signature.
     */
    private static boolean saysNothingOfItself(Exchange exchange) {
        return Stream.of(HttpHeaders.USER_AGENT, HttpHeaders.ACCEPT, PRAGMA)
                .allMatch(header -> exchange.request().getHeader(header) == null);
    }

    private Answer page(Pages pages, Query query, Bundle bundle, ResultPart part) {
        boolean one = query.get("op").equals("vindex") && bundle.found().size() == 1 && part.skip() == 0;
        return one
                ? pages.certificate(CertificatePage.of(
                        bundle.described().get(0), bundle.modified(), clock.instant(), pages.words()))
                : pages.results(
                        IndexPage.of(query.get("search"), part, bundle.described(), clock.instant(), pages.words()));
    }
}
