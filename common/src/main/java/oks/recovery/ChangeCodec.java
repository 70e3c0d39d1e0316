package oks.recovery;

import java.nio.ByteBuffer;

/**
 * The payloads of PUT, DELETE and POINT, little endian; see oks-recovery(5), section FRAMES.
 *
 * <pre>
 * PUT                                            DELETE
 * offset size                                    offset size
 *      0    1  fingerprint length                     0    1  fingerprint length
 *      1    1  origin length                          1    1  1: the certificate is kept
 *      2    2  zeros                                  2    2  zeros
 *      4    4  content length                         4    4  tombstone length
 *      8    8  LSN of what it replaced                8    8  LSN of what it replaced
 *     16   32  digest element of that                16   32  digest element of that
 *     48       fingerprint, origin, content          48   32  digest element of an earlier tombstone
 *                                                    80       fingerprint, tombstone
 * </pre>
 *
 * <p>POINT: the name, UTF-8.
 */
final class ChangeCodec {
    /** Length of the part before the fingerprint. */
    static final int PUT_FIXED = 48;

    /** Length of the part before the fingerprint. */
    static final int DELETE_FIXED = 80;

    private ChangeCodec() {}

    static FrameType type(Change change) {
        return switch (change.kind()) {
            case PUT -> FrameType.PUT;
            case DELETE -> FrameType.DELETE;
            case POINT -> FrameType.POINT;
        };
    }

    /** Bytes of the payload. */
    static int length(Change change) {
        return switch (change.kind()) {
            case PUT -> {
                Change.Put put = (Change.Put) change;
                yield PUT_FIXED + put.fingerprint().length + Utf8.bytes(put.origin()).length + put.content().length;
            }
            case DELETE -> {
                Change.Delete delete = (Change.Delete) change;
                yield DELETE_FIXED
                        + delete.fingerprint().length
                        + delete.tombstone().bytes().length;
            }
            case POINT -> Utf8.bytes(((Change.Point) change).name()).length;
        };
    }

    /** Writes the payload at the buffer's position. */
    static void write(Change change, ByteBuffer into) {
        Runnable writing = switch (change.kind()) {
            case PUT -> () -> writePut((Change.Put) change, into);
            case DELETE -> () -> writeDelete((Change.Delete) change, into);
            case POINT -> () -> into.put(Utf8.bytes(((Change.Point) change).name()));
        };
        writing.run();
    }

    /** Bytes of the frame: header, payload and padding. */
    static long frameLength(Change change) {
        return RecoveryFormat.frameLength(length(change));
    }

    private static void writePut(Change.Put put, ByteBuffer into) {
        byte[] origin = Utf8.bytes(put.origin());
        into.put((byte) put.fingerprint().length).put((byte) origin.length).putShort((short) 0);
        into.putInt(put.content().length);
        writeReplaced(put.replaced(), into);
        into.put(put.fingerprint()).put(origin).put(put.content());
    }

    private static void writeDelete(Change.Delete delete, ByteBuffer into) {
        byte[] tombstone = delete.tombstone().bytes();
        into.put((byte) delete.fingerprint().length).put((byte) (delete.certificateKept() ? 1 : 0));
        into.putShort((short) 0).putInt(tombstone.length);
        writeReplaced(delete.replaced(), into);
        delete.replacedTombstone().write(into);
        into.put(delete.fingerprint()).put(tombstone);
    }

    private static void writeReplaced(Change.Replaced replaced, ByteBuffer into) {
        into.putLong(replaced.lsn().number());
        replaced.element().write(into);
    }

    /**
     * Reads the payload that begins at the buffer's position and fills the rest of it.
     *
     * @throws RuntimeException when the payload's own lengths do not fit it
     */
    static Change read(FrameHeader header, ByteBuffer from) {
        Lsn lsn = new Lsn(header.lsn());
        var time = Micros.instant(header.micros());
        return switch (header.type()) {
            case PUT -> {
                int fingerprintLength = Byte.toUnsignedInt(from.get());
                int originLength = Byte.toUnsignedInt(from.get());
                from.getShort();
                int contentLength = from.getInt();
                Change.Replaced replaced = readReplaced(from);
                byte[] fingerprint = take(from, fingerprintLength);
                String origin = Utf8.text(take(from, originLength));
                yield new Change.Put(lsn, time, fingerprint, takeAll(from, contentLength), origin, replaced);
            }
            case DELETE -> {
                int fingerprintLength = Byte.toUnsignedInt(from.get());
                boolean kept = from.get() != 0;
                from.getShort();
                int tombstoneLength = from.getInt();
                Change.Replaced replaced = readReplaced(from);
                Hash replacedTombstone = Hash.read(from);
                byte[] fingerprint = take(from, fingerprintLength);
                Tombstone tombstone = Tombstone.of(takeAll(from, tombstoneLength));
                yield new Change.Delete(lsn, time, fingerprint, tombstone, kept, replaced, replacedTombstone);
            }
            case POINT -> new Change.Point(lsn, time, Utf8.text(take(from, from.remaining())));
            case COMMIT, SEAL -> throw new IllegalArgumentException("not a change: " + header.type());
        };
    }

    private static Change.Replaced readReplaced(ByteBuffer from) {
        Lsn lsn = new Lsn(from.getLong());
        return new Change.Replaced(lsn, Hash.read(from));
    }

    private static byte[] takeAll(ByteBuffer from, int length) {
        if (length != from.remaining()) {
            throw new IllegalArgumentException(length + " bytes announced, but " + from.remaining() + " there");
        }
        return take(from, length);
    }

    private static byte[] take(ByteBuffer from, int length) {
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }
}
