package oks.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import oks.recovery.Lsn;
import oks.testing.ExternalProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ArchiveRoundTripTest {
    @TempDir
    private Path scratch;

    @ParameterizedTest
    @EnumSource(Compression.class)
    void whatIsUnpackedIsWhatWasArchived(Compression compression) throws IOException {
        SampleSnapshot snapshot = SampleSnapshot.in(scratch.resolve("snapshot"));
        byte[] archive = snapshot.archive(compression);
        Path into = Files.createDirectory(scratch.resolve("unpacked"));

        ArchiveContents contents = Extraction.unpack(
                new ByteArrayInputStream(archive), "sample.tar", into, BaseArchives.ofPipe(), bytes -> {});

        assertThat(contents.directory()).isEqualTo("sample");
        assertThat(contents.manifest()).hasValueSatisfying(manifest -> {
            assertThat(manifest.state()).isEqualTo(snapshot.state());
            assertThat(manifest.created()).isEqualTo(SampleSnapshot.CREATED);
        });
        assertSameFiles(snapshot, into.resolve("sample"));
    }

    private static void assertSameFiles(SampleSnapshot snapshot, Path unpacked) throws IOException {
        for (ArchiveSource.SourceFile file : snapshot.source().files()) {
            assertThat(Files.mismatch(file.file(), unpacked.resolve(file.path())))
                    .as(file.path())
                    .isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void theSameSnapshotMakesTheSameArchive(Compression compression) throws IOException {
        SampleSnapshot snapshot = SampleSnapshot.small(scratch);
        assertThat(snapshot.archive(compression)).isEqualTo(snapshot.archive(compression));
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aPipeThatDeliversByteByByteIsReadToItsEnd(Compression compression) throws IOException {
        byte[] archive = SampleSnapshot.small(scratch).archive(compression);
        InputStream slow = new ByteArrayInputStream(archive) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, 1));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };
        AtomicLong read = new AtomicLong();
        assertThat(ArchiveCheck.check(slow, "-", BaseArchives.ofPipe(), read::addAndGet)
                        .manifest())
                .isPresent();
        assertThat(read).hasValue(archive.length);
    }

    @Test
    void tarListsAndUnpacksWhatWasWritten() throws Exception {
        SampleSnapshot snapshot = SampleSnapshot.in(scratch.resolve("snapshot"));
        for (Compression compression : Compression.values()) {
            if (compression == Compression.ZSTD) {
                ExternalProgram.require("zstd", "zstd"); // tar calls it
            }
            Path file = Files.write(scratch.resolve("archive" + compression.suffix()), snapshot.archive(compression));
            Path into = Files.createDirectory(scratch.resolve("by-tar-" + compression.word()));

            run(ExternalProgram.require("tar", "tar").toString(), "xaf", file.toString(), "-C", into.toString());

            assertSameFiles(snapshot, into.resolve("sample"));
            assertThat(into.resolve("sample/MANIFEST.json")).isRegularFile();
        }
    }

    @Test
    void gunzipZcatAndPigzReadTheParallelMembersAsOneFile() throws Exception {
        SampleSnapshot snapshot = SampleSnapshot.in(scratch.resolve("snapshot"));
        Path file = Files.write(scratch.resolve("archive.tar.gz"), snapshot.archive(Compression.GZIP));
        byte[] plain = snapshot.archive(Compression.NONE);
        assertThat(run(ExternalProgram.require("gunzip", "gzip").toString(), "-c", file.toString()))
                .isEqualTo(plain);
        assertThat(run(ExternalProgram.require("zcat", "gzip").toString(), file.toString()))
                .isEqualTo(plain);
        assertThat(run(ExternalProgram.require("pigz", "pigz").toString(), "-dc", file.toString()))
                .isEqualTo(plain);
    }

    @Test
    void zstdReadsWhatWasWritten() throws Exception {
        SampleSnapshot snapshot = SampleSnapshot.in(scratch.resolve("snapshot"));
        Path file = Files.write(scratch.resolve("archive.tar.zst"), snapshot.archive(Compression.ZSTD));
        assertThat(run(ExternalProgram.require("zstd", "zstd").toString(), "-dcq", file.toString()))
                .isEqualTo(snapshot.archive(Compression.NONE));
    }

    @Test
    void anArchiveMadeByHandIsUnderstoodWithWhateverStandsAboveTheDatabase() throws Exception {
        Path database = scratch.resolve("usr/local/oks/var/db");
        SampleSnapshot snapshot = SampleSnapshot.in(database);
        Files.writeString(database.resolve("sample-202611221049020000000042.recovery"), "recovery");
        Files.writeString(database.resolve("LOCK"), "");
        // oksd's snapshots are hard links: whichever tar meets second is a link in the archive.
        Path held = Files.createDirectories(database.resolve("snapshots/7/store"));
        Files.createLink(held.resolve("000012.sst"), database.resolve("store/000012.sst"));
        Files.copy(database.resolve("IDENTITY"), database.resolve("snapshots/7/IDENTITY"));
        Path tar = scratch.resolve("oksdb.tar");
        run("tar", "cf", tar.toString(), "-C", scratch.toString(), "usr/local/oks/var/db");
        Path into = Files.createDirectory(scratch.resolve("into"));

        ArchiveContents contents;
        try (InputStream in = Files.newInputStream(tar)) {
            contents = Extraction.unpack(in, "oksdb.tar", into, BaseArchives.ofPipe(), bytes -> {});
        }

        assertThat(contents.manifest()).isEmpty();
        assertThat(contents.directory()).isEqualTo("usr/local/oks/var/db");
        assertThat(contents.identity()).isEqualTo(snapshot.state().identity());
        assertThat(contents.recoveryFiles())
                .containsExactly("usr/local/oks/var/db/sample-202611221049020000000042.recovery");
        assertSameFiles(snapshot, into.resolve(contents.directory()));
    }

    @Test
    void aManifestLeftInADirectoryThatTarArchivedAgainIsNoManifest() throws Exception {
        SampleSnapshot snapshot = SampleSnapshot.small(scratch.resolve("db"));
        Files.writeString(snapshot.directory().resolve("MANIFEST.json"), "of an earlier archive");
        Path tar = scratch.resolve("again.tar");
        run("tar", "cf", tar.toString(), "-C", scratch.toString(), "db/IDENTITY", "db/store", "db/MANIFEST.json");
        assertThat(ArchiveCheck.check(tar, bytes -> {}).manifest()).isEmpty();
    }

    @Test
    void theNameSaysDatabaseTimeAndLsn() {
        ArchiveName name = new ArchiveName("a-b", SampleSnapshot.CREATED, new Lsn(12), Compression.ZSTD, false);
        assertThat(name).hasToString("a-b-20261122104902-12.full.tar.zst");
        assertThat(ArchiveName.of(Path.of("/backup", name.toString()))).contains(name);
        for (String other :
                List.of(".a-b-20261122104902-12.full.tar.zst.partial", "a-b-20261322104902-12.full.tar", "x.tar.gz")) {
            assertThat(ArchiveName.of(Path.of(other))).as(other).isEmpty();
        }
    }

    private byte[] run(String... command) throws IOException, InterruptedException {
        Path errors = scratch.resolve("errors");
        Path output = scratch.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        assertThat(process.waitFor()).as(() -> String.join(" ", command)).isZero();
        assertThat(errors).isEmptyFile();
        return Files.readAllBytes(output);
    }
}
