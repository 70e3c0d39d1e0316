package oks.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import oks.durable.DurableFile;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * The first 4096 bytes of a recovery file, written once and forced before the file gets its name.
 *
 * <p>All numbers are little endian; UUIDs are 16 bytes in network order; see oks-recovery(5), section HEADER.
 *
 * <pre>
 * offset size                                  offset size
 *      0    8  "OKSRCV\r\n"                       136    8  random salt
 *      8    2  format version, 1                  144    8  predecessor's ordinal, 0 for none
 *     10    2  header length, 4096                152    8  predecessor's last LSN
 *     12    4  flags, 0                           160    8  predecessor's durable length
 *     16   16  database                           168   32  predecessor's chain hash
 *     32   16  timeline                           200   32  state digest at the beginning
 *     48   16  parent timeline, zeros for none    232   24  zeros
 *     64    4  timeline number                    256  256  predecessor's name, padded with zeros
 *     68    4  zeros                              512  256  this file's name, padded with zeros
 *     72    8  last LSN shared with the parent    768   64  writer, padded with zeros
 *     80   32  state digest at the fork           832 3260  zeros
 *    112    8  ordinal                           4092    4  CRC32C of bytes 0 to 4091
 *    120    8  first LSN of this file
 *    128    8  begun, microseconds since 1970
 * </pre>
 *
 * @param begun wall clock when the file was begun
 * @param salt makes this file's frames unlike every other file's
 * @param predecessor where the log stood; bytes of the predecessor beyond its length are void
 * @param writer program and version; cut to 64 bytes
 */
