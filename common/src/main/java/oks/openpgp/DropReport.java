package oks.openpgp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import oks.fault.Count;

/** Collects what was left out of a certificate: each component and reason once, with a count. */
final class DropReport {
    static final String PRIMARY = "primary key";
    static final String USER_ATTRIBUTE = "user attribute";
    private static final int MAX_USER_ID_CHARS = 80;
    /** More than an uploader reads; a flood must not become a longer flood of words. */
    private static final int MAX_LINES = 1000;
    /** The parts beyond that, counted by reason. */
    private static final String OTHERS = "further parts";

    private record Line(String component, DropRule rule, String reason, boolean signatures) {}

    private final Map<Line, Integer> lines = new LinkedHashMap<>();

    /** A component that was left out. */
    void add(String component, DropRule rule, String reason) {
        add(new Line(component, rule, reason, false), 1);
    }

    /** Signatures that were left out of a component. */
    void addSignatures(String component, DropRule rule, String reason, int count) {
        add(new Line(component, rule, reason, true), count);
    }

    /**
     * The first causes for which nothing of a certificate is left, without their consequences; empty if nothing stood
     * in it.
     */
    List<ParsedUpload.Dropped> causes() {
        List<ParsedUpload.Dropped> all = toList();
        List<ParsedUpload.Dropped> causes =
                all.stream().filter(line -> !line.rule().isConsequence()).toList();
        return causes.isEmpty() ? all : causes;
    }

    List<ParsedUpload.Dropped> toList() {
        List<ParsedUpload.Dropped> dropped = new ArrayList<>(lines.size());
        lines.forEach((line, count) -> dropped.add(
                new ParsedUpload.Dropped(line.component, text(line, count), line.rule, line.signatures, count)));
        return dropped;
    }

    /** The name of a user ID in messages: without anything that a terminal or a log would take for more than text. */
    static String userId(Packet userId) {
        String text = UserIds.text(userId).text();
        StringBuilder escaped = new StringBuilder("user ID \"");
        text.codePoints().limit(MAX_USER_ID_CHARS).forEach(c -> escape(escaped, c));
        return escaped.append(text.codePointCount(0, text.length()) > MAX_USER_ID_CHARS ? "…\"" : "\"")
                .toString();
    }

    private static void escape(StringBuilder escaped, int c) {
        int kind = Character.getType(c);
        boolean plain = kind != Character.CONTROL
                && kind != Character.FORMAT
                && kind != Character.SURROGATE
                && kind != Character.LINE_SEPARATOR
                && kind != Character.PARAGRAPH_SEPARATOR
                && kind != Character.UNASSIGNED
                && kind != Character.PRIVATE_USE
                && c != '"'
                && c != '\\';
        if (plain) {
            escaped.appendCodePoint(c);
        } else {
            escaped.append(String.format(Locale.ROOT, "\\u{%x}", c));
        }
    }

    private void add(Line line, int count) {
        boolean room = lines.size() < MAX_LINES || lines.containsKey(line);
        lines.merge(room ? line : new Line(OTHERS, line.rule, line.reason, line.signatures), count, Integer::sum);
    }

    private static String text(Line line, int count) {
        if (!line.signatures) {
            return count == 1 ? line.reason : line.reason + " (" + count + " times)";
        }
        return Count.of(count, "signature") + ": " + line.reason;
    }
}
