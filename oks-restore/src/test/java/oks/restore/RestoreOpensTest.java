package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import oks.archive.Compression;
import oks.durable.DurableFile;
import oks.durable.ForwardingDisk;
import oks.durable.RealDisk;
import oks.recovery.Digest;
import oks.recovery.RecoveryFileName;
import oks.restore.database.FromCommand;
import oks.restore.replay.ReplayCommand;
import oks.testing.CommandRun;
import oks.testing.ExternalProgram;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.Test;

/** How often a restore opens what it reads: on a disk far away, each opening takes its time. */
final class RestoreOpensTest extends RestoreScene {
    private static final int MOST = 2;
    private static final int MANY = 520;

    private final CountingDisk disk = new CountingDisk();

    /** Counts how often each recovery file is opened. */
    private static final class CountingDisk extends ForwardingDisk {
        private final Map<String, Integer> openings = new TreeMap<>();

        CountingDisk() {
            super(new RealDisk());
        }

        @Override
        public DurableFile openForReading(Path file) throws IOException {
            RecoveryFileName.ofPartial(file)
                    .ifPresent(name -> openings.merge(file.getFileName().toString(), 1, Integer::sum));
            return super.openForReading(file);
        }
    }

    private void run(Object command, Object... args) {
        String[] line = Stream.of(args).map(Object::toString).toArray(String[]::new);
        CommandRun run = CommandRun.of("oks-restore", () -> command, line);
        assertThat(run.stderr()).isEmpty();
        assertThat(run.status()).as(run.stdout()).isZero();
    }

    private void restore(Path archive, Object... more) {
        run(
                new FromCommand(disk),
                Stream.concat(Stream.of(archive, "--db", target, "-q"), Stream.of(more))
                        .toArray());
    }

    private void assertEachOfManyIsOpenedAtMostTwice() {
        assertThat(disk.openings.size()).isGreaterThanOrEqualTo(MANY);
        assertThat(disk.openings.entrySet().stream().filter(file -> file.getValue() > MOST))
                .isEmpty();
    }

    /** More files than fit into a process that keeps only a few hundred open. */
    private static SampleDatabase manyFiles(SampleDatabase database) throws IOException {
        for (int i = 1; i < MANY; i++) {
            database.point("point " + i).rotate();
        }
        return database;
    }

    @Test
    void ofABackupDirectoryWithHundredsOfFilesAndInAReplayOfThem() throws IOException {
        Digest digest;
        Path archive;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1), Compression.NONE);
            digest = manyFiles(database).put(2).digest();
            database.copyRecoveryFiles(copies);
        }
        restore(archive);
        run(new ReplayCommand(disk), copies, "--db", target, "-q");
        assertRestored(digest, 2);
        assertEachOfManyIsOpenedAtMostTwice();
        disk.openings.clear();
        Files.move(archive, copies.resolve("sample-20261123000000-1.full.tar"));
        run(new FromCommand(disk), copies, "--db", scratch.resolve("second"), "-q");
        assertEachOfManyIsOpenedAtMostTwice();
    }

    @Test
    void ofAnArchiveMadeByHandThatHoldsThem() throws Exception {
        ExternalProgram.require("tar", "tar");
        Path directory = scratch.resolve("db");
        SampleDatabase database = SampleDatabase.create(directory, 1);
        Digest digest = manyFiles(database.put(1).flush()).put(2).digest();
        database.kill();
        Path archive = scratch.resolve("by-hand.tar");
        run("tar", "-c", "-f", archive.toString(), "-C", scratch.toString(), "db");
        restore(archive);
        assertRestored(digest, 2);
        assertEachOfManyIsOpenedAtMostTwice();
    }

    @Test
    void aRecoveryFileIsOpenedAtMostTwice() throws IOException {
        Path archive;
        Digest digest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1).rotate().put(2), Compression.NONE);
            for (long seed = 3; seed < 9; seed++) {
                database.put(seed).rotate();
            }
            database.copyRecoveryFiles(copies);
            digest = database.digest();
        }
        restore(archive, "--recovery", copies);
        assertRestored(digest, 8);
        assertThat(disk.openings).hasSizeGreaterThan(6);
        assertThat(disk.openings.values()).allMatch(times -> times <= MOST);
    }

    @Test
    void toAnEarlierChangeTooAndWhereTheArchiveHasMoreThanTheFiles() throws IOException {
        Path archive;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1, 2).rotate().put(3).rotate().copyRecoveryFiles(copies);
            archive = archive(database.put(4), Compression.NONE);
        }
        restore(archive, "--recovery", copies, "--until-lsn", "4");
        assertThat(disk.openings).isNotEmpty();
        assertThat(disk.openings.values()).allMatch(times -> times <= MOST);
    }
}
