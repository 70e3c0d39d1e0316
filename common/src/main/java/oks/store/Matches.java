package oks.store;

import java.util.List;

/**
 * What a search found.
 *
 * @param total how many certificates matched; more than were read when a limit cut the list
 * @param certificates newest modification first
 */
public record Matches(int total, List<StoredCertificate> certificates) {
    public static final Matches NONE = new Matches(0, List.of());

    public Matches {
        certificates = List.copyOf(certificates);
    }
}
