package oks.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Hash;
import oks.recovery.Timeline;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ArchiveDamageTest {
    /** What tar leaves behind the two empty blocks says nothing. */
    private static final int TAR_END = 20 * 512;

    @TempDir
    private Path scratch;

    private static void check(byte[] archive) throws IOException {
        ArchiveCheck.check(new ByteArrayInputStream(archive), "sample.tar", BaseArchives.ofPipe(), bytes -> {});
    }

    private static OperatorFault fault(byte[] archive) {
        OperatorFault fault = catchThrowableOfType(OperatorFault.class, () -> check(archive));
        assertThat(fault).as("an archive that passes for good").isNotNull();
        return fault;
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void anArchiveCutShortAnywhereIsDamaged(Compression compression) throws IOException {
        byte[] whole = SampleSnapshot.small(scratch).archive(compression);
        int end = compression == Compression.NONE ? whole.length - TAR_END : whole.length;
        for (int length = 0; length < end; length += compression == Compression.NONE ? 97 : 1) {
            assertThat(fault(Arrays.copyOf(whole, length)).code())
                    .as("cut to " + length)
                    .isEqualTo(ExitCode.DAMAGED);
        }
    }

    @Test
    void aTarThatEndsAfterItsLastEntryIsCutShort() throws IOException {
        byte[] whole = SampleSnapshot.small(scratch).archive(Compression.NONE);
        int last = whole.length;
        while (whole[last - 1] == 0) {
            last--;
        }
        int entriesEnd = (last + 511) / 512 * 512; // all files and the manifest, without the two empty blocks
        assertThat(fault(Arrays.copyOf(whole, entriesEnd)).what()).contains("cut short");
        assertThat(fault(Arrays.copyOf(whole, entriesEnd + 512)).what()).contains("cut short");
    }

    @Test
    void anIdentityOfAnotherDatabaseThanTheManifestsIsNamed() throws IOException {
        SampleSnapshot snapshot = SampleSnapshot.small(scratch);
        UUID other = new UUID(8, 9);
        new DatabaseDirectory(new RealDisk(), snapshot.directory())
                .write(new DatabaseIdentity("sample", other, Timeline.first(new UUID(1, 2))));
        assertThat(fault(snapshot.archive(Compression.NONE)).what()).contains("but its IDENTITY of " + other);
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void everyFlippedByteIsFoundUnlessItChangesNoFile(Compression compression) throws IOException {
        byte[] whole = SampleSnapshot.small(scratch).archive(compression);
        ArchiveContents contents =
                ArchiveCheck.check(new ByteArrayInputStream(whole), "-", BaseArchives.ofPipe(), bytes -> {});
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x01;
            try {
                ArchiveContents seen =
                        ArchiveCheck.check(new ByteArrayInputStream(flipped), "-", BaseArchives.ofPipe(), bytes -> {});
                // The padding of a tar, the time in a gzip header: bytes that carry nothing.
                assertThat(seen).as("flipped at " + at).isEqualTo(contents);
            } catch (OperatorFault e) {
                assertThat(e.code()).as("flipped at " + at).isEqualTo(ExitCode.DAMAGED);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void withItsChecksumEveryFlippedByteAndEveryTruncationIsFound(Compression compression, TestReporter reporter)
            throws IOException {
        byte[] whole = SampleSnapshot.small(scratch).archive(compression);
        Optional<Hash> checksum = Optional.of(Hash.of(Hash.sha256().digest(whole)));
        checked(whole, checksum);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            assertThat(catchThrowableOfType(OperatorFault.class, () -> checked(flipped, checksum)))
                    .as("byte " + at)
                    .isNotNull();
            byte[] cut = Arrays.copyOf(whole, at);
            assertThat(catchThrowableOfType(OperatorFault.class, () -> checked(cut, checksum)))
                    .as("cut to " + at)
                    .isNotNull();
        }
        byte[] longer = Arrays.copyOf(whole, whole.length + 512); // zeros behind a tar mean nothing to tar
        assertThat(catchThrowableOfType(OperatorFault.class, () -> checked(longer, checksum)))
                .isNotNull();
        reporter.publishEntry(
                compression.word(),
                String.format(
                        Locale.ROOT, "%d flipped bytes and %d truncations, all found", whole.length, whole.length));
    }

    private static void checked(byte[] archive, Optional<Hash> checksum) throws IOException {
        ArchiveCheck.check(
                new ByteArrayInputStream(archive), "sample.tar", checksum, BaseArchives.ofPipe(), bytes -> {});
    }

    @Test
    void aFileThatIsNotAsTheManifestSaysIsNamed() throws IOException {
        SampleSnapshot snapshot = SampleSnapshot.small(scratch);
        byte[] archive = snapshot.archive(Compression.NONE);
        int at = find(archive, Files.readAllBytes(snapshot.directory().resolve("store/000012.sst")));
        archive[at + 5] ^= 1;
        assertThat(fault(archive).what())
                .startsWith("file \"sample/store/000012.sst\" in archive \"sample.tar\" has SHA-256 ")
                .contains(", but the manifest says ");
    }

    private static int find(byte[] in, byte[] what) {
        for (int at = 0; at + what.length <= in.length; at++) {
            if (Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
                return at;
            }
        }
        throw new AssertionError("not found");
    }

    @Test
    void aFileBesideTheManifestOrMissingFromItIsNamed() throws IOException {
        SampleSnapshot snapshot = SampleSnapshot.small(scratch);
        ArchiveSource source = snapshot.source();
        Manifest manifest = new Manifest(
                "p",
                SampleSnapshot.CREATED,
                snapshot.state(),
                ArchiveCheck.check(
                                new ByteArrayInputStream(snapshot.archive(Compression.NONE)),
                                "-",
                                BaseArchives.ofPipe(),
                                bytes -> {})
                        .manifest()
                        .orElseThrow()
                        .files());
        byte[] extra = tar(out -> {
            for (ArchiveSource.SourceFile file : source.files()) {
                put(out, "sample/" + file.path(), Files.readAllBytes(file.file()));
            }
            put(out, "sample/store/extra", new byte[1]);
            put(out, "sample/MANIFEST.json", ManifestText.bytes(manifest));
        });
        assertThat(fault(extra).what())
                .isEqualTo("file \"sample/store/extra\" is in archive \"sample.tar\", but not in its manifest");
        byte[] missing = tar(out -> {
            put(out, "sample/IDENTITY", Files.readAllBytes(source.files().get(0).file()));
            put(out, "sample/MANIFEST.json", ManifestText.bytes(manifest));
        });
        assertThat(fault(missing).what()).contains("is in the manifest, but not in archive \"sample.tar\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/../etc/passwd", "../outside", "db/../../outside", "db/a\u001b[31m"})
    void namesThatReachOutsideAreRefused(String name) throws IOException {
        byte[] archive = tar(out -> put(out, name, new byte[3]));
        OperatorFault fault = fault(archive);
        assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
        assertThat(fault.what()).startsWith("archive refused: entry ").doesNotContain("\u001b");
    }

    @Test
    void anAbsolutePathStaysInsideTheDirectoryAsTarLeavesIt() throws IOException {
        byte[] archive = tar(out -> {
            put(out, "//passwd", new byte[3]);
            TarArchiveEntry preserved = new TarArchiveEntry("/etc/passwd", true);
            out.putArchiveEntry(preserved);
            out.closeArchiveEntry();
        });
        Path into = Files.createDirectory(scratch.resolve("into"));
        assertThatThrownBy(() -> Extraction.unpack(
                        new ByteArrayInputStream(archive), "-", into, BaseArchives.ofPipe(), bytes -> {}))
                .hasMessageContaining("holds no database");
        assertThat(into.resolve("passwd")).exists();
        assertThat(into.resolve("etc/passwd")).exists();
    }

    @ParameterizedTest
    @ValueSource(
            bytes = {
                TarConstants.LF_SYMLINK,
                TarConstants.LF_LINK,
                TarConstants.LF_CHR,
                TarConstants.LF_BLK,
                TarConstants.LF_FIFO
            })
    void linksAndDevicesAreRefused(byte type) throws IOException {
        byte[] archive = tar(out -> {
            TarArchiveEntry entry = new TarArchiveEntry("db/store/x", type);
            entry.setLinkName("db/nowhere");
            out.putArchiveEntry(entry);
            out.closeArchiveEntry();
        });
        Path into = Files.createDirectory(scratch.resolve("into"));
        assertThatThrownBy(() -> Extraction.unpack(
                        new ByteArrayInputStream(archive), "-", into, BaseArchives.ofPipe(), bytes -> {}))
                .isInstanceOf(OperatorFault.class)
                .hasMessageStartingWith("archive refused: ");
        assertThat(into).isEmptyDirectory();
    }

    @Test
    void oneNameTwiceIsRefused() throws IOException {
        byte[] archive = tar(out -> {
            put(out, "db/store/x", new byte[3]);
            put(out, "./db//store/x", new byte[4]);
        });
        Path into = Files.createDirectory(scratch.resolve("into"));
        assertThat(fault(archive).what()).isEqualTo("archive refused: file \"db/store/x\" is in it twice");
        assertThatThrownBy(() -> Extraction.unpack(
                        new ByteArrayInputStream(archive), "-", into, BaseArchives.ofPipe(), bytes -> {}))
                .hasMessage("archive refused: file \"db/store/x\" is in it twice");
    }

    @Test
    void anArchiveOfSomethingElseHoldsNoDatabase() throws IOException {
        byte[] archive = tar(out -> put(out, "holiday/beach.jpg", new byte[2000]));
        assertThat(fault(archive).what()).startsWith("archive \"sample.tar\" holds no database");
        assertThat(fault("no tar at all".repeat(100).getBytes(StandardCharsets.UTF_8))
                        .code())
                .isEqualTo(ExitCode.DAMAGED);
        assertThat(fault(new byte[0]).code()).isEqualTo(ExitCode.DAMAGED);
    }

    @Test
    void aDiskThatCannotBeReadIsNotADamagedArchive() throws IOException {
        byte[] archive = SampleSnapshot.small(scratch).archive(Compression.GZIP);
        InputStream broken = new ByteArrayInputStream(archive, 0, archive.length) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                throw new java.io.UncheckedIOException(new IOException("never reached"));
            }
        };
        InputStream failing = new java.io.FilterInputStream(broken) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                throw new IOException("Input/output error");
            }
        };
        assertThatThrownBy(() -> ArchiveCheck.check(failing, "-", BaseArchives.ofPipe(), bytes -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("Input/output error");
    }

    private interface Writing {
        void to(TarArchiveOutputStream out) throws IOException;
    }

    private static byte[] tar(Writing writing) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(bytes, "UTF-8")) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            writing.to(out);
        }
        return bytes.toByteArray();
    }

    private static void put(TarArchiveOutputStream out, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, true);
        entry.setSize(content.length);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }
}
