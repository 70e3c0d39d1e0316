package oks.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryFileName;

/**
 * The record that every batch writes: where the log stood, and how much there is.
 *
 * <pre>
 * offset size (big endian)
 *      0    1  format, 1
 *      1    8  last LSN
 *      9    8  length of the recovery file up to there
 *     17   32  chain hash
 *     49   32  state digest
 *     81    8  certificates
 *     89    8  tombstones
 *     97       recovery file name, ASCII; empty before the first one
 * </pre>
 */
record StoreMeta(LogPosition position, long certificates, long tombstones) {
    static final StoreMeta EMPTY = new StoreMeta(LogPosition.START, 0, 0);

    private static final byte FORMAT = 1;
    private static final int FIXED = 97;

    byte[] bytes() {
        String name = position.file() == null ? "" : position.file().toString();
        return ByteBuffer.allocate(FIXED + name.length())
                .put(FORMAT)
                .putLong(position.last().number())
                .putLong(position.length())
                .put(position.chain().bytes())
                .put(position.digest().sum().bytes())
                .putLong(certificates)
                .putLong(tombstones)
                .put(name.getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    /** @throws OperatorFault FAILED when the format is too new */
    static StoreMeta of(byte[] bytes) {
        ByteBuffer from = ByteBuffer.wrap(bytes);
        int format = bytes.length < FIXED ? 0 : Byte.toUnsignedInt(from.get());
        if (format > FORMAT) {
            throw OperatorFault.of(
                            ExitCode.FAILED,
                            "the store has format %d, but this program reads formats up to %d",
                            format,
                            FORMAT)
                    .kept("nothing was changed")
                    .next("use the version of OKS that wrote it, or a newer one");
        }
        if (format != FORMAT) {
            throw new IllegalArgumentException("the store's meta record is not of format " + FORMAT);
        }
        Lsn last = new Lsn(from.getLong());
        long length = from.getLong();
        Hash chain = hash(from);
        Digest digest = new Digest(hash(from));
        long certificates = from.getLong();
        long tombstones = from.getLong();
        String name = new String(bytes, FIXED, bytes.length - FIXED, StandardCharsets.US_ASCII);
        RecoveryFileName file =
                name.isEmpty() ? null : RecoveryFileName.of(Path.of(name)).orElseThrow();
        return new StoreMeta(new LogPosition(file, length, last, chain, digest), certificates, tombstones);
    }

    private static Hash hash(ByteBuffer from) {
        byte[] bytes = new byte[Hash.BYTES];
        from.get(bytes);
        return Hash.of(bytes);
    }
}
