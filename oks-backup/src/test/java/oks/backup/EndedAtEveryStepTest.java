package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import oks.backup.CrashingDisk.End;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * oks-backup is killed, or loses its power, at every operation that changes something on the disk: what can be seen
 * then is complete, nothing that was there is lost, the next run succeeds and leaves nothing behind.
 */
final class EndedAtEveryStepTest {
    /** 1 for both ends at every operation, 2 for a kill and a power cut in turn. */
    private static final int EVERY = Integer.getInteger("oks.every", 2);

    @TempDir
    private Path scratch;

    private Path out;
    private Path conf;
    private Path template;
    private int point;

    /** What is ended. */
    enum Work {
        FULL("full", "--compress", "none"),
        FULL_INCREMENTAL("full", "--compress", "none", "--incremental"),
        FULL_PAUSED("full", "--paused"),
        FULL_OFFLINE("full"),
        RECOVERY("recovery", "--rotate"),
        FOLLOW("follow", "--once"),
        EXPIRE("expire", "--keep-full", "1", "--prune-source", "--confirm");

        private final List<String> line;

        Work(String... line) {
            this.line = List.of(line);
        }

        String[] line(Path out, Path conf) {
            Stream<String> where = this == EXPIRE ? Stream.of(out.toString()) : Stream.of("--out", out.toString());
            return Stream.of(line.stream(), where, Stream.of("--conf", conf.toString(), "-q"))
                    .flatMap(part -> part)
                    .toArray(String[]::new);
        }
    }

    private static CommandRun run(Disk disk, String... line) {
        return CommandRun.of("oks-backup", () -> new OksBackup(disk, InstantSource.system()), line);
    }

    private static CommandRun good(String... line) {
        CommandRun run = run(new RealDisk(), line);
        assertThat(run.status())
                .as("%s: %s%s", String.join(" ", line), run.stdout(), run.stderr())
                .isZero();
        return run;
    }

    /** A backup directory with two archives and the recovery files between, and a database that went on since. */
    private SampleDatabase prepare() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        conf = FakeOksd.configuration(scratch);
        SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1);
        try (FakeOksd oksd = oksd(database)) {
            assertThat(oksd).isNotNull();
            String[] where = {"--out", out.toString(), "--conf", conf.toString(), "-q"};
            for (int i = 1; i <= 4; i++) {
                database.put(i);
                if (i % 2 == 0) {
                    good(Stream.concat(Stream.of("full", "--compress", "none"), Stream.of(where))
                            .toArray(String[]::new));
                }
                good(Stream.concat(Stream.of("recovery", "--rotate"), Stream.of(where))
                        .toArray(String[]::new));
            }
        }
        database.put(5).rotate().put(6);
        template = scratch.resolve("template");
        PathUtils.copyDirectory(out, Files.createDirectories(template.resolve("out")));
        database.copyRecoveryFiles(Files.createDirectory(template.resolve("recovery")));
        return database;
    }

    /** Backup directory and recovery files as they were prepared; the store does not change. */
    private void begin() throws IOException {
        PathUtils.deleteDirectory(out);
        PathUtils.copyDirectory(template.resolve("out"), Files.createDirectory(out));
        for (Path file : new RealDisk().list(template.resolve("recovery"))) {
            Path there = scratch.resolve("db").resolve(file.getFileName());
            if (!Files.exists(there)) {
                Files.copy(file, there);
            }
        }
    }

    private FakeOksd oksd(SampleDatabase database) {
        FakeOksd oksd = FakeOksd.in(scratch, database);
        oksd.flushedTo(4);
        return oksd;
    }

    @ParameterizedTest
    @EnumSource(Work.class)
    void whatCanBeSeenIsCompleteAndTheNextRunSucceeds(Work work, TestReporter reporter) throws IOException {
        try (SampleDatabase database = prepare()) {
            if (work != Work.FULL_OFFLINE) {
                try (FakeOksd oksd = oksd(database)) {
                    reporter.publishEntry(enumerate(work));
                    assertThat(oksd.heard()).isNotEmpty();
                }
            }
        }
        if (work == Work.FULL_OFFLINE) {
            reporter.publishEntry(enumerate(work));
        }
    }

    private String enumerate(Work work) throws IOException {
        long operations = ended(work, End.KILL, Long.MAX_VALUE);
        assertThat(operations).isGreaterThan(10);
        for (long at = 0; at < operations; at++) {
            for (End end : End.values()) {
                if ((at + end.ordinal()) % EVERY == 0) {
                    ended(work, end, at);
                }
            }
        }
        return work + ": ended at each of " + operations + " operations, by a kill or a power cut, of both every "
                + EVERY;
    }

    /** Runs the work from the beginning to this operation; returns how many there were. */
    private long ended(Work work, End end, long at) throws IOException {
        begin();
        Path stash = Files.createDirectory(scratch.resolve("stash-" + point++));
        CrashingDisk disk = new CrashingDisk(stash, end, at);
        check(work, disk, end + " at operation " + at);
        PathUtils.deleteDirectory(stash);
        return disk.operations();
    }

    private void check(Work work, CrashingDisk disk, String when) throws IOException {
        long reached = reach();
        CommandRun run = run(disk, work.line(out, conf));
        assertThat(run.status() == 0).as("%s %s: %s", work, when, run.stderr()).isEqualTo(!disk.ended());
        assertSound(work + " " + when);
        assertThat(reach())
                .as("%s %s: what the newest archive can be restored to", work, when)
                .isGreaterThanOrEqualTo(reached);
        good(work.line(out, conf));
        assertSound(work + " " + when + ", and again");
        assertThat(names())
                .as("%s %s: what is left", work, when)
                .noneMatch(name -> name.startsWith(".") && !name.endsWith(".lock"))
                .noneMatch(name -> name.endsWith(".lease") || work != Work.FOLLOW && name.endsWith(".partial"));
        assertThat(names().stream().filter(name -> name.endsWith(".tar") || name.endsWith(".gz")))
                .as("%s %s: archives, and as many checksums", work, when)
                .hasSize((int) names().stream()
                        .filter(name -> name.endsWith(".sha256"))
                        .count());
        assertThat(scratch.resolve("db").resolve("snapshots")).doesNotExist();
    }

    /** Everything that is listed is good: whatever a killed run left is not listed. */
    private void assertSound(String when) {
        CommandRun verify = run(new RealDisk(), "verify", out.toString(), "-q");
        assertThat(verify.status())
                .as("%s: %s%s", when, verify.stdout(), verify.stderr())
                .isZero();
    }

    private long reach() {
        long reach = 0;
        for (JsonNode archive : good("list", out.toString(), "--json").json().path("archives")) {
            reach = Math.max(reach, archive.path("reach_lsn").asLong());
        }
        return reach;
    }

    private List<String> names() throws IOException {
        return new RealDisk()
                .list(out).stream().map(file -> file.getFileName().toString()).toList();
    }
}
