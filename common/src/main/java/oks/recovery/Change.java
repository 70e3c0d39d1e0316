package oks.recovery;

import java.time.Instant;

/**
 * One change to the database as the recovery file keeps it: complete new contents, so that replay never depends on the
 * code that merged them. Byte arrays are handed over, not copied: nobody changes them afterwards.
 */
public sealed interface Change {
    enum Kind {
        PUT,
        DELETE,
        POINT
    }

    Kind kind();

    Lsn lsn();

    /** When the change was made, in microseconds; never before the change before it. */
    Instant time();

    /**
     * The version that a change replaces.
     *
     * @param lsn the change that had written it; {@link Lsn#NONE} when there was nothing
     * @param element its element of the state digest; {@link Hash#ZERO} when there was nothing
     */
    record Replaced(Lsn lsn, Hash element) {
        public static final Replaced NOTHING = new Replaced(Lsn.NONE, Hash.ZERO);
    }

    /**
     * A certificate's complete new content.
     *
     * @param content OpenPGP packets as they will be served
     * @param origin how it came, such as "hkp" or "load"; at most 255 bytes of UTF-8
     */
    record Put(Lsn lsn, Instant time, byte[] fingerprint, byte[] content, String origin, Replaced replaced)
            implements Change {
        public Put {
            checkFrame(lsn, fingerprint);
            Utf8.limited(origin, Utf8.SHORT, "an origin");
            time = Micros.truncate(time);
        }

        @Override
        public Kind kind() {
            return Kind.PUT;
        }
    }

    /**
     * A tombstone was set: the certificate was removed, or (when {@code certificateKept}) only its blocking changed.
     *
     * @param replaced the certificate that was removed
     * @param replacedTombstone the digest element of an earlier tombstone; {@link Hash#ZERO} when there was none
     */
    record Delete(
            Lsn lsn,
            Instant time,
            byte[] fingerprint,
            Tombstone tombstone,
            boolean certificateKept,
            Replaced replaced,
            Hash replacedTombstone)
            implements Change {
        public Delete {
            checkFrame(lsn, fingerprint);
            time = Micros.truncate(time);
        }

        @Override
        public Kind kind() {
            return Kind.DELETE;
        }
    }

    /** A named restore point; at most 255 bytes of UTF-8. */
    record Point(Lsn lsn, Instant time, String name) implements Change {
        public Point {
            checkFrame(lsn, new byte[0]);
            Utf8.limited(name, Utf8.SHORT, "a restore point's name");
            time = Micros.truncate(time);
        }

        @Override
        public Kind kind() {
            return Kind.POINT;
        }
    }

    private static void checkFrame(Lsn lsn, byte[] fingerprint) {
        if (lsn.equals(Lsn.NONE)) {
            throw new IllegalArgumentException("a change has an LSN of at least 1");
        }
        if (fingerprint.length > Utf8.SHORT) {
            throw new IllegalArgumentException("a fingerprint has at most 255 bytes, not " + fingerprint.length);
        }
    }

    /** The state digest after this change, when {@code before} was the one before it. */
    default Digest appliedTo(Digest before) {
        return switch (kind()) {
            case PUT -> {
                Put put = (Put) this;
                yield before.minus(put.replaced().element())
                        .plus(Digest.certificateElement(put.fingerprint(), put.content()));
            }
            case DELETE -> {
                Delete delete = (Delete) this;
                yield before.minus(delete.replaced().element())
                        .minus(delete.replacedTombstone())
                        .plus(Digest.tombstoneElement(
                                delete.fingerprint(), delete.tombstone().bytes()));
            }
            case POINT -> before;
        };
    }
}
