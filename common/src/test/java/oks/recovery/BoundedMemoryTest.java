package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import oks.durable.DurableFile;
import org.junit.jupiter.api.Test;

/** Reads a recovery file of 300 MiB, which is made while it is read, and looks at the buffers that are read into. */
final class BoundedMemoryTest {
    private static final long FILE = 300L << 20;
    private static final int CONTENT = 1 << 20;
    private static final int WINDOW = 4 << 20;

    @Test
    void aFileOf300MebibytesIsReadThroughAWindowOfAFew() throws IOException {
        GrowingFile file = new GrowingFile();
        try (RecoveryReader reader = RecoveryReader.over(file)) {
            long groups = 0;
            for (Optional<Group> group = reader.next(); group.isPresent(); group = reader.next()) {
                groups++;
            }
            assertThat(reader.end().kind()).isEqualTo(RecoveryReader.EndKind.OPEN);
            assertThat(groups).isEqualTo(file.groups).isGreaterThan(200);
        }
        assertThat(file.largestBuffer).isLessThanOrEqualTo(WINDOW);
    }

    /** A file whose groups are encoded when a reader comes to them; only forward, and only the last few are kept. */
    private static final class GrowingFile implements DurableFile {
        private final RecoveryHeader header = new RecoveryHeader(
                new RecoveryFileName("sample", Instant.EPOCH, 1),
                RecoveryFixtures.IDENTITY.database(),
                RecoveryFixtures.IDENTITY.timeline(),
                Instant.EPOCH,
                7,
                LogPosition.START,
                "test");
        private final GroupEncoder encoder = new GroupEncoder(header.salt());
        private final long length;
        private LogPosition position =
                new LogPosition(header.name(), RecoveryFormat.HEADER, Lsn.NONE, header.chainStart(), Digest.EMPTY);
        private byte[] part = header.encode().array();
        private long partOffset;
        private long groups;
        private int largestBuffer;

        GrowingFile() {
            long group = RecoveryFormat.frameLength(ChangeCodec.length(change(1))) + RecoveryFormat.END_FRAME;
            length = RecoveryFormat.HEADER + FILE / group * group;
        }

        private static Change change(long lsn) {
            byte[] content = new byte[CONTENT];
            content[0] = (byte) lsn;
            return new Change.Put(
                    new Lsn(lsn), Instant.EPOCH, RecoveryFixtures.fingerprint(1), content, "", Change.Replaced.NOTHING);
        }

        @Override
        public Path path() {
            return Path.of(header.name().toString());
        }

        @Override
        public long size() {
            return length;
        }

        @Override
        public int read(ByteBuffer into, long offset) {
            largestBuffer = Math.max(largestBuffer, into.capacity());
            int before = into.position();
            while (into.hasRemaining() && offset + into.position() - before < length) {
                copyPart(into, offset + into.position() - before);
            }
            return into.position() - before;
        }

        private void copyPart(ByteBuffer into, long offset) {
            while (offset >= partOffset + part.length) {
                partOffset += part.length;
                part = nextGroup();
            }
            int from = Math.toIntExact(offset - partOffset);
            assertThat(from).as("reading goes forward").isNotNegative();
            into.put(part, from, Math.min(into.remaining(), part.length - from));
        }

        @Override
        public void write(long offset, ByteBuffer... from) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sync() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void syncAll() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void truncate(long to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {
            part = new byte[0];
        }

        private byte[] nextGroup() {
            groups++;
            Lsn last = position.last().next();
            GroupEncoder.Encoded encoded =
                    encoder.group(List.of(change(last.number())), position, last, Digest.EMPTY, Instant.EPOCH);
            byte[] bytes = new byte[encoded.bytes().remaining()];
            encoded.bytes().get(bytes);
            position = new LogPosition(
                    header.name(), position.length() + bytes.length, last, encoded.chain(), Digest.EMPTY);
            return bytes;
        }
    }
}
