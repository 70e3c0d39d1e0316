package oks.http.page;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The choice of a language among those offered, by the client's {@code Accept-Language} (RFC 9110, section 12.5.4). */
final class Languages {
    /** Ranges looked at; browsers send fewer. */
    private static final int MOST_RANGES = 30;

    private Languages() {}

    /**
     * The language with the highest weight, of equals the one that the client names first.
     *
     * @param accepted the header; {@code null} for none
     * @param offered tags such as "de", the one first that everybody else gets
     */
    static String wanted(String accepted, List<String> offered) {
        if (accepted == null || offered.size() == 1) {
            return offered.get(0);
        }
        String[] ranges = accepted.toLowerCase(Locale.ROOT).split(",", MOST_RANGES + 1);
        String best = offered.get(0);
        double bestWeight = 0;
        int bestPlace = ranges.length;
        for (String language : offered) {
            for (int place = 0; place < Math.min(ranges.length, MOST_RANGES); place++) {
                String[] parts = ranges[place].strip().split(";", 2);
                boolean matches =
                        parts[0].strip().equals(language) || parts[0].strip().startsWith(language + "-");
                OptionalDouble weight = matches ? weight(parts) : OptionalDouble.empty();
                if (weight.isPresent()
                        && (weight.getAsDouble() > bestWeight
                                || weight.getAsDouble() == bestWeight && bestWeight > 0 && place < bestPlace)) {
                    best = language;
                    bestWeight = weight.getAsDouble();
                    bestPlace = place;
                }
            }
        }
        return best;
    }

    /** The weight of a range, 0 to 1; empty for one that cannot be read. */
    private static OptionalDouble weight(String[] parts) {
        if (parts.length == 1) {
            return OptionalDouble.of(1);
        }
        String parameter = parts[1].strip().replace(" ", "");
        return parameter.matches("q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)")
                ? OptionalDouble.of(Double.parseDouble(parameter.substring(2)))
                : OptionalDouble.empty();
    }
}
