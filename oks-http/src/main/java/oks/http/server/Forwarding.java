package oks.http.server;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.config.ClientHeader;

/**
 * Whom a request says that it passed, the client first: from the header in which the configured proxies tell it. A hop
 * is an address with or without a port ({@code 192.0.2.1:4711}, {@code [2001:db8::1]:4711}), quotes or zone; one that
 * is nothing of this, such as {@code unknown}, {@code _hidden} (RFC 7239, section 6) or a name, is empty.
 */
public final class Forwarding {
    private static final CharSequence FORWARDED_FOR = HttpHeaders.createOptimized("X-Forwarded-For");
    private static final CharSequence FORWARDED = HttpHeaders.createOptimized("Forwarded");
    private static final CharSequence REAL_IP = HttpHeaders.createOptimized("X-Real-IP");

    private static final List<Optional<byte[]>> UNREADABLE = List.of(Optional.empty());

    private static final Pattern NODE = Pattern.compile(
            "(?:\\[(?<six>[0-9a-fA-F:.]{2,45})(?:%[A-Za-z0-9._~-]{1,32})?](?::\\w{1,8})?"
                    + "|(?<bare>[0-9a-fA-F.]*:[0-9a-fA-F.]*:[0-9a-fA-F:.]*)(?:%[A-Za-z0-9._~-]{1,32})?|(?<four>[0-9.]{7,15})(?::\\w{1,8})?)");

    /** A list member of RFC 7239: pairs of token and value, joined with semicolons. */
    private static final Pattern PAIR =
            Pattern.compile("\\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(\"(?:[^\"\\\\]|\\\\.)*\"|[^\\s\",;=]*)\\s*");

    private Forwarding() {}

    /** Whether any header says that the request was forwarded, the wanted header or another one. */
    static boolean isSaid(MultiMap headers) {
        return headers.contains(FORWARDED_FOR) || headers.contains(FORWARDED) || headers.contains(REAL_IP);
    }

    /**
     * The hops. A request that was forwarded without the wanted header has one that cannot be read.
     *
     * @param told the header that proxies set; clients can send the others
     */
    public static List<Optional<byte[]>> hops(MultiMap headers, ClientHeader told) {
        if (!isSaid(headers)) {
            return List.of();
        }
        List<String> lines = headers.getAll(
                switch (told) {
                    case X_FORWARDED_FOR -> FORWARDED_FOR;
                    case FORWARDED -> FORWARDED;
                    case X_REAL_IP -> REAL_IP;
                });
        List<Optional<byte[]>> hops = new ArrayList<>();
        for (String line : lines) {
            hops.addAll(told == ClientHeader.FORWARDED ? members(line) : list(line));
        }
        return hops.isEmpty() ? UNREADABLE : hops;
    }

    private static List<Optional<byte[]>> list(String line) {
        List<Optional<byte[]>> hops = new ArrayList<>();
        for (String hop : line.split(",")) {
            if (!hop.isBlank()) { // empty members of a list count for nothing: RFC 9110, section 5.6.1
                hops.add(address(hop.strip()));
            }
        }
        return hops;
    }

    /** The members of one line of {@code Forwarded}; a line that breaks the grammar is one hop that cannot be read. */
    private static List<Optional<byte[]>> members(String line) {
        List<Optional<byte[]>> hops = new ArrayList<>();
        Matcher pair = PAIR.matcher(line);
        Optional<String> node = Optional.empty();
        boolean inMember = false;
        int at = 0;
        while (at < line.length()) {
            char next = line.charAt(at);
            if (next == ',' || next == ';' || next == ' ' || next == '\t') {
                if (next == ',' && inMember) {
                    hops.add(node.flatMap(Forwarding::address));
                    node = Optional.empty();
                    inMember = false;
                }
                at++;
                continue;
            }
            if (!pair.find(at) || pair.start() != at || inMember && node.isPresent() && isFor(pair)) {
                return UNREADABLE;
            }
            inMember = true;
            node = isFor(pair) ? Optional.of(pair.group(2)) : node;
            at = pair.end();
            if (at < line.length() && line.charAt(at) != ',' && line.charAt(at) != ';') {
                return UNREADABLE;
            }
        }
        if (inMember) {
            hops.add(node.flatMap(Forwarding::address));
        }
        return hops;
    }

    private static boolean isFor(Matcher pair) {
        return pair.group(1).equalsIgnoreCase("for");
    }

    private static Optional<byte[]> address(String text) {
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        Matcher node = NODE.matcher(
                quoted
                        ? text.substring(1, text.length() - 1)
                                .replaceAll("\\\\(.)", "$1")
                                .strip()
                        : text);
        if (!node.matches()) {
            return Optional.empty();
        }
        String digits = node.group("six") != null
                ? node.group("six")
                : node.group("bare") != null ? node.group("bare") : node.group("four");
        return Network.literal(digits);
    }
}
