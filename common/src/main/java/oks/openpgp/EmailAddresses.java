package oks.openpgp;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Finds e-mail addresses in the text of a user ID: a run of atom characters, {@code @}, another such run. One pass,
 * because a pattern that looks back is slow, and in a long user ID could cost the square of its length.
 */
final class EmailAddresses {
    private static final String SPECIALS = "<>()[],;:\"\\@";

    private EmailAddresses() {}

    /** The different addresses, lower case, in their order. */
    static Set<String> in(String text) {
        Set<String> found = new LinkedHashSet<>();
        int free = 0; // what stands before it belongs to an address already
        for (int at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
            int begin = at;
            while (begin > free && isAtom(text.charAt(begin - 1))) {
                begin--;
            }
            int end = at + 1;
            while (end < text.length() && isAtom(text.charAt(end))) {
                end++;
            }
            if (begin < at && at + 1 < end) {
                found.add(text.substring(begin, end).toLowerCase(Locale.ROOT));
                free = end;
            }
        }
        return found;
    }

    private static boolean isAtom(char c) {
        return c > ' ' && c != 0x7f && SPECIALS.indexOf(c) < 0;
    }
}
