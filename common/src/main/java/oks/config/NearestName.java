package oks.config;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the name that was probably meant by one that nothing has. */
public final class NearestName {
    private static final int SHORT = 6;

    private NearestName() {}

    /** {@code ; did you mean "recovery.retry_after"?}, or nothing when no name is near. */
    static String hint(String unknown, SettingsTable table) {
        return find(unknown, table.settings().stream().map(Setting::name).toList())
                .map(name -> "; did you mean \"" + name + "\"?")
                .orElse("");
    }

    /**
     * The nearest of these names; empty when none is near: a quarter of the letters may differ, of a short name one or
     * two.
     */
    public static Optional<String> find(String unknown, List<String> names) {
        return names.stream()
                .filter(name -> sameKey(unknown, name)
                        || edits(unknown, name) <= Math.max(name.length() < SHORT ? 1 : 2, name.length() / 4))
                .min(Comparator.comparingInt(name -> edits(unknown, name)));
    }

    /** A right key in a wrong table is near, however long the table's name. */
    private static boolean sameKey(String unknown, String known) {
        return known.endsWith("." + unknown.substring(unknown.lastIndexOf('.') + 1));
    }

    /** Levenshtein's distance, row by row. */
    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
