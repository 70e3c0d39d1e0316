package oks.openpgp;

import java.util.Locale;

/**
 * A limit of an upload, by the name of its setting {@code upload.*}; checked before anything is copied. Sizes are
 * bytes, of packet bodies where a packet is named; costs are in RSA verifications with 2048 bits
 * ({@link VerificationCost}), some 40 µs each.
 */
public enum Limit {
    /** A whole upload, as received. */
    MAX_BYTES(32 << 20, 1),
    /**
     * One certificate after what is not kept was dropped; its raw form may have 16 times as much, and signatures by
     * other keys, where they are kept, come on top with at most half as much.
     */
    MAX_CERTIFICATE(1 << 20, 1),
    /** A key packet. */
    MAX_PACKET(8 << 10, 1),
    /** A signature packet. */
    MAX_SIGNATURE(64 << 10, 1),
    /** A user ID packet. */
    MAX_USER_ID(2 << 10, 1),
    /** A user attribute, such as a photo; 0 for none at all. */
    MAX_USER_ATTRIBUTE(0, 0),
    /** Different user IDs and user attributes of one certificate, valid or not. */
    MAX_USER_IDS(1000, 1),
    /** Different subkeys of one certificate, valid or not. */
    MAX_SUBKEYS(1000, 1),
    /** Certificates and bare revocations in one upload. */
    MAX_CERTIFICATES(10_000, 1),
    /** What verifying one certificate may cost. */
    MAX_CERTIFICATE_COST(10_000, 1),
    /** What verifying a whole upload may cost. */
    MAX_COST(50_000, 1);

    private final int standard;
    private final int least;

    Limit(int standard, int least) {
        this.standard = standard;
        this.least = least;
    }

    /** The setting's name after {@code upload.}, such as {@code max_packet}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The value where nothing else is set. */
    int standard() {
        return standard;
    }

    /** Refuses a value that is below the least. */
    void require(int value) {
        if (value < least) {
            throw new IllegalArgumentException(key() + " is " + value + ", but must be at least " + least);
        }
    }
}
