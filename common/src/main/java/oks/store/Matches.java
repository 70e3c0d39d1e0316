package oks.store;

import java.util.List;

/**
 * The certificates that a search found.
 *
 * @param total how many certificates match; more than were read when a limit cut the list
 * @param more whether there may be more than the total, because the search ended before it had looked at all
 * @param certificates newest modification first; of very many, only the first of the list are compared
 */
public record Matches(int total, boolean more, List<StoredCertificate> certificates) {
    public static final Matches NONE = new Matches(0, List.of());

    public Matches {
        certificates = List.copyOf(certificates);
    }

    /** All that there are. */
    public Matches(int total, List<StoredCertificate> certificates) {
        this(total, false, certificates);
    }
}
