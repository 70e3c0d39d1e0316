package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import oks.archive.Compression;
import oks.cli.OutputOptions;
import oks.durable.DirectoryLock;
import oks.durable.RealDisk;
import oks.json.Json;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.RecoveryDirectory;
import oks.restore.log.RecoverySources;
import oks.restore.replay.StandbyDatabase;
import oks.restore.replay.StandbyLoop;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Recovery files applied to a stopped database. */
final class ReplayTest extends RestoreScene {
    private static CommandRun replay(Object... args) {
        return CommandRun.of(
                "oks-restore",
                OksRestore::new,
                Stream.concat(Stream.of("replay"), Stream.of(args).map(Object::toString))
                        .toArray(String[]::new));
    }

    private List<Path> files() throws IOException {
        return new RecoveryDirectory(new RealDisk(), copies).paths();
    }

    private void assertHolds(Digest digest) throws IOException {
        try (CertificateStore store = CertificateStore.open(target.resolve("store"), StoreOptions.standard())) {
            assertThat(store.position().digest()).isEqualTo(digest);
            assertThat(store.check(read -> {}).differences()).isEmpty();
        }
    }

    @Test
    void overlappingAndRepeatedFilesAreHarmless() throws IOException {
        List<Digest> digests = new ArrayList<>();
        Path archive;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1), Compression.NONE);
            for (int i = 2; i <= 5; i++) {
                digests.add(database.put(i).delete(i - 1, false).rotate().digest());
            }
            database.copyRecoveryFiles(copies);
        }
        assertThat(restore(archive, "--db", target, "-q").status()).isZero();
        List<Path> files = files();
        CommandRun first = replay(files.get(1), files.get(0), files.get(2), "--db", target, "-q", "--json");
        assertThat(first.json().path("changes").asLong())
                .as(first.stdout() + first.stderr())
                .isEqualTo(4);
        assertHolds(digests.get(1));
        CommandRun rest = replay(copies, files.get(3), "--db", target, "-q", "--json");
        assertThat(rest.json().path("changes").asLong()).isEqualTo(4);
        assertHolds(digests.get(3));
        CommandRun again = replay(copies, "--db", target, "-q");
        assertThat(again.stdout())
                .startsWith("replayed 0 changes to database \"sample\"")
                .contains("  last change     LSN 9\n", "  complete until  2026-", " s behind\n");
        assertHolds(digests.get(3));
        CommandRun older = replay(files.get(1), "--db", target, "-q", "--json");
        assertThat(older.json().path("changes").asLong()).as(older.stderr()).isZero();
        assertGoesOn();
    }

    /** oksd opens it, and what it writes can be restored with all that was before. */
    private void assertGoesOn() throws IOException {
        DatabaseIdentity identity = new DatabaseDirectory(new RealDisk(), target).identity();
        assertThat(identity.timeline().number()).isEqualTo(2);
        try (SampleDatabase database = SampleDatabase.open(target, 5)) {
            assertThat(database.position().last())
                    .isEqualTo(identity.timeline().fork().orElseThrow().last());
            assertThat(database.put(50).recoveryFileNames().get(0).ordinal()).isGreaterThan(files().size());
        }
    }

    @Test
    void aDirectoryUnpackedByHandIsBroughtForward() throws IOException {
        Digest digest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1).snapshot(target);
            digest = database.put(2).rotate().put(3).rotate().digest();
            database.copyRecoveryFiles(copies);
        }
        CommandRun run = replay(copies, "--db", target, "-q", "--json");
        assertThat(run.json().path("lsn").asLong())
                .as(run.stdout() + run.stderr())
                .isEqualTo(3);
        assertHolds(digest);
        assertGoesOn();
    }

    @Test
    void whatDoesNotFitIsRefusedAndNothingIsApplied() throws IOException {
        Digest before;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            before = database.put(1).digest();
            database.snapshot(target);
            database.put(2).rotate().put(3).rotate().put(4).rotate();
            database.copyRecoveryFiles(copies);
        }
        Path missing = files().get(2);
        Path kept = Files.move(missing, scratch.resolve(missing.getFileName()));
        assertThat(replay(copies, "--db", target, "-q").status()).isEqualTo(6);
        assertHolds(before);
        Files.move(kept, missing);
        try (DirectoryLock lock = new DatabaseDirectory(new RealDisk(), target).lock("oksd")) {
            assertThat(lock).isNotNull();
            assertThat(replay(copies, "--db", target, "-q").status()).isEqualTo(4);
        }
        assertThat(replay(copies, "--db", copies, "-q").status()).isEqualTo(2);
        assertThat(replay(copies, "--db", target, "-q").status()).isZero();
    }

    @Test
    void aStandbyFollowsADirectoryThatGrows() throws IOException {
        List<Digest> digests = new ArrayList<>();
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1).snapshot(target);
            Iterator<Integer> looks = List.of(2, 3, 4).iterator();
            CommandRun run = CommandRun.of(
                    "oks-restore",
                    () -> new Followed(target, copies, () -> {
                        if (!looks.hasNext()) {
                            return false;
                        }
                        digests.add(database.put(looks.next()).rotate().digest());
                        for (Path file : database.recoveryFiles()) {
                            Path copy = copies.resolve(file.getFileName());
                            if (new RealDisk().isReadOnly(file) && !Files.exists(copy)) {
                                Files.copy(file, copy);
                            }
                        }
                        return true;
                    }),
                    "-q",
                    "--json");
            List<JsonNode> reports = run.stdout().lines().map(ReplayTest::parse).toList();
            assertThat(reports)
                    .as(run.stderr())
                    .extracting(report -> report.path("lsn").asInt())
                    .containsExactly(1, 2, 3, 4);
            assertThat(reports.get(3).path("behind_seconds").asLong(-1)).isNotNegative();
        }
        assertHolds(digests.get(2));
    }

    private static JsonNode parse(String line) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper().readTree(line);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(line, e);
        }
    }

    private interface Look {
        boolean again() throws IOException;
    }

    /** {@code replay --follow} that ends when the test says so. */
    @Command(name = "oks-restore")
    private static final class Followed implements Callable<Integer> {
        private final Path directory;
        private final Path growing;
        private final Look look;

        @Mixin
        private OutputOptions options;

        Followed(Path directory, Path growing, Look look) {
            this.directory = directory;
            this.growing = growing;
            this.look = look;
        }

        @Override
        public Integer call() throws IOException {
            RealDisk disk = new RealDisk();
            try (StandbyDatabase database =
                    StandbyDatabase.open(new DatabaseDirectory(disk, directory), UUID::randomUUID)) {
                new StandbyLoop(
                                database,
                                InstantSource.system(),
                                report -> options.out().println(Json.STANDARD.tree(report.members())),
                                () -> {
                                    try {
                                        return look.again();
                                    } catch (IOException e) {
                                        throw new AssertionError(e);
                                    }
                                })
                        .run(() -> RecoverySources.of(disk, List.of(growing)), options);
            }
            return 0;
        }
    }
}
