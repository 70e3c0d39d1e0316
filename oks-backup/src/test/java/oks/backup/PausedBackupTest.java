package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import oks.archive.ArchiveCheck;
import oks.archive.Manifest;
import oks.backup.archive.RateLimit;
import oks.backup.output.OutputLock;
import oks.durable.RealDisk;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code full --paused}, {@code --rate}, and a backup directory that takes no more. */
final class PausedBackupTest {
    @TempDir
    private Path scratch;

    private Path out;
    private Path conf;

    @BeforeEach
    void configure() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        conf = FakeOksd.configuration(scratch);
    }

    private CommandRun full(String... more) {
        String[] line = new String[more.length + 7];
        System.arraycopy(
                new String[] {"full", "--out", out.toString(), "--conf", conf.toString(), "-q", "--json"},
                0,
                line,
                0,
                7);
        System.arraycopy(more, 0, line, 7, more.length);
        return CommandRun.of("oks-backup", OksBackup::new, line);
    }

    private FakeOksd oksd(SampleDatabase database) {
        return FakeOksd.in(scratch, database);
    }

    private List<String> outNames() throws IOException {
        return new RealDisk()
                .list(out).stream().map(file -> file.getFileName().toString()).toList();
    }

    @Test
    void aPausedDirectoryIsArchivedUnderAPauseThatEndsWithTheConnection() throws IOException {
        try (SampleDatabase database =
                        SampleDatabase.create(scratch.resolve("db"), 1).put(1, 2);
                FakeOksd oksd = oksd(database)) {
            CommandRun run = full("--paused", "--rate", "1GiB");
            assertThat(run.status()).as(run.stdout()).isZero();
            assertThat(oksd.heard())
                    .containsSubsequence("pause", "CONNECTION", "status", "status")
                    .doesNotContain("snapshot");
            Manifest manifest = ArchiveCheck.check(
                            Path.of(run.json().path("path").asText()), bytes -> {})
                    .manifest()
                    .orElseThrow();
            assertThat(manifest.state().digest()).isEqualTo(database.digest());
            assertThat(manifest.state().lsn()).isEqualTo(database.lsn());
            assertThat(manifest.state().firstRecoveryOrdinal()).isEqualTo(2);
        }
    }

    @Test
    void aPauseThatSomebodyEndedMakesNoArchive() throws IOException {
        try (SampleDatabase database =
                        SampleDatabase.create(scratch.resolve("db"), 1).put(1);
                FakeOksd oksd = oksd(database)) {
            oksd.resumeAfterStatus(1);
            CommandRun run = full("--paused");
            assertThat(run.status()).isEqualTo(4);
            assertThat(run.stdout()).contains("did not stay paused");
            assertThat(outNames()).containsExactly(OutputLock.Part.ARCHIVES.lock());
        }
    }

    @Test
    void anotherDatabaseThanOksdsIsRefused() throws IOException {
        SampleDatabase.create(scratch.resolve("db"), 1).put(1).close();
        try (SampleDatabase other =
                        SampleDatabase.create(scratch.resolve("other"), 2).put(1);
                FakeOksd oksd = oksd(other)) {
            assertThat(oksd).isNotNull();
            CommandRun run = full("--paused");
            assertThat(run.status()).isEqualTo(2);
            assertThat(outNames()).containsExactly(OutputLock.Part.ARCHIVES.lock());
        }
    }

    @Test
    void aRateIsKept() throws IOException {
        AtomicLong clock = new AtomicLong();
        ByteArrayOutputStream arrived = new ByteArrayOutputStream();
        try (RateLimit limited = new RateLimit(arrived, 1000, clock::get, clock::addAndGet)) {
            limited.write(new byte[150_000]);
            limited.write(1);
        }
        assertThat(arrived.size()).isEqualTo(150_001);
        assertThat(TimeUnit.NANOSECONDS.toMillis(clock.get())).isEqualTo(150_001);
        assertThat(full("--rate", "0B").status()).isEqualTo(2);
        assertThat(full("--rate", "fast").status()).isEqualTo(2);
    }

    /** A limit on the size of files stands for a full disk: both end a write in the middle. */
    @Test
    void anOutputDirectoryThatTakesNoMoreKeepsNothingThatLooksLikeABackup() throws Exception {
        try (SampleDatabase database =
                        SampleDatabase.create(scratch.resolve("db"), 1).put(1);
                FakeOksd oksd = oksd(database)) {
            oksd.onSnapshot(snapshot -> {
                try (RandomAccessFile large =
                        new RandomAccessFile(snapshot.resolve("store/large").toFile(), "rw")) {
                    large.setLength(64 << 20);
                }
            });
            Process process = new ProcessBuilder(
                            "bash",
                            "-c",
                            "ulimit -f 40960; exec \"$0\" \"$@\"", // 40 MiB: RocksDB unpacks its library, too
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:-UsePerfData",
                            "-cp",
                            System.getProperty("java.class.path"),
                            OksBackup.class.getName(),
                            "full",
                            "--out",
                            out.toString(),
                            "--compress",
                            "none",
                            "--conf",
                            conf.toString(),
                            "-q")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isEqualTo(1);
            assertThat(said).contains("File too large");
            assertThat(outNames()).containsExactly(OutputLock.Part.ARCHIVES.lock());
            assertThat(oksd.heard()).startsWith("snapshot").containsAnyOf("release", "gone");
        }
    }
}
