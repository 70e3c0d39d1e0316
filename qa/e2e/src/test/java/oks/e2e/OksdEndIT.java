package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import oks.testing.SampleCertificates;
import oks.testing.SampleDatabase;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * oksd ends, for whatever reason, while {@code oks-backup full} reads its snapshot: the reason is told, and nothing
 * else.
 */
class OksdEndIT {
    private static final String SLOW = "100KiB"; // a second: some ten for the whole
    private static final long PART = 100 << 10;
    private static final long LEAST_SIZE = 700 << 10; // of 3000 certificates
    private static final int EVERY = 1000;

    @TempDir
    private Path scratch;

    private Keyserver keyserver;
    private Path out;

    @BeforeEach
    void startWithTables() throws Exception {
        out = Files.createDirectory(scratch.resolve("backups"));
        keyserver = Keyserver.in(Files.createDirectory(scratch.resolve("oks"))).with("""
                [store]
                flush_age = "1s"
                """);
        try (SampleDatabase database = SampleDatabase.create(keyserver.database(), 1)) {
            for (long seed = 1001; seed <= 4000; seed += 50) {
                database.putTogether(LongStream.range(seed, seed + 50).toArray());
            }
            database.rotate();
        }
        keyserver.startOksd().startHttp();
    }

    @AfterEach
    void end() {
        keyserver.close();
    }

    /** An archive that is being made slowly, and a part of it is written. */
    private RunningCommand slowFull(String... more) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                "full",
                "--out",
                out.toString(),
                "--conf",
                keyserver.conf("oksd"),
                "-q",
                "--compress",
                "none",
                "--rate",
                SLOW));
        line.addAll(List.of(more));
        RunningCommand full = keyserver.begin("oks.backup.OksBackup", line.toArray(String[]::new));
        Await.until("a part is written", () -> {
            assertThat(full.isAlive()).isTrue();
            return partial() > PART;
        });
        return full;
    }

    /** Holds it up in its middle, however long what happens meanwhile takes. */
    private void standStill(RunningCommand full) throws Exception {
        full.kill("STOP");
        assertThat(partial()).as("the snapshot is being read").isLessThan(LEAST_SIZE);
    }

    private RunningCommand halfFull(String... more) throws Exception {
        RunningCommand full = slowFull(more);
        standStill(full);
        return full;
    }

    private long partial() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            for (Path file :
                    files.filter(name -> name.toString().endsWith(".partial")).toList()) {
                return Files.size(file);
            }
            return 0;
        }
    }

    /** Lets it go on to its end. */
    private static Finished ended(RunningCommand full) throws Exception {
        full.kill("CONT");
        return full.end();
    }

    private void assertNoArchive() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.endsWith(".lock")))
                    .isEmpty();
        }
    }

    private static void assertToldThatItEnded(Finished full) {
        assertThat(full.ended(1).stderr())
                .contains(
                        "error: oksd ended while its database was archived",
                        "kept: no archive was made",
                        "next: read the log of oksd")
                .doesNotContain("does not exist");
    }

    @Test
    void aDamageThatOksdFindsFirstIsToldWithItsTable() throws Exception {
        RunningCommand full = slowFull();
        Await.pass(Duration.ofSeconds(2)); // its certificates have been read, only the bytes are not archived yet
        standStill(full);
        rot(keyserver.database().resolve("store"));
        for (int seed = 1; keyserver.oksd().isAlive() && seed < 20; seed++) { // until tables are merged
            keyserver.add(SampleCertificates.certificate(seed));
            Await.pass(Duration.ofMillis(1100));
        }
        assertThat(keyserver.awaitEnd()).isEqualTo(5);
        assertThat(ended(full).ended(5).stderr())
                .containsPattern("table \"store/\\d+\\.sst\" is damaged")
                .contains("no archive was made of it", "salvage");
        assertNoArchive();
    }

    @Test
    void anOksdThatIsStoppedIsTold() throws Exception {
        RunningCommand full = halfFull();
        keyserver.kill("TERM");
        assertThat(keyserver.awaitEnd()).isZero();
        assertToldThatItEnded(ended(full));
        assertNoArchive();
        keyserver
                .oksBackup("full", "--out", out.toString(), "--conf", keyserver.conf("oksd"), "-q")
                .done();
    }

    @Test
    void anOksdThatIsKilledAndStartedAgainIsTold() throws Exception {
        RunningCommand full = halfFull();
        keyserver.killHard();
        keyserver.startOksd();
        assertToldThatItEnded(ended(full));
        assertNoArchive();
    }

    @Test
    void ofAnOksdThatIsKilledTheSnapshotStaysAndIsAsGood() throws Exception {
        RunningCommand full = halfFull();
        keyserver.killHard();
        ended(full).done();
        keyserver.oksBackup("verify", out.toString(), "-q").done();
    }

    @Test
    void anOksdThatEndsDuringItsPauseIsTold() throws Exception {
        RunningCommand full = halfFull("--paused");
        keyserver.kill("TERM");
        assertThat(keyserver.awaitEnd()).isZero();
        assertToldThatItEnded(ended(full));
        assertNoArchive();
    }

    @Test
    void aSnapshotThatSomebodyRemovesIsNotTheEndOfOksd() throws Exception {
        RunningCommand full = halfFull();
        FileUtils.deleteDirectory(keyserver.database().resolve("snapshots").toFile());
        assertThat(ended(full).ended(1).stderr()).contains("somebody removed the snapshot", "though oksd runs");
        assertNoArchive();
    }

    /** Flips bits in the data of each table that there is: some blocks are in the memory of oksd already. */
    private static void rot(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            for (Path table :
                    files.filter(file -> file.toString().endsWith(".sst")).toList()) {
                byte[] bytes = Files.readAllBytes(table);
                for (int at = 40; at < bytes.length / 2; at += EVERY) {
                    bytes[at] ^= 1;
                }
                Files.write(table, bytes);
            }
        }
    }
}
