package oks.http.hkp;

import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import oks.config.OksHttpSettings;
import oks.http.answer.HttpFault;
import oks.http.page.ResultPart;
import oks.http.server.Query;
import oks.http.server.RequestKind;
import oks.service.ServiceRequest.By;
import oks.service.ServiceRequest.Lookup;

/** The operation that {@code op} and {@code options} of {@code /pks/lookup} ask for. */
public enum Operation {
    /** Certificates, armored. */
    ARMORED,
    /** Certificates, as the packets they are. */
    BINARY,
    /** The lines that gpg parses. */
    MACHINE_INDEX,
    /** The same for programs that like JSON. */
    JSON_INDEX,
    /** The list for people. */
    PAGE,
    /** Figures, as JSON. */
    JSON_STATISTICS,
    /** Figures for people, or as JSON for a client that shows no HTML. */
    STATISTICS;

    private static final Pattern MD5 = Pattern.compile("[0-9a-fA-F]{32}");

    /**
     * The operation of a query.
     *
     * @throws HttpFault 400 when there is none, 501 for one that is not offered
     */
    public static Operation of(Query query) {
        Set<String> options = options(query.get("options"));
        return switch (query.get("op")) {
            case "get", "hget" -> {
                refuse(options, "json");
                yield options.contains("bin") ? BINARY : ARMORED;
            }
            case "index", "vindex" -> {
                refuse(options, "bin");
                yield options.contains("json") ? JSON_INDEX : options.contains("mr") ? MACHINE_INDEX : PAGE;
            }
            case "stats" -> {
                refuse(options, "bin");
                yield options.contains("json") || options.contains("mr") ? JSON_STATISTICS : STATISTICS;
            }
            case "" -> throw HttpFault.of(400, "the parameter \"op\" is missing: get, index, vindex, hget or stats");
            default -> throw HttpFault.of(501, "this op is not offered: get, index, vindex, hget and stats are");
        };
    }

    /** Its name in the figures. */
    RequestKind kind(String op) {
        return switch (this) {
            case ARMORED, BINARY -> op.equals("hget") ? RequestKind.HGET : RequestKind.GET;
            case MACHINE_INDEX, JSON_INDEX, PAGE -> RequestKind.INDEX;
            case JSON_STATISTICS, STATISTICS -> RequestKind.STATS;
        };
    }

    /** Whether certificates are looked for at all. */
    public boolean searches() {
        return this != JSON_STATISTICS && this != STATISTICS;
    }

    /** The lookup that a query means. */
    public static Lookup lookup(Query query, OksHttpSettings.Search settings) {
        int limit = limit(query.get("limit"), settings.maxResults());
        if (!query.get("op").equals("hget")) {
            return SearchTerm.lookup(
                    query.get("search"), query.isOn("exact"), settings, limit, query.number(ResultPart.SKIP));
        }
        String hash = query.get("search").strip();
        if (!MD5.matcher(hash).matches()) {
            throw HttpFault.of(400, "hget needs the 32 hexadecimal digits of an SKS hash as \"search\"");
        }
        return new Lookup(By.SKS_HASH, HexFormat.of().parseHex(hash), limit);
    }

    private static Set<String> options(String list) {
        Set<String> options = new LinkedHashSet<>();
        for (String option : list.split(",")) {
            switch (option.strip()) {
                case "mr", "json", "bin" -> options.add(option.strip());
                case "", "nm" -> {} // "no modification" says nothing about a lookup
                default -> throw HttpFault.of(501, "this option is not offered: mr, nm, json and bin are");
            }
        }
        return options;
    }

    private static void refuse(Set<String> options, String option) {
        if (options.contains(option)) {
            throw HttpFault.of(501, "the option " + option + " is not offered for this op");
        }
    }

    static int limit(String wanted, int maxResults) {
        if (wanted.isEmpty()) {
            return maxResults;
        }
        if (!wanted.matches("[0-9]{1,9}") || Integer.parseInt(wanted) == 0) {
            throw HttpFault.of(400, "the parameter \"limit\" is a number from 1");
        }
        return Math.min(Integer.parseInt(wanted), maxResults);
    }
}
