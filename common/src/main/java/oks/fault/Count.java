package oks.fault;

import java.util.Locale;

/** A number of things, as an operator reads it: {@code 1 certificate}, {@code 20 certificates}. */
public final class Count {
    private Count() {}

    /** @param noun in the singular; its plural ends in "s", or in "ies" for "y" after a consonant */
    public static String of(long number, String noun) {
        return number + " " + (number == 1 ? noun : plural(noun));
    }

    /** The same with groups of three digits, for tables that people compare. */
    public static String grouped(long number, String noun) {
        return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? noun : plural(noun));
    }

    private static String plural(String noun) {
        return noun.matches(".*[^aeiou]y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s";
    }
}
