package oks.store;

import java.util.List;
import oks.openpgp.HardRevoked;
import oks.openpgp.IndexTerms;

/**
 * The two sets of indexes of names: those of certificates that their owners revoked for good stand apart, so that a
 * search that must not find them need not read them, and its count is right.
 */
enum Names {
    OF_OTHERS('E', 'W'),
    OF_HARD_REVOKED('e', 'w');

    private final char emails;
    private final char words;

    Names(char emails, char words) {
        this.emails = emails;
        this.words = words;
    }

    /** The set in which a certificate stands. */
    static Names of(IndexTerms terms) {
        return terms.hardRevoked() ? OF_HARD_REVOKED : OF_OTHERS;
    }

    /** The sets that are searched. */
    static List<Names> searched(HardRevoked given) {
        return switch (given) {
            case BARE -> List.of(OF_OTHERS);
            case ALL -> List.of(values());
        };
    }

    /** Kind of the keys of e-mail addresses. */
    char emails() {
        return emails;
    }

    /** Kind of the keys of words. */
    char words() {
        return words;
    }
}