public record RecoveryHeader(
        RecoveryFileName name,
        UUID database,
        Timeline timeline,
        Instant begun,
        long salt,
        LogPosition predecessor,
        String writer) {
    private static final int VERSION = 8;
    private static final int PREDECESSOR_NAME = 256;
    private static final int OWN_NAME = 512;
    private static final int NAME_LENGTH = 256;
    private static final int WRITER = 768;
    private static final int WRITER_LENGTH = 64;
    private static final int CHECKSUM = RecoveryFormat.HEADER - 4;

    public RecoveryHeader {
        begun = Micros.truncate(begun);
        writer = Utf8.cut(writer, WRITER_LENGTH);
    }

    /** The number of the first change that this file can hold. */
    Lsn firstLsn() {
        return predecessor.last().next();
    }

    /** Where the frames begin, which is the end of the log until there are any. */
    LogPosition start() {
        return new LogPosition(name, RecoveryFormat.HEADER, predecessor.last(), chainStart(), predecessor.digest());
    }

    /** The chain hash with which this file's frames begin: SHA-256 of the predecessor's and of this block. */
    Hash chainStart() {
        return ChainHash.begin(predecessor.chain(), encode());
    }

    /** The block as it stands in the file. */
    ByteBuffer encode() {
        ByteBuffer block = ByteBuffer.allocate(RecoveryFormat.HEADER).order(ByteOrder.LITTLE_ENDIAN);
        block.putLong(RecoveryFormat.MAGIC)
                .putShort((short) RecoveryFormat.VERSION)
                .putShort((short) RecoveryFormat.HEADER)
                .putInt(0);
        putUuid(block, database);
        putUuid(block, timeline.id());
        putUuid(block, timeline.fork().map(Timeline.Fork::parent).orElse(new UUID(0, 0)));
        block.putInt(timeline.number()).putInt(0);
        block.putLong(timeline.fork().map(fork -> fork.last().number()).orElse(0L));
        timeline.fork().map(Timeline.Fork::digest).orElse(Digest.EMPTY).sum().write(block);
        block.putLong(name.ordinal())
                .putLong(firstLsn().number())
                .putLong(Micros.of(begun))
                .putLong(salt);
        block.putLong(predecessor.ordinal())
                .putLong(predecessor.last().number())
                .putLong(predecessor.length());
        predecessor.chain().write(block);
        predecessor.digest().sum().write(block);
        putText(
                block,
                PREDECESSOR_NAME,
                predecessor.file() == null ? "" : predecessor.file().toString());
        putText(block, OWN_NAME, name.toString());
        putText(block, WRITER, writer);
        block.putInt(CHECKSUM, checksum(block.array()));
        return block.position(0);
    }

    /**
     * Reads and checks the header of an open file.
     *
     * @throws OperatorFault DAMAGED when it does not check, FAILED when the format is too new, GAP_OR_FORK when the
     *     file was renamed
     */
    static RecoveryHeader read(DurableFile file) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(RecoveryFormat.HEADER).order(ByteOrder.LITTLE_ENDIAN);
        int read = file.read(block, 0);
        if (read < RecoveryFormat.HEADER) {
            throw damaged(
                    file,
                    String.format(
                            Locale.ROOT, "has %d bytes, but its header alone has %d", read, RecoveryFormat.HEADER));
        }
        byte[] bytes = block.array();
        if (block.getLong(0) != RecoveryFormat.MAGIC) {
            throw damaged(file, "does not begin as a recovery file does");
        }
        int format = Short.toUnsignedInt(block.getShort(VERSION));
        if (block.getInt(CHECKSUM) != checksum(bytes)) {
            throw damaged(file, "has a header that does not match its checksum");
        }
        if (format > RecoveryFormat.VERSION) {
            throw OperatorFault.of(
                            ExitCode.FAILED,
                            "recovery file \"%s\" has format %d, but this program reads formats up to %d",
                            file.path(),
                            format,
                            RecoveryFormat.VERSION)
                    .kept("nothing was changed")
                    .next("use the version of OKS that wrote it, or a newer one");
        }
        try {
            RecoveryHeader header = decode(block, file);
            if (!Arrays.equals(header.encode().array(), bytes)) {
                throw new IllegalArgumentException("a field that this format does not have is not zero");
            }
            return header;
        } catch (IllegalArgumentException e) {
            throw damaged(file, "has a header that makes no sense").because(e);
        }
    }

    private static RecoveryHeader decode(ByteBuffer block, DurableFile file) {
        RecoveryFileName name = RecoveryFileName.ofPartial(file.path())
                .orElseThrow(() -> damaged(file, "has a name that is not a recovery file's"));
        String ownName = text(block, OWN_NAME, NAME_LENGTH);
        if (!name.toString().equals(ownName)) {
            throw OperatorFault.of(
                            ExitCode.GAP_OR_FORK,
                            "recovery file \"%s\" was renamed: its header says \"%s\"",
                            file.path(),
                            ownName)
                    .kept("nothing was changed")
                    .next("give it back the name that its header says");
        }
        UUID parent = uuid(block, 48);
        int number = block.getInt(64);
        Optional<Timeline.Fork> fork = number == 1
                ? Optional.empty()
                : Optional.of(new Timeline.Fork(parent, Lsn.read(block.getLong(72)), new Digest(hash(block, 80))));
        String predecessorName = text(block, PREDECESSOR_NAME, NAME_LENGTH);
        RecoveryFileName predecessor = predecessorName.isEmpty()
                ? null
                : RecoveryFileName.of(file.path().resolveSibling(predecessorName))
                        .orElseThrow(() -> new IllegalArgumentException("predecessor's name"));
        return new RecoveryHeader(
                name,
                uuid(block, 16),
                Timeline.read(number, uuid(block, 32), fork),
                Micros.instant(block.getLong(128)),
                block.getLong(RecoveryFormat.SALT),
                new LogPosition(
                        predecessor,
                        block.getLong(160),
                        Lsn.read(block.getLong(152)),
                        hash(block, 168),
                        new Digest(hash(block, 200))),
                text(block, WRITER, WRITER_LENGTH));
    }

    private static OperatorFault damaged(DurableFile file, String what) {
        return OperatorFault.of(ExitCode.DAMAGED, "recovery file \"%s\" %s", file.path(), what)
                .kept("nothing was changed")
                .next("%s", Advice.undamagedCopy(file.path()));
    }

    private static int checksum(byte[] block) {
        CRC32C crc = new CRC32C();
        crc.update(block, 0, CHECKSUM);
        return (int) crc.getValue();
    }

    private static void putUuid(ByteBuffer into, UUID uuid) {
        into.put(ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array());
    }

    private static UUID uuid(ByteBuffer from, int offset) {
        ByteBuffer view = from.duplicate().order(ByteOrder.BIG_ENDIAN);
        return new UUID(view.getLong(offset), view.getLong(offset + 8));
    }

    private static Hash hash(ByteBuffer from, int offset) {
        return Hash.read(from.duplicate().position(offset));
    }

    private static void putText(ByteBuffer into, int offset, String text) {
        into.put(offset, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer from, int offset, int length) {
        int end = offset;
        while (end < offset + length && from.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - offset];
        from.get(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
