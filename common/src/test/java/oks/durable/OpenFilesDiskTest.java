package oks.durable;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import oks.testing.FaultyDisk;
import org.junit.jupiter.api.Test;

/** Reading through a disk: files that stay open, files as streams, files that are compared. */
final class OpenFilesDiskTest {
    private static final Path FILE = Path.of("/files/one");
    private static final Path OTHER = Path.of("/files/two");

    private final FaultyDisk disk = new FaultyDisk(1);

    private long openings() {
        return disk.trace().stream()
                .filter(operation -> operation.contains("open for reading"))
                .count();
    }

    private void put(Path file, String content) {
        disk.put(file, content.getBytes(StandardCharsets.UTF_8));
    }

    private static String read(Disk from, Path file) throws IOException {
        return new String(Durable.read(from, file), StandardCharsets.UTF_8);
    }

    @Test
    void aFileIsOpenedOnceHoweverOftenItIsRead() throws IOException {
        put(FILE, "first");
        try (OpenFilesDisk open = new OpenFilesDisk(disk)) {
            assertThat(read(open, FILE)).isEqualTo("first");
            put(FILE, "another one in its place");
            assertThat(read(open, FILE)).isEqualTo("first");
            assertThat(openings()).isEqualTo(1);
        }
        try (OpenFilesDisk open = new OpenFilesDisk(disk)) {
            assertThat(read(open, FILE)).isEqualTo("another one in its place");
        }
    }

    @Test
    void noMoreFilesAreKeptOpenThanAProcessMayHave() throws IOException {
        AtomicInteger held = new AtomicInteger();
        Disk counting = new ForwardingDisk(disk) {
            @Override
            public DurableFile openForReading(Path file) throws IOException {
                DurableFile opened = super.openForReading(file);
                held.incrementAndGet();
                return new ClosingFile(opened, held::decrementAndGet);
            }
        };
        int most = 500;
        int files = most + 20;
        try (OpenFilesDisk open = new OpenFilesDisk(counting, most)) {
            for (int round = 0; round < 2; round++) {
                for (int i = 0; i < files; i++) {
                    put(Path.of("/files/" + i), "content " + i);
                    assertThat(read(open, Path.of("/files/" + i))).isEqualTo("content " + i);
                }
            }
            assertThat(held).hasValue(most);
            assertThat(openings()).isEqualTo(most + 2 * 20);
        }
        assertThat(held).hasValue(0);
    }

    /** Tells when it is closed. */
    private record ClosingFile(DurableFile file, Runnable closed) implements DurableFile {
        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            return file.read(into, offset);
        }

        @Override
        public void write(long offset, ByteBuffer... from) throws IOException {
            file.write(offset, from);
        }

        @Override
        public void sync() throws IOException {
            file.sync();
        }

        @Override
        public void syncAll() throws IOException {
            file.syncAll();
        }

        @Override
        public void truncate(long length) throws IOException {
            file.truncate(length);
        }

        @Override
        public void close() throws IOException {
            file.close();
            closed.run();
        }
    }

    @Test
    void aStreamReadsFromTheBeginningToTheEnd() throws IOException {
        put(FILE, "0123456789");
        try (InputStream in = DurableInputStream.open(disk, FILE)) {
            assertThat(in.read()).isEqualTo('0');
            assertThat(in.skip(3)).isEqualTo(3);
            assertThat(in.readNBytes(2)).isEqualTo("45".getBytes(StandardCharsets.UTF_8));
            assertThat(in.skip(100)).isEqualTo(4);
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read(new byte[3])).isEqualTo(-1);
            assertThat(in.read(new byte[0])).isZero();
        }
    }

    @Test
    void theFirstDifferenceOfTwoFilesIsFound() throws IOException {
        byte[] large = new byte[(1 << 18) + 7];
        disk.put(FILE, large);
        disk.put(OTHER, large);
        assertThat(FileComparison.mismatch(disk, FILE, OTHER)).isEqualTo(-1);
        byte[] changed = large.clone();
        changed[(1 << 18) + 3] = 1;
        disk.put(OTHER, changed);
        assertThat(FileComparison.mismatch(disk, FILE, OTHER)).isEqualTo((1 << 18) + 3);
        disk.put(OTHER, new byte[1 << 18]);
        assertThat(FileComparison.mismatch(disk, FILE, OTHER)).isEqualTo(1 << 18);
        assertThat(FileComparison.mismatch(disk, OTHER, FILE)).isEqualTo(1 << 18);
        disk.put(OTHER, new byte[0]);
        assertThat(FileComparison.mismatch(disk, FILE, OTHER)).isZero();
    }
}
