package oks.http.hkp;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.http.answer.Answer;
import oks.http.answer.HttpFault;
import oks.http.page.ResultPart;
import oks.http.server.Exchange;
import oks.http.server.Failures;
import oks.http.server.Query;
import oks.http.server.RequestKind;
import oks.http.server.Routes.Route;
import oks.http.server.TypedText;
import oks.openpgp.IndexTerms;
import oks.service.ServiceAnswer;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceHandler;
import oks.service.ServiceRequest;
import oks.service.ServiceRequest.By;
import oks.service.ServiceRequest.Lookup;

/** The lookups of HKP v2: draft-ietf-openpgp-hkp, section 5.1. All certificates are binary bundles, never armored. */
public final class V2Lookups {
    /** A day's list is as long as oksd makes it; beyond this many prefixes it would help no cache. */
    static final int LONGEST_PREFIX_LOG = 20_000;

    // The newer draft has a separator after the version, the older one none.
    private static final Pattern VERSIONED = Pattern.compile("([0-9a-fA-F]{2})/?([0-9a-fA-F]+)");
    private static final Pattern KEY_ID = Pattern.compile("[0-9a-fA-F]{16}");
    private static final int PREFIX_DIGITS = 8;

    private final ServiceHandler oksd;
    private final int maxResults;
    private final Clock clock;

    public V2Lookups(ServiceHandler oksd, int maxResults, Clock clock) {
        this.oksd = oksd;
        this.maxResults = maxResults;
        this.clock = clock;
    }

    /** Each category's path and what answers below it. */
    public Map<String, Route> categories() {
        return Map.of(
                "/pks/v2/certs/by-identity/", route(RequestKind.V2_CERTS, this::byIdentity),
                "/pks/v2/certs/by-vfingerprint/", route(RequestKind.V2_CERTS, this::byVersionedFingerprint),
                "/pks/v2/certs/by-keyid/", route(RequestKind.V2_CERTS, this::byKeyId),
                "/pks/v2/index/", route(RequestKind.V2_INDEX, this::index),
                "/pks/v2/prefixlog/", route(RequestKind.V2_PREFIXLOG, this::prefixLog));
    }

    private interface Category {
        void answer(Exchange exchange, String identifier);
    }

    private static Route route(RequestKind kind, Category category) {
        return new Route(kind, exchange -> category.answer(exchange, decoded(exchange.identifier())));
    }

    private static String decoded(String identifier) {
        try {
            return TypedText.decode(identifier, false);
        } catch (IllegalArgumentException e) {
            throw HttpFault.of(400, "the path has a percent sign that is not followed by two hexadecimal digits");
        }
    }

    private void byIdentity(Exchange exchange, String identity) {
        certificates(exchange, byIdentity(identity, exchange), Bundle::of);
    }

    private Lookup byIdentity(String identity, Exchange exchange) {
        return new Lookup(
                By.IDENTITY,
                IndexTerms.stripped(identity).getBytes(StandardCharsets.UTF_8),
                maxResults,
                skip(exchange));
    }

    private static int skip(Exchange exchange) {
        return Query.of(exchange.request().query()).number(ResultPart.SKIP);
    }

    private void byVersionedFingerprint(Exchange exchange, String identifier) {
        Matcher versioned = VERSIONED.matcher(identifier);
        if (!versioned.matches()
                || digitsOf(versioned.group(1)) != versioned.group(2).length()) {
            throw HttpFault.of(404, "after by-vfingerprint comes 04 and 40 digits, or 06 and 64 digits");
        }
        certificates(exchange, new Lookup(By.FINGERPRINT, bytes(versioned.group(2)), 1), Bundle::of);
    }

    private static int digitsOf(String version) {
        return switch (version) {
            case "04" -> 40;
            case "06" -> 64;
            default -> -1;
        };
    }

    private void byKeyId(Exchange exchange, String identifier) {
        if (!KEY_ID.matcher(identifier).matches()) {
            throw HttpFault.of(404, "after by-keyid come 16 digits");
        }
        certificates(
                exchange,
                new Lookup(By.KEY_ID, bytes(identifier), maxResults, skip(exchange)),
                Bundle::legacy); // section 5.1.3: none above 4
    }

    private void certificates(Exchange exchange, Lookup lookup, Function<Certificates, Bundle> bundled) {
        String accept = exchange.request().getHeader("Accept");
        String type = accept != null && accept.contains("application/pgp-keys")
                ? "application/pgp-keys;armor=no"
                : "application/pgp";
        found(
                exchange,
                lookup,
                LookupEndpoint.ARMORED_HERE,
                certificates -> () -> bundled.apply(certificates).binary(type));
    }

    private void index(Exchange exchange, String identity) {
        found(
                exchange,
                byIdentity(identity, exchange),
                LookupEndpoint.DESCRIBED_HERE,
                certificates -> () -> Answer.of(
                        Answer.JSON, JsonIndex.of(Bundle.of(certificates).described(), clock.instant())));
    }

    private void found(
            Exchange exchange, Lookup lookup, long here, Function<Certificates, Callable<Answer>> rendering) {
        oksd.handle(lookup, exchange.asking(answer -> {
            if (answer instanceof Certificates certificates) {
                ResultPart part =
                        ResultPart.of(exchange.request().query(), lookup.skip(), lookup.limit(), certificates);
                exchange.answerWith(
                        Bundle.bytes(certificates) * LookupEndpoint.DESCRIBED,
                        Bundle.bytes(certificates) > here,
                        () -> part.told(rendering.apply(certificates).call()));
            } else {
                exchange.fail(Failures.of(answer));
            }
        }));
    }

    private void prefixLog(Exchange exchange, String identifier) {
        LocalDate day = day(identifier);
        if (day.isAfter(LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC)) || day.toEpochDay() < 0) {
            throw HttpFault.of(404, "there is no log of this day");
        }
        oksd.handle(new ServiceRequest.Changed((int) day.toEpochDay(), LONGEST_PREFIX_LOG), exchange.asking(answer -> {
            if (answer instanceof ServiceAnswer.Fingerprints changed) {
                exchange.answer(Answer.of(Answer.TEXT, prefixes(changed)));
            } else {
                exchange.fail(Failures.of(answer));
            }
        }));
    }

    private static LocalDate day(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw HttpFault.of(400, "after prefixlog comes a day such as 2026-11-22");
        }
    }

    /** Sorted: the order of changes is nobody's business. */
    private static Buffer prefixes(ServiceAnswer.Fingerprints changed) {
        TreeSet<String> prefixes = new TreeSet<>();
        changed.fingerprints()
                .forEach(one -> prefixes.add(HexFormat.of().formatHex(one).substring(0, PREFIX_DIGITS)));
        StringBuilder out = new StringBuilder();
        prefixes.forEach(prefix -> out.append(prefix).append("\r\n"));
        return Buffer.buffer(out.toString());
    }

    private static byte[] bytes(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
