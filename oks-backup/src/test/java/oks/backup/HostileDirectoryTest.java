package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import oks.durable.RealDisk;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A backup directory in which somebody plays tricks, that goes away, or whose machine has a clock that is set back. */
@Timeout(60)
final class HostileDirectoryTest {
    private static final String ARCHIVE = "sample-20261122104902-1.full.tar.gz";
    private static final String RECOVERY = "sample-202611221049020000000001.recovery";

    @TempDir
    private Path scratch;

    private Path out;
    private Path conf;

    @BeforeEach
    void configure() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
        conf = FakeOksd.configuration(scratch);
    }

    private CommandRun run(InstantSource clock, String... line) {
        return CommandRun.of("oks-backup", () -> new OksBackup(new RealDisk(), clock), line);
    }

    private CommandRun full(InstantSource clock) {
        return run(clock, "full", "--out", out.toString(), "--conf", conf.toString(), "-q", "--json");
    }

    private List<String> names() throws IOException {
        return new RealDisk()
                .list(out).stream()
                        .map(file -> file.getFileName().toString())
                        .filter(name -> !name.endsWith(".lock"))
                        .toList();
    }

    /** What stands in the place of a file. */
    enum Trick {
        PIPE {
            @Override
            void play(Path name, Path victim) throws IOException {
                assertThat(exec("mkfifo", name.toString())).isZero();
            }
        },
        DIRECTORY {
            @Override
            void play(Path name, Path victim) throws IOException {
                Files.createDirectory(name);
            }
        },
        DEAD_LINK {
            @Override
            void play(Path name, Path victim) throws IOException {
                Files.createSymbolicLink(name, victim.resolveSibling("nowhere"));
            }
        },
        ENDLESS_DEVICE {
            @Override
            void play(Path name, Path victim) throws IOException {
                Files.createSymbolicLink(name, Path.of("/dev/zero"));
            }
        };

        abstract void play(Path name, Path victim) throws IOException;

        static int exec(String... command) throws IOException {
            return new ProcessBuilder(command).start().onExit().join().exitValue();
        }
    }

    @ParameterizedTest
    @EnumSource(Trick.class)
    void whatIsNoFileIsNamedAndNeverWaitedFor(Trick trick) throws IOException {
        SampleDatabase.create(scratch.resolve("db"), 1).put(1).close();
        Path victim = Files.writeString(scratch.resolve("victim"), "precious");
        for (String name : List.of(ARCHIVE, RECOVERY, RECOVERY + ".partial", ARCHIVE + ".sha256")) {
            Path trap = out.resolve(name);
            trick.play(trap, victim);
            String[] where = {"--out", out.toString(), "--conf", conf.toString(), "-q"};
            for (String command : List.of("full", "recovery", "follow", "check")) {
                CommandRun run = run(
                        InstantSource.system(),
                        Stream.concat(Stream.of(command), Stream.of(where)).toArray(String[]::new));
                assertThat(run.status())
                        .as("%s with %s: %s", command, name, run.stderr())
                        .isEqualTo(5);
                assertThat(run.stderr()).contains("is not a file, though it has the name of one");
            }
            assertThat(run(InstantSource.system(), "list", out.toString()).status())
                    .isEqualTo(5);
            assertThat(run(
                                    InstantSource.system(),
                                    "expire",
                                    "--keep-full",
                                    "1",
                                    out.toString(),
                                    "--conf",
                                    conf.toString())
                            .status())
                    .isEqualTo(5);
            CommandRun verify = run(InstantSource.system(), "verify", out.toString(), "-q");
            assertThat(verify.status()).as(verify.stdout()).isEqualTo(name.endsWith(".sha256") ? 1 : 5);
            Files.delete(trap);
        }
        assertThat(Files.readString(victim)).isEqualTo("precious");
        assertThat(names()).isEmpty();
    }

    @Test
    void linksInPlaceOfTemporaryFilesAreNotWrittenThrough() throws IOException {
        SampleDatabase.create(scratch.resolve("db"), 1).put(1).close();
        Path victim = Files.writeString(scratch.resolve("victim"), "precious");
        Instant now = Instant.parse("2026-11-22T10:49:02Z");
        for (String name :
                List.of("." + ARCHIVE + ".partial", "." + ARCHIVE + ".sha256.new", ".oks-backup.archives.lease.new")) {
            Files.createSymbolicLink(out.resolve(name), victim);
        }
        assertThat(full(() -> now).status()).isZero();
        assertThat(names()).containsExactly(ARCHIVE, ARCHIVE + ".proof.json", ARCHIVE + ".sha256");
        assertThat(Files.readString(victim)).isEqualTo("precious");
    }

    @Test
    void namesOfOthersAreLeftAloneWhateverIsInThem() throws IOException {
        SampleDatabase.create(scratch.resolve("db"), 1).put(1).close();
        List<String> names = List.of(
                "sample-20261122104902-1.full.tar.gz\n",
                "\u001b[2J-20261122104902-1.full.tar.gz",
                "-rf",
                "a b",
                "..full.tar.gz",
                "sample-20261399104902-1.full.tar.gz",
                "sample-20261122104902-99999999999999999999.full.tar.gz",
                "SAMPLE-202611221049020000000001.recovery",
                "x".repeat(200));
        for (String name : names) {
            Files.write(out.resolve(name), name.getBytes(StandardCharsets.UTF_8));
        }
        CommandRun full = full(InstantSource.system());
        assertThat(full.status()).as(full.stdout()).isZero();
        CommandRun list = run(InstantSource.system(), "list", out.toString());
        assertThat(list.stdout().lines()).hasSize(1);
        assertThat(run(InstantSource.system(), "verify", out.toString(), "-q").status())
                .isZero();
        assertThat(run(InstantSource.system(), "expire", "--keep-full", "1", "--confirm", out.toString(), "-q")
                        .status())
                .isZero();
        assertThat(names()).containsAll(names);
    }

    @Test
    void aDirectoryThatVanishesInTheMiddleIsToldAndTheSnapshotIsReleased() throws IOException {
        try (SampleDatabase database =
                        SampleDatabase.create(scratch.resolve("db"), 1).put(1);
                FakeOksd oksd = FakeOksd.in(scratch, database)) {
            oksd.onSnapshot(snapshot -> Files.move(out, scratch.resolve("away")));
            CommandRun run = full(InstantSource.system());
            assertThat(run.status()).as(run.stdout()).isEqualTo(1);
            assertThat(run.json().at("/error/what").asText()).contains(out.toString());
            assertThat(oksd.heard()).contains("release");
            oksd.onSnapshot(snapshot -> {});
            Files.move(scratch.resolve("away"), out);
            assertThat(full(InstantSource.system()).status()).isZero();
            assertThat(names()).hasSize(3);
        }
    }

    @Test
    void anArchiveUnderTheNameOfALaterOneIsDamaged() throws IOException {
        SampleDatabase.create(scratch.resolve("db"), 1).put(1).close();
        assertThat(full(InstantSource.system()).status()).isZero();
        for (String name : names()) {
            String later = name.replace("-1.full", "-4000.full");
            Files.move(out.resolve(name), out.resolve(later));
            if (name.endsWith(".sha256")) {
                String line = Files.readString(out.resolve(later));
                Files.writeString(out.resolve(later), line.replace("-1.full", "-4000.full"));
            }
        }
        CommandRun verify = run(InstantSource.system(), "verify", out.toString(), "-q");
        assertThat(verify.status()).as(verify.stdout()).isEqualTo(5);
        assertThat(verify.stdout() + verify.stderr())
                .contains("-4000.full.tar.gz\" was renamed: it is of database \"sample\" at LSN 1");
    }

    @Test
    void aClockThatIsSetBackChangesNamesButNotWhatIsNewest() throws IOException {
        Instant now = Instant.parse("2026-11-22T10:49:02Z");
        try (SampleDatabase database =
                        SampleDatabase.create(scratch.resolve("db"), 1).put(1);
                FakeOksd oksd = FakeOksd.in(scratch, database)) {
            assertThat(oksd).isNotNull();
            full(() -> now);
            database.put(2);
            Instant before = now.minusSeconds(7200);
            CommandRun back = full(new InstantSource() {
                private Instant time = now;

                @Override
                public Instant instant() { // set back while the archive is made, too
                    Instant told = time;
                    time = before;
                    return told;
                }
            });
            assertThat(back.json().path("seconds").asDouble()).isZero();
            database.put(3);
            assertThat(full(() -> before).json().path("archive").asText()).contains("-20261122084902-3.full");
            CommandRun expired =
                    run(InstantSource.system(), "expire", "--keep-full", "1", "--confirm", out.toString(), "-q");
            assertThat(expired.status()).as(expired.stderr()).isZero();
            assertThat(names())
                    .containsExactly(
                            "sample-20261122084902-3.full.tar.gz",
                            "sample-20261122084902-3.full.tar.gz.proof.json",
                            "sample-20261122084902-3.full.tar.gz.sha256");
        }
    }
}
