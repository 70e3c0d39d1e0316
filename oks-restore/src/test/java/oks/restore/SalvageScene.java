package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import oks.durable.RealDisk;
import oks.recovery.RecoveryDirectory;
import oks.testing.CommandRun;
import oks.testing.SampleCertificates;
import oks.testing.SampleDatabase;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A database with several table files and recovery files, of which tests damage copies, and what it really held. */
abstract class SalvageScene {
    private static final int CERTIFICATES = 240;
    private static final int GROUP = 20;

    @TempDir
    Path scratch;

    /** Every version of every certificate, by LSN; an empty one is a deletion. */
    private final Map<String, TreeMap<Long, byte[]>> truth = new TreeMap<>();

    /** Never damaged. */
    private Path original;
    /** A copy, to be damaged. */
    Path damaged;

    @BeforeEach
    void make() throws IOException {
        original = scratch.resolve("original");
        damaged = scratch.resolve("damaged");
        SampleDatabase database = SampleDatabase.create(original, 1);
        for (long first = 1; first <= CERTIFICATES; first += GROUP) {
            long[] group = LongStream.range(first, first + GROUP).toArray();
            database.putTogether(group);
            for (long seed : group) {
                happened(seed, seed, SampleCertificates.certificate(seed));
            }
            if (group[GROUP - 1] % 80 == 0) {
                database.flush().rotate();
            }
        }
        for (long seed = 5; seed <= CERTIFICATES; seed += 10) {
            database.update(seed, 1);
            happened(database, seed, SampleCertificates.updated(seed, 1));
        }
        database.flush().rotate();
        for (long seed = 8; seed <= CERTIFICATES; seed += 20) {
            database.delete(seed, seed == 8);
            happened(database, seed, new byte[0]);
        }
        database.flush().rotate();
        database.delete(1, false).put(1).update(15, 2).put(CERTIFICATES + 1);
        happened(database.lsn().number() - 3, 1, new byte[0]);
        happened(database.lsn().number() - 2, 1, SampleCertificates.certificate(1));
        happened(database.lsn().number() - 1, 15, SampleCertificates.updated(15, 2));
        happened(database, CERTIFICATES + 1, SampleCertificates.certificate(CERTIFICATES + 1));
        database.kill(); // the last changes are only in the last recovery file, which has no SEAL
    }

    private void happened(SampleDatabase database, long seed, byte[] content) {
        happened(database.lsn().number(), seed, content);
    }

    private void happened(long lsn, long seed, byte[] content) {
        truth.computeIfAbsent(SampleCertificates.fingerprint(seed), unknown -> new TreeMap<>())
                .put(lsn, content);
    }

    void copy() throws IOException {
        if (Files.exists(damaged)) {
            PathUtils.deleteDirectory(damaged);
        }
        PathUtils.copyDirectory(original, damaged);
    }

    List<Path> tables() throws IOException {
        return new RealDisk()
                .list(damaged.resolve("store")).stream()
                        .filter(file -> file.toString().endsWith(".sst"))
                        .toList();
    }

    List<Path> logs() throws IOException {
        return new RecoveryDirectory(new RealDisk(), damaged).paths();
    }

    static void write(Path file, byte[] bytes) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Files.write(file, bytes);
    }

    static void flip(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 0x20;
        write(file, bytes);
    }

    /** A salvage of the damaged copy, which is held against the truth. */
    Salvaged salvage(String how, String... more) throws IOException {
        Path keyring = scratch.resolve("keyring.pgp");
        Path list = scratch.resolve("list");
        Files.deleteIfExists(keyring);
        Files.deleteIfExists(list);
        CommandRun run = CommandRun.of(
                "oks-restore",
                OksRestore::new,
                Stream.concat(
                                Stream.of(
                                        "salvage",
                                        damaged.toString(),
                                        "--keyring",
                                        keyring.toString(),
                                        "--list",
                                        list.toString(),
                                        "--json",
                                        "-q"),
                                Stream.of(more))
                        .toArray(String[]::new));
        assertThat(run.status()).as(how + run.stdout() + run.stderr()).isIn(0, 5);
        Salvaged salvaged = new Salvaged(
                run,
                keyring,
                Files.readAllLines(list).stream().map(line -> line.split(" ")).toList());
        salvaged.assertHonest(how);
        return salvaged;
    }

    /** @param lines fingerprint, verdict, LSN and time of each certificate, in the order of the keyring */
    final class Salvaged {
        final CommandRun run;
        final Path keyring;
        private final List<String[]> lines;

        private Salvaged(CommandRun run, Path keyring, List<String[]> lines) {
            this.run = run;
            this.keyring = keyring;
            this.lines = lines;
        }

        int count(String verdict) {
            return run.json().path("verdicts").path(verdict).asInt();
        }

        /** What is called certain is the last version; status 0 is for everything and nothing else. */
        private void assertHonest(String how) throws IOException {
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            for (String[] line : lines) {
                TreeMap<Long, byte[]> versions = truth.get(line[0]);
                if (line[1].equals("lost")) {
                    assertThat(versions.lastEntry().getValue())
                            .as(how + line[0])
                            .isNotEmpty();
                    continue;
                }
                long lsn = Long.parseLong(line[2]);
                boolean isLast = versions.lastKey() == lsn;
                expected.writeBytes(versions.get(lsn));
                assertThat(isLast)
                        .as(how + String.join(" ", line))
                        .isIn(
                                line[1].equals("certain")
                                        ? List.of(true)
                                        : line[1].equals("stale") ? List.of(false) : List.of(true, false));
            }
            assertThat(Files.readAllBytes(keyring)).as(how).isEqualTo(expected.toByteArray());
            if (run.status() == 0) {
                assertThat(lines.stream().map(line -> line[0])).as(how).containsExactlyInAnyOrderElementsOf(living());
                assertThat(count("certain")).as(how).isEqualTo(living().size());
            }
        }
    }

    List<String> living() {
        return truth.entrySet().stream()
                .filter(entry -> entry.getValue().lastEntry().getValue().length > 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    static byte[] half(byte[] bytes) {
        return Arrays.copyOf(bytes, bytes.length / 2);
    }
}
