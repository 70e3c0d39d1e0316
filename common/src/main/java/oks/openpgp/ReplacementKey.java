package oks.openpgp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The subpacket by which an owner says which certificate replaces this one, or which ones this one replaces
 * (draft-ietf-openpgp-replacementkey). The draft has no number for it yet; implementations use 100, which is for
 * experiments (RFC 9580, section 5.2.3.7), so that only what has exactly this layout is taken for one.
 *
 * <pre>
 * u8 class: 00 one record, of the replacement; 01 records of those that this key replaces | records
 * record: u8 length of the rest | u8 version of the key | fingerprint | 32 bytes: imprint
 * </pre>
 *
 * @param inverse whether the keys are those that are replaced
 * @param keys fingerprints; those of versions that are not known here are left out
 */
record ReplacementKey(boolean inverse, List<Fingerprint> keys) {
    static final int SUBPACKET = 100;

    private static final int INVERSE = 1;
    private static final int IMPRINT = 32;

    ReplacementKey {
        keys = List.copyOf(keys);
    }

    /** What the content of a subpacket says; empty if it has another layout. */
    static Optional<ReplacementKey> of(Packet data) {
        if (data.length() < 1 || (data.at(0) & ~INVERSE) != 0) {
            return Optional.empty();
        }
        boolean inverse = data.at(0) == INVERSE;
        List<Fingerprint> keys = new ArrayList<>(1);
        int records = 0;
        int at = 1;
        for (; at < data.length(); at += 1 + data.at(at)) {
            int length = data.at(at);
            if (length < 1 + IMPRINT || at + 1 + length > data.length()) {
                return Optional.empty();
            }
            int fingerprint = lengthOfFingerprint(data.at(at + 1));
            if (fingerprint > 0 && length != 1 + fingerprint + IMPRINT) {
                return Optional.empty();
            }
            if (fingerprint > 0) {
                keys.add(Fingerprint.of(data.body(at + 2, fingerprint)));
            }
            records++;
        }
        return records == 0 || !inverse && records > 1
                ? Optional.empty()
                : Optional.of(new ReplacementKey(inverse, keys));
    }

    private static int lengthOfFingerprint(int version) {
        return switch (version) {
            case 4 -> 20;
            case 6 -> 32;
            default -> 0;
        };
    }
}
