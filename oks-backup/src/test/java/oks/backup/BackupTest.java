package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import oks.archive.ArchiveCheck;
import oks.archive.ArchiveContents;
import oks.archive.BaseArchives;
import oks.archive.Compression;
import oks.archive.Manifest;
import oks.durable.DirectoryLock;
import oks.durable.RealDisk;
import oks.recovery.DatabaseDirectory;
import oks.testing.CommandRun;
import oks.testing.JavaCommand;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BackupTest {
    @TempDir
    private Path scratch;

    private Path out;
    private Path conf;
    private Path socket;
    private Path directory;

    @BeforeEach
    void configure() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        socket = scratch.resolve("oksd.ctl");
        directory = scratch.resolve("db");
        conf = Files.createDirectory(scratch.resolve("etc")).resolve("oksd.conf");
        Files.writeString(conf, """
                [database]
                name = "sample"
                directory = "db"
                [control]
                socket = "oksd.ctl"
                """);
    }

    private CommandRun backup(Object... args) {
        String[] line = Stream.concat(Stream.of(args).map(Object::toString), Stream.of("--conf", conf.toString(), "-q"))
                .toArray(String[]::new);
        return CommandRun.of("oks-backup", OksBackup::new, line);
    }

    private FakeOksd oksd(SampleDatabase database) {
        return new FakeOksd(database, socket, scratch.resolve("snapshots"));
    }

    private List<String> outNames() throws IOException {
        return new RealDisk()
                .list(out).stream()
                        .map(file -> file.getFileName().toString())
                        .filter(name -> !name.endsWith(".lock"))
                        .toList();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void fullArchivesARunningOksdAndReleasesItsSnapshot(Compression compression) throws IOException {
        try (SampleDatabase database = SampleDatabase.create(directory, 1).put(1, 2, 3);
                FakeOksd oksd = oksd(database)) {
            CommandRun run = backup("full", "--out", out, "--compress", compression.word(), "--json");
            assertThat(run.stderr()).isEmpty();
            assertThat(run.status()).isZero();
            assertThat(oksd.heard()).startsWith("snapshot", "release");
            Path archive = Path.of(run.json().path("path").asText());
            assertThat(archive.getFileName().toString())
                    .matches("sample-\\d{14}-3\\.full\\"
                            + compression.suffix().replace(".", "\\.").substring(1));
            Manifest manifest =
                    ArchiveCheck.check(archive, bytes -> {}).manifest().orElseThrow();
            assertThat(manifest.state().digest()).isEqualTo(database.digest());
            assertThat(manifest.state().certificates()).isEqualTo(3);
            assertThat(manifest.program()).isEqualTo("oks-backup 2.0.0");
            assertThat(outNames())
                    .containsExactly(
                            archive.getFileName().toString(),
                            archive.getFileName() + ".proof.json",
                            archive.getFileName() + ".sha256");
        }
    }

    @Test
    void fullArchivesAStoppedDatabaseUnderItsLockAndLeavesNoSnapshot() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(directory, 1)) {
            database.put(1, 2);
        }
        CommandRun run = backup("full", "--out", out);
        assertThat(run.stderr()).isEmpty();
        assertThat(run.stdout())
                .startsWith("archived database \"sample\" to " + out)
                .contains("  last change     LSN 2\n", "  certificates    2\n", "by reading the archive back");
        assertThat(directory.resolve("snapshots")).doesNotExist();
        try (DirectoryLock other = new DatabaseDirectory(new RealDisk(), directory).lock("oksd")) {
            assertThat(other).isNotNull();
            CommandRun open = backup("full", "--out", out);
            assertThat(open.status()).isEqualTo(4);
            assertThat(open.stderr()).contains("is open already, by ", "oksd cannot be reached");
        }
    }

    @Test
    void aKilledDatabaseIsArchivedAsFarAsItsStoreHasIt() throws IOException {
        SampleDatabase database =
                SampleDatabase.create(directory, 1).put(1, 2).flush().put(3);
        database.kill();
        CommandRun run = backup("full", "--out", out, "--json");
        assertThat(run.json().path("lsn").asLong()).as(run.stdout()).isEqualTo(2);
    }

    @Test
    void aSnapshotThatCannotBeReadLeavesNothingThatLooksLikeABackup() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(directory, 1).put(1);
                FakeOksd oksd = oksd(database)) {
            oksd.onSnapshot(snapshot -> Files.createSymbolicLink(snapshot.resolve("store/link"), scratch));
            CommandRun run = backup("full", "--out", out);
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.stderr()).contains("is not a regular file");
            assertThat(outNames()).isEmpty();
            await(() -> oksd.heard().contains("gone"));
        }
    }

    @Test
    void aRunThatIsTerminatedLeavesNothingThatLooksLikeABackup() throws Exception {
        try (SampleDatabase database = SampleDatabase.create(directory, 1).put(1);
                FakeOksd oksd = oksd(database)) {
            oksd.onSnapshot(snapshot -> {
                try (RandomAccessFile endless =
                        new RandomAccessFile(snapshot.resolve("store/endless").toFile(), "rw")) {
                    endless.setLength(1L << 40); // sparse
                }
            });
            Process process = new ProcessBuilder(JavaCommand.of(
                            List.of(),
                            OksBackup.class.getName(),
                            "full",
                            "--out",
                            out.toString(),
                            "--conf",
                            conf.toString(),
                            "-q"))
                    .redirectErrorStream(true)
                    .redirectOutput(scratch.resolve("output").toFile())
                    .start();
            try {
                await(() -> partials() == 1);
                process.destroy(); // SIGTERM
                assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.exitValue()).isEqualTo(128 + 15);
            assertThat(outNames()).isEmpty();
            await(() -> oksd.heard().contains("gone"));
        }
    }

    private long partials() {
        try {
            return outNames().stream()
                    .filter(name -> name.matches("\\.sample-.*\\.partial"))
                    .count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void fullToAPipeIsTheArchiveAndNothingElse() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(directory, 1).put(1)) {
            database.flush();
        }
        CommandRun run = backup("full", "--out", "-", "--compress", "zstd");
        assertThat(run.status()).isZero();
        ArchiveContents contents =
                ArchiveCheck.check(new ByteArrayInputStream(run.out()), "-", BaseArchives.ofPipe(), bytes -> {});
        assertThat(contents.manifest()).isPresent();
        assertThat(run.stderr()).contains("standard output", "cannot be read back");
    }

    @Test
    void aFaultNeverComesIntoThePipe() {
        CommandRun run = backup("full", "--out", "-", "--json");
        assertThat(run.status()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.stderr()).startsWith("{\"ok\":false");
    }

    @Test
    void withoutOksdAndWithoutADatabaseOksdIsNotReachable() throws IOException {
        assertThat(backup("full", "--out", out).status()).isEqualTo(3);
        assertThat(backup("recovery", "--out", out).status()).isEqualTo(3);
        try (SampleDatabase database = SampleDatabase.create(directory, 1)) {
            database.put(1);
        }
        CommandRun named = backup("full", "--out", out, "--socket", scratch.resolve("none.ctl"));
        assertThat(named.status()).isEqualTo(3);
        assertThat(backup("full", "--out", scratch.resolve("missing")).status()).isEqualTo(1);
        assertThat(outNames()).isEmpty();
    }

    @Test
    void whatAKilledRunLeftIsRemovedByTheNextOne() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(directory, 1)) {
            database.put(1);
        }
        Files.writeString(out.resolve(".sample-20261122104902-1.full.tar.gz.partial"), "half");
        Files.writeString(out.resolve(".other-20261122104902-1.full.tar.gz.partial"), "of another database");
        assertThat(backup("full", "--out", out).status()).isZero();
        assertThat(outNames()).hasSize(4).contains(".other-20261122104902-1.full.tar.gz.partial");
    }

    @Test
    void recoveryCopiesWhatIsCompleteAndTellsOksd() throws IOException {
        try (SampleDatabase database =
                        SampleDatabase.create(directory, 1).put(1).rotate().put(2);
                FakeOksd oksd = oksd(database)) {
            List<String> names = names(database);
            CommandRun first = backup("recovery", "--out", out, "--json");
            assertThat(first.json().path("copied")).as(first.stdout()).hasSize(1);
            assertThat(first.json().path("not_complete").asText()).isEqualTo(names.get(1));
            assertThat(oksd.heard()).contains("archived", "ordinal 1");
            CommandRun second = backup("recovery", "--out", out, "--rotate", "--json");
            assertThat(second.json().path("copied")).hasSize(1);
            assertThat(second.json().path("last_lsn").asLong()).isEqualTo(2);
            assertThat(oksd.heard()).contains("ordinal 2");
            assertThat(outNames()).isEqualTo(names);
            CommandRun third = backup("recovery", "--out", out, "--rotate");
            assertThat(third.stdout()).startsWith("copied 0 recovery files to " + out + "; there before: 2");
            for (String name : names) {
                assertThat(Files.mismatch(out.resolve(name), directory.resolve(name)))
                        .isEqualTo(-1);
                assertThat(Files.getPosixFilePermissions(out.resolve(name)))
                        .isEqualTo(PosixFilePermissions.fromString("r--r-----"));
            }
        }
    }

    private static List<String> names(SampleDatabase database) throws IOException {
        return database.recoveryFileNames().stream().map(Object::toString).toList();
    }

    @Test
    void recoveryOfAStoppedDatabaseLeavesOutWhatAKilledOksdDidNotSeal() throws IOException {
        SampleDatabase database =
                SampleDatabase.create(directory, 1).put(1).rotate().put(2).flush();
        database.kill();
        CommandRun run = backup("recovery", "--out", out);
        assertThat(run.status()).as(run.stderr()).isZero();
        assertThat(outNames()).hasSize(1);
        assertThat(run.stdout()).contains("  not complete    " + names(database).get(1));
        assertThat(backup("recovery", "--out", out, "--rotate").status()).isEqualTo(3);
    }

    /** What can be wrong with source or backup directory. */
    enum Trouble {
        DAMAGED_SOURCE(5, "is damaged at offset"),
        DAMAGED_COPY(6, "differs from"),
        INCOMPLETE_COPY(6, "is only the beginning of"),
        GAP_IN_SOURCE(6, "is missing"),
        OTHER_DATABASE_IN_OUTPUT(6, "belongs to database");

        private final int status;
        private final String said;

        Trouble(int status, String said) {
            this.status = status;
            this.said = said;
        }

        void make(List<Path> source, Path out, Path scratch) throws IOException {
            switch (this) {
                case DAMAGED_SOURCE -> flip(source.get(1), 4200);
                case DAMAGED_COPY -> {
                    Path copy =
                            Files.copy(source.get(0), out.resolve(source.get(0).getFileName()));
                    flip(copy, 4200);
                }
                case INCOMPLETE_COPY -> {
                    byte[] bytes = Files.readAllBytes(source.get(1));
                    Files.write(
                            out.resolve(source.get(1).getFileName()),
                            java.util.Arrays.copyOf(bytes, bytes.length - 112));
                }
                case GAP_IN_SOURCE -> Files.delete(source.get(1));
                case OTHER_DATABASE_IN_OUTPUT -> {
                    try (SampleDatabase other = SampleDatabase.create(scratch.resolve("other"), 2)) {
                        other.put(1).rotate();
                        Path file = other.recoveryFiles().get(0);
                        Files.copy(file, out.resolve(file.getFileName()));
                    }
                }
            }
        }

        private static void flip(Path file, int at) throws IOException {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
            byte[] bytes = Files.readAllBytes(file);
            bytes[at] ^= 1;
            Files.write(file, bytes);
        }
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void troubleIsNamedAndNoBadFileIsCopied(Trouble trouble) throws IOException {
        List<Path> source;
        try (SampleDatabase database = SampleDatabase.create(directory, 1)) {
            database.put(1).rotate().put(2).rotate().put(3);
            source = database.recoveryFiles();
        }
        trouble.make(source, out, scratch);
        List<String> before = outNames();
        CommandRun run = backup("recovery", "--out", out);
        assertThat(run.status()).as(run.stderr()).isEqualTo(trouble.status);
        assertThat(run.stderr()).contains(trouble.said);
        if (trouble == Trouble.GAP_IN_SOURCE) { // what is there is worth having
            assertThat(outNames()).hasSize(2);
        } else {
            assertThat(outNames()).isEqualTo(before);
        }
        assertThat(backup("recovery", "--out", out).status()).as("again").isEqualTo(trouble.status);
    }

    @Test
    void listSaysWhatEachArchiveCanBeRestoredTo() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(directory, 1).put(1);
                FakeOksd oksd = oksd(database)) {
            assertThat(oksd).isNotNull();
            backup("full", "--out", out);
            database.put(2, 3).rotate().put(4);
            backup("recovery", "--out", out, "--rotate");
        }
        CommandRun list = CommandRun.of("oks-backup", OksBackup::new, "list", out.toString(), "--json");
        assertThat(list.json().path("archives").get(0).path("lsn").asLong()).isEqualTo(1);
        assertThat(list.json().path("archives").get(0).path("reach_lsn").asLong())
                .isEqualTo(4);
        assertThat(list.json().path("ranges").get(0).path("files").asInt()).isEqualTo(3);
        assertThat(CommandRun.of("oks-backup", OksBackup::new, "list", out.toString())
                        .stdout())
                .contains("restores LSN 1 to 4", ": 3 files, LSN 1 to 4");
    }

    @Test
    void verifyTellsGoodFromBadAndGoesOnAfterAFault() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(directory, 1).put(1);
                FakeOksd oksd = oksd(database)) {
            assertThat(oksd).isNotNull();
            backup("full", "--out", out);
            database.put(2).rotate().put(3);
            backup("recovery", "--out", out, "--rotate");
        }
        CommandRun good = CommandRun.of("oks-backup", OksBackup::new, "verify", out.toString(), "-q");
        assertThat(good.status()).as(good.stdout()).isZero();
        assertThat(good.stdout()).contains("restores up to LSN 3");
        Path archive = new RealDisk()
                .list(out).stream()
                        .filter(file -> file.toString().endsWith(".gz"))
                        .findFirst()
                        .orElseThrow();
        Files.write(archive, java.util.Arrays.copyOf(Files.readAllBytes(archive), 1000));
        CommandRun cut = CommandRun.of("oks-backup", OksBackup::new, "verify", out.toString(), "-q");
        assertThat(cut.status()).isEqualTo(5);
        assertThat(cut.stdout()).contains("BAD  " + archive, "ok   sample-");
        Files.delete(out.resolve(outNames().stream()
                .filter(name -> name.contains("0000000002.recovery"))
                .findFirst()
                .orElseThrow()));
        CommandRun gap = CommandRun.of("oks-backup", OksBackup::new, "verify", out.toString(), "-q", "--json");
        assertThat(gap.status()).isEqualTo(5);
        assertThat(gap.stdout()).contains("recovery file 0000000002 is missing");
    }

    @Test
    void oksdIsToldOfTheNewestArchiveOfItsOwnThatWasVerifiedAndOfNoOther() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(directory, 1).put(1);
                FakeOksd oksd = oksd(database)) {
            backup("full", "--out", out);
            assertThat(oksd.verified()).as("read back by full").isPresent();
            Instant newest = Instant.parse(backup("full", "--out", out, "--json")
                    .json()
                    .path("created")
                    .asText());
            assertThat(oksd.verified()).contains(newest);
            assertThat(backup("verify", out).status()).isZero();
            assertThat(oksd.verified()).contains(newest);

            Path archive = new RealDisk()
                    .list(out).stream()
                            .filter(file -> file.toString().endsWith(".gz"))
                            .findFirst()
                            .orElseThrow();
            Files.write(archive, java.util.Arrays.copyOf(Files.readAllBytes(archive), 1000));
            assertThat(backup("verify", out).status()).isEqualTo(5);
            assertThat(oksd.verified()).as("a run that found damage").isEmpty();
        }
        Path other = Files.createDirectory(scratch.resolve("others"));
        try (SampleDatabase database =
                        SampleDatabase.create(scratch.resolve("other"), 2).put(2);
                FakeOksd oksd = oksd(database)) {
            assertThat(backup("full", "--out", other).status()).isZero();
            assertThat(oksd.verified()).isPresent();
        }
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("third"), 3);
                FakeOksd oksd = oksd(database)) {
            assertThat(backup("verify", other).status()).isZero();
            assertThat(oksd.verified()).as("an archive of another database").isEmpty();
        }
        assertThat(backup("verify", other).status()).as("without oksd").isZero();
    }

    private static void await(BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(until);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
