package oks.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RealDiskTest {
    @TempDir
    private Path directory;

    private final Disk disk = new RealDisk();

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path path = directory.resolve("file");
        try (DurableFile file = disk.create(path)) {
            file.write(0, bytes("one "), bytes("two "), bytes("three"));
            file.write(4, bytes("TWO"));
            file.sync();
            file.truncate(8);
            file.truncate(100);
            file.syncAll();
            assertThat(file.size()).isEqualTo(8);
            ByteBuffer into = ByteBuffer.allocate(20);
            assertThat(file.read(into, 4)).isEqualTo(4);
            assertThat(file.read(into, 8)).isZero();
        }
        disk.syncDirectory(directory);
        assertThat(path).hasContent("one TWO ");
    }

    @Test
    void aFileIsCreatedForItsOwnerAndOnlyOnce() throws IOException {
        Path path = directory.resolve("file");
        disk.create(path).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .matches("rw-[r-]-----");
        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> disk.create(path));
        assertThat(disk.isReadOnly(path)).isFalse();
        disk.makeReadOnly(path);
        assertThat(disk.isReadOnly(path)).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("r--r-----");
    }

    @Test
    void namesComeSortedAndAMissingDirectoryIsEmpty() throws IOException {
        for (String name : new String[] {"b", "c", "a"}) {
            disk.create(directory.resolve(name)).close();
        }
        disk.rename(directory.resolve("b"), directory.resolve("a"));
        disk.delete(directory.resolve("never there"));
        assertThat(disk.list(directory)).containsExactly(directory.resolve("a"), directory.resolve("c"));
        assertThat(disk.list(directory.resolve("missing"))).isEmpty();
        assertThat(disk.usableBytes(directory)).isPositive();
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> disk.usableBytes(directory.resolve("missing")));
    }

    @Test
    void aSmallFileIsReplacedAsAWhole() throws IOException {
        Path path = directory.resolve("file");
        Durable.replace(disk, path, "old".getBytes(StandardCharsets.US_ASCII));
        Durable.replace(disk, path, "new".getBytes(StandardCharsets.US_ASCII));
        assertThat(Durable.read(disk, path)).asString().isEqualTo("new");
        assertThat(disk.list(directory)).containsExactly(path);
    }
}
