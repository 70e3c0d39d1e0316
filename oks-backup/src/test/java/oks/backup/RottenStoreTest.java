package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import oks.archive.ArchiveChecksum;
import oks.archive.ArchiveSource;
import oks.archive.ArchiveWriter;
import oks.archive.ArchivedState;
import oks.archive.Compression;
import oks.archive.Proof;
import oks.archive.SharedFiles;
import oks.archive.SidecarFile;
import oks.backup.verify.Verification;
import oks.cli.ProgressDisplay;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.recovery.Hash;
import oks.recovery.LogPosition;
import oks.testing.CommandRun;
import oks.testing.GnuPg;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A disk loses a bit in the store: no archive of that is called good, and none that is good is removed for it. */
final class RottenStoreTest {
    @TempDir
    private Path scratch;

    private final RealDisk disk = new RealDisk();
    private Path out;
    private Path conf;

    @BeforeEach
    void configure() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        conf = FakeOksd.configuration(scratch);
    }

    private CommandRun run(String... args) {
        List<String> line = new ArrayList<>(List.of(args));
        line.addAll(List.of("--conf", conf.toString(), "-q"));
        return CommandRun.of("oks-backup", OksBackup::new, line.toArray(String[]::new));
    }

    private CommandRun verify(Path what) {
        return CommandRun.of("oks-backup", OksBackup::new, "verify", what.toString(), "-q");
    }

    private List<String> names() throws IOException {
        return disk.list(out).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> !name.endsWith(".lock"))
                .toList();
    }

    /** Flips a bit among the data of the first table. */
    private static void rot(Path store) throws IOException {
        Path table;
        try (Stream<Path> files = Files.list(store)) {
            table = files.filter(file -> file.toString().endsWith(".sst"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(table);
        bytes[40] ^= 1;
        Files.write(table, bytes);
    }

    /** Ways to make an archive. */
    private enum Way {
        HOT,
        PAUSED,
        ENCRYPTED,
        TO_A_PIPE
    }

    @Test
    void fullOfARottenStoreOfAStoppedDatabasePublishesNothing() throws IOException {
        try (SampleDatabase database =
                SampleDatabase.create(scratch.resolve("db"), 1).put(1, 2, 3)) {
            assertThat(database.certificates()).isEqualTo(3);
        }
        assertThat(run("full", "--out", out.toString()).status()).isZero();
        rot(scratch.resolve("db/store"));
        List<String> before = names();
        CommandRun full = run("full", "--out", out.toString());
        assertThat(full.status()).as(full.stderr()).isEqualTo(ExitCode.DAMAGED.status());
        assertThat(full.stderr()).contains(".sst", "salvage", "--move-aside");
        assertThat(names()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void fullOfARottenStoreNamesTheTableAndPublishesNothing(Way way) throws IOException {
        try (SampleDatabase database =
                        SampleDatabase.create(scratch.resolve("db"), 1).put(1, 2, 3);
                FakeOksd oksd = FakeOksd.in(scratch, database)) {
            assertThat(run("full", "--out", out.toString()).status()).isZero();
            oksd.removeSnapshot();
            rot(scratch.resolve("db/store"));
            List<String> before = names();
            CommandRun full = switch (way) {
                case HOT -> run("full", "--out", out.toString());
                case PAUSED -> run("full", "--out", out.toString(), "--paused");
                case TO_A_PIPE -> run("full", "--out", "-");
                case ENCRYPTED -> {
                    try (GnuPg gpg = GnuPg.open()) {
                        Path certificate = Files.write(
                                scratch.resolve("cert.pgp"), gpg.generate("Backup <b@example.org>", "default"));
                        yield run("full", "--out", out.toString(), "--encrypt", certificate.toString());
                    }
                }
            };
            assertThat(full.status()).as(full.stderr()).isEqualTo(ExitCode.DAMAGED.status());
            assertThat(full.stderr()).contains(".sst", "salvage", "--move-aside");
            assertThat(names()).isEqualTo(before);
            if (way == Way.TO_A_PIPE) {
                assertThat(pipedVerify(full.out()))
                        .as("no archive, and none made by hand")
                        .isEqualTo(ExitCode.DAMAGED);
            }
        }
    }

    private ExitCode pipedVerify(byte[] archive) throws IOException {
        return new Verification(disk, (text, total, unit) -> new ProgressDisplay.Silence())
                .verify(new ByteArrayInputStream(archive), Path.of("-"))
                .get(0)
                .fault()
                .map(fault -> fault.code())
                .orElse(ExitCode.DONE);
    }

    /** As oks-backup made them before it proved anything: each file with its hash, whatever it holds. */
    private Path unprovenArchive(SampleDatabase database, String name, boolean rotten) throws IOException {
        Path snapshot = Files.createTempDirectory(scratch, "snapshot");
        LogPosition position = database.position();
        database.snapshot(snapshot);
        if (rotten) {
            Path copy = Files.createTempDirectory(scratch, "rotten"); // a snapshot is links to the store
            org.apache.commons.io.file.PathUtils.copyDirectory(snapshot, copy);
            snapshot = copy;
            rot(snapshot.resolve("store"));
        }
        Path file = out.resolve(name);
        try (OutputStream stream = Files.newOutputStream(file)) {
            ArchiveWriter.write(
                    ArchiveSource.of(snapshot.resolve("IDENTITY"), snapshot.resolve("store")),
                    new ArchivedState(
                            database.identity(),
                            position.last(),
                            position.digest(),
                            position.chain(),
                            database.certificates(),
                            position.ordinal() + 1),
                    stream,
                    Compression.GZIP,
                    "oks-backup 1.0.0",
                    database.now(),
                    bytes -> {},
                    ArchiveWriter.UNSEEN,
                    SharedFiles.NONE);
        }
        Hash sha256 = Hash.of(Hash.sha256().digest(Files.readAllBytes(file)));
        new ArchiveChecksum(sha256, name).write(disk, file);
        return file;
    }

    @Test
    void theLastProvenArchiveStaysUntilANewerOneIsProven() throws IOException {
        try (SampleDatabase database =
                        SampleDatabase.create(scratch.resolve("db"), 1).put(1);
                FakeOksd oksd = FakeOksd.in(scratch, database)) {
            assertThat(run("full", "--out", out.toString()).status()).isZero();
            oksd.removeSnapshot();
            Path proven = out.resolve(names().get(0));
            database.put(2);
            assertThat(run("recovery", "--out", out.toString(), "--rotate").status())
                    .isZero();
            oksd.flushedTo(2);
            database.put(3).rotate();
            Path rotten = unprovenArchive(database, "sample-29990101000000-3.full.tar.gz", true);
            assertThat(run("check", "--out", out.toString()).stdout())
                    .contains("can be restored from " + proven.getFileName());
            List<String> before = names();
            List<Path> source = database.recoveryFiles();

            CommandRun refused = run("expire", out.toString(), "--keep-full", "1", "--prune-source", "--confirm");
            assertThat(refused.status()).as(refused.stdout()).isEqualTo(ExitCode.FAILED.status());
            assertThat(refused.stderr()).contains("is not proven", "oks-backup verify " + rotten);
            assertThat(names()).isEqualTo(before);
            assertThat(database.recoveryFiles()).isEqualTo(source);

            CommandRun bad = verify(rotten);
            assertThat(bad.status()).isEqualTo(ExitCode.DAMAGED.status());
            assertThat(bad.stdout()).startsWith("BAD ").contains("table \"store/", "is damaged");
            assertThat(SidecarFile.PROOF.of(rotten)).doesNotExist();

            SidecarFile.deleteAll(disk, rotten);
            Files.delete(rotten);
            Path old = unprovenArchive(database, "sample-29990101000000-3.full.tar.gz", false);
            assertThat(CommandRun.of("oks-backup", OksBackup::new, "list", out.toString())
                            .stdout())
                    .contains(", not proven yet\n", ": blocks\n");
            assertThat(verify(old).stdout()).contains("every byte, every block and the content");
            assertThat(Proof.beside(disk, old).orElseThrow().level()).isEqualTo(Proof.Level.BLOCKS);
            assertThat(run("expire", out.toString(), "--keep-full", "1", "--confirm")
                            .status())
                    .isZero();
            assertThat(proven).doesNotExist();
            assertThat(SidecarFile.PROOF.of(proven)).doesNotExist();
        }
    }

    /** The blocks are sound, and their sum is another one than the manifest says. */
    @Test
    void anArchiveWhoseContentIsNotThatOfItsManifestIsBad() throws IOException {
        try (SampleDatabase database =
                SampleDatabase.create(scratch.resolve("db"), 1).put(1).flush()) {
            Path snapshot = scratch.resolve("earlier");
            database.snapshot(snapshot);
            database.put(2);
            LogPosition position = database.position();
            Path file = out.resolve("archive.tar");
            try (OutputStream stream = Files.newOutputStream(file)) {
                ArchiveWriter.write(
                        ArchiveSource.of(snapshot.resolve("IDENTITY"), snapshot.resolve("store")),
                        new ArchivedState(
                                database.identity(), position.last(), position.digest(), position.chain(), 1, 1),
                        stream,
                        Compression.NONE,
                        "oks-backup 1.0.0",
                        database.now(),
                        bytes -> {},
                        ArchiveWriter.UNSEEN,
                        SharedFiles.NONE);
            }
            CommandRun bad = verify(file);
            assertThat(bad.status()).isEqualTo(ExitCode.DAMAGED.status());
            assertThat(bad.stdout()).contains("is to have state digest", "but its content has");
        }
    }
}
