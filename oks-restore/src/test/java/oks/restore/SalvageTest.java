package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import oks.durable.DirectoryLock;
import oks.durable.RealDisk;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import oks.testing.CommandRun;
import oks.testing.DirectoryState;
import oks.testing.GnuPg;
import oks.testing.SampleCertificates;
import oks.testing.SampleDatabase;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code salvage} brings out of databases that cannot be opened. */
final class SalvageTest extends SalvageScene {
    private static final long SEED = 20261122;

    /** What is done to a table file. */
    private enum Damage {
        REMOVED,
        EMPTIED,
        CUT_SHORT,
        FLIPPED,
        FLIPPED_TWENTY_TIMES
    }

    /** Which recovery files there are. */
    private enum Logs {
        ALL,
        NONE,
        WITHOUT_THE_FIRST
    }

    private void inflict(Damage damage, Path table, Random random) throws IOException {
        byte[] bytes = Files.readAllBytes(table);
        switch (damage) {
            case REMOVED -> Files.delete(table);
            case EMPTIED -> write(table, new byte[0]);
            case CUT_SHORT -> write(table, half(bytes));
            case FLIPPED -> flip(table, random.nextInt(bytes.length));
            case FLIPPED_TWENTY_TIMES -> {
                for (int i = 0; i < 20; i++) {
                    flip(table, random.nextInt(bytes.length));
                }
            }
        }
    }

    private void keep(Logs kept) throws IOException {
        List<Path> logs = logs();
        List<Path> gone = switch (kept) {
            case ALL -> List.of();
            case NONE -> logs;
            case WITHOUT_THE_FIRST -> logs.subList(0, 1);
        };
        for (Path log : gone) {
            Files.delete(log);
        }
    }

    @Test
    void whatIsCalledCertainIsTheLastVersionWhateverIsDamaged(TestReporter reporter) throws IOException {
        copy();
        int tables = tables().size();
        assertThat(tables).isGreaterThan(1);
        Random random = new Random(SEED);
        int combinations = 0;
        int refused = 0;
        for (Damage damage : Damage.values()) {
            for (Logs kept : Logs.values()) {
                for (int table = 0; table < tables; table++) {
                    copy();
                    inflict(damage, tables().get(table), random);
                    keep(kept);
                    refused += opens() ? 0 : 1;
                    DirectoryState before = DirectoryState.of(damaged);
                    String how = damage + " of table " + table + ", recovery files: " + kept + " ";
                    Salvaged salvaged = salvage(how);
                    assertThat(DirectoryState.of(damaged)).as(how).isEqualTo(before);
                    if (kept == Logs.ALL) {
                        assertThat(salvaged.run.status())
                                .as(how + salvaged.run.stdout())
                                .isZero();
                    }
                    combinations++;
                }
            }
        }
        reporter.publishEntry("salvage", combinations + " combinations of damage, of which RocksDB refuses " + refused);
        assertThat(refused).isPositive();
    }

    private boolean opens() throws IOException {
        Path copy = scratch.resolve("opened");
        PathUtils.copyDirectory(damaged.resolve("store"), copy);
        try (CertificateStore store = CertificateStore.open(copy, StoreOptions.standard())) {
            return store.check(read -> {}).sound();
        } catch (OperatorFault refused) {
            return false;
        } finally {
            PathUtils.deleteDirectory(copy);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"store/CURRENT", "store/MANIFEST", "IDENTITY", "LOCK"})
    void tableFilesAndLogProveThatNothingIsMissingWithoutTheFilesThatTellOfThem(String lost) throws IOException {
        copy();
        try (var files = Files.walk(damaged)) {
            for (Path file : files.filter(
                            path -> damaged.relativize(path).toString().startsWith(lost))
                    .toList()) {
                Files.delete(file);
            }
        }
        Salvaged salvaged = salvage("without " + lost);
        assertThat(salvaged.run.status()).as(salvaged.run.stdout()).isZero();
        assertThat(salvaged.run.json().path("digest"))
                .isEqualTo(salvaged.run.json().path("recorded_digest"));
        assertThat(salvaged.count("deleted")).isEqualTo(12);
        assertThat(salvaged.run.json().path("blocked_fingerprints")).hasSize(1);
    }

    @Test
    void theStoreAloneIsProvenByItsOwnDigest() throws IOException {
        copy();
        keep(Logs.NONE);
        CommandRun run = run(scratch.resolve("ring"), damaged.resolve("store"));
        assertThat(run.status()).as(run.stderr()).isZero();
        assertThat(run.stdout()).contains(", as recorded: this is everything\n", "  certain         228, ");
        Files.delete(damaged.resolve("store/CURRENT"));
        CommandRun unlisted = run(scratch.resolve("ring-2"), damaged.resolve("store"));
        assertThat(unlisted.status())
                .as("whether table files are missing nobody can know now")
                .isEqualTo(5);
        assertThat(unlisted.stdout())
                .contains(", as recorded, but later changes may be missing\n", "  unproven        228, ");
        assertThat(scratch.resolve("ring-2")).hasSameBinaryContentAs(scratch.resolve("ring"));
    }

    @Test
    void gpgReadsTheKeyring() throws IOException {
        copy();
        inflict(Damage.CUT_SHORT, tables().get(0), new Random(SEED));
        Files.delete(damaged.resolve("store/CURRENT"));
        Salvaged salvaged = salvage("cut short");
        try (GnuPg gpg = GnuPg.open()) {
            gpg.run(new byte[0], "--import", salvaged.keyring.toString());
            String listed = new String(gpg.run(new byte[0], "--list-keys", "--with-colons"), StandardCharsets.UTF_8);
            assertThat(listed.lines().filter(line -> line.startsWith("pub:"))).hasSize(living().size());
            living().forEach(fingerprint -> assertThat(listed).contains("fpr:::::::::" + fingerprint + ":"));
            assertThat(listed)
                    .contains("Name 15 update 2 <name15-2@example.org>", "Name 25 update 1")
                    .doesNotContain("Name 8 ");
        }
    }

    @Test
    void aDamagedChangeMakesItsCertificateStaleAndNoOtherUncertain() throws IOException {
        copy();
        Path last = logs().get(logs().size() - 1);
        byte[] bytes = Files.readAllBytes(last);
        flip(last, indexOf(bytes, "Name 15 update 2") + 3);
        Salvaged salvaged = salvage("a flipped byte");
        assertThat(salvaged.run.status()).isEqualTo(5);
        assertThat(salvaged.run.json().path("stale")).hasSize(1);
        assertThat(salvaged.run.json().path("stale").get(0).path("fingerprint").asText())
                .isEqualTo(SampleCertificates.fingerprint(15));
        assertThat(salvaged.count("certain")).as(salvaged.run.stdout()).isEqualTo(living().size() - 1);
        assertThat(salvaged.run
                        .json()
                        .path("recovery_read")
                        .get(logs().size() - 1)
                        .path("problem")
                        .asText())
                .startsWith("1 damaged place, the first: ");
    }

    @Test
    void whatOnlyIndexesRememberIsLost() throws IOException {
        copy();
        keep(Logs.NONE);
        byte[] certificate = SampleCertificates.certificate(100);
        String signature = new String(certificate, certificate.length - 20, 16, StandardCharsets.ISO_8859_1);
        int lost = 0;
        for (Path table : List.copyOf(tables())) {
            byte[] bytes = Files.readAllBytes(table);
            int at = indexOf(bytes, signature);
            if (at > 0) {
                flip(table, at);
                lost++;
            }
        }
        assertThat(lost).isPositive();
        Salvaged salvaged = salvage("a block without log");
        assertThat(salvaged.run.status()).isEqualTo(5);
        assertThat(salvaged.run.json().path("lost").findValuesAsText("fingerprint"))
                .contains(SampleCertificates.fingerprint(100));
        assertThat(salvaged.count("unproven")).isPositive();
        assertThat(salvaged.run.stderr()).contains("oks-restore: warning: it is not certain that this is everything");
    }

    private static int indexOf(byte[] bytes, String text) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
    }

    @Test
    void aDamagedHeaderDoesNotHideWhatTheFileHolds() throws IOException {
        copy();
        PathUtils.deleteDirectory(damaged.resolve("store"));
        for (Path log : logs()) {
            flip(log, 20);
        }
        Salvaged salvaged = salvage("headers flipped, no store");
        assertThat(salvaged.run.status()).as(salvaged.run.stdout()).isZero();
    }

    @Test
    void aTornTailWasNeverAcknowledged() throws IOException {
        copy();
        Path last = logs().get(logs().size() - 1);
        write(last, Arrays.copyOf(Files.readAllBytes(last), (int) Files.size(last) - 140));
        Salvaged salvaged = salvage("torn", "--recovery", original().toString());
        assertThat(salvaged.run.status()).as("another copy has it").isZero();
        CommandRun alone = run(scratch.resolve("alone"), damaged);
        assertThat(alone.status()).as(alone.stdout()).isZero();
        assertThat(alone.stdout())
                .contains("  last change     LSN "
                        + (salvaged.run.json().path("lsn").asLong() - 1) + ",");
    }

    private Path original() {
        return scratch.resolve("original");
    }

    @Test
    void filesOfOtherDatabasesAreLeftOut() throws IOException {
        copy();
        Path other = scratch.resolve("other");
        try (SampleDatabase database = SampleDatabase.create(other, 7)) {
            database.put(900);
        }
        Salvaged salvaged = salvage("foreign", "--recovery", other.toString());
        assertThat(salvaged.run.status()).isZero();
        assertThat(salvaged.run.json().path("left_out_files")).hasSize(1);
    }

    @Test
    void whatCannotBeIsRefusedAndLeavesNothing() throws IOException {
        copy();
        Path keyring = scratch.resolve("ring");
        assertThat(run(keyring, scratch.resolve("nowhere")).status()).isEqualTo(2);
        assertThat(run(keyring, Files.createDirectory(scratch.resolve("empty"))).status())
                .isEqualTo(2);
        try (DirectoryLock lock = new DatabaseDirectory(new RealDisk(), damaged).lock("oksd")) {
            assertThat(lock).isNotNull();
            assertThat(run(keyring, damaged).status()).isEqualTo(4);
        }
        Path identity = damaged.resolve("IDENTITY");
        Files.writeString(identity, Files.readString(identity).replace("format 1", "format 2"));
        CommandRun tooNew = run(keyring, damaged);
        assertThat(tooNew.status()).isEqualTo(1);
        assertThat(tooNew.stderr()).contains("has format 2, but this program reads formats up to 1");
        assertThat(keyring).doesNotExist();
        Files.writeString(keyring, "precious");
        copy();
        assertThat(run(keyring, damaged).stderr()).contains("exists already");
        assertThat(keyring).hasContent("precious");
    }

    private static CommandRun run(Path keyring, Path directory) {
        return CommandRun.of(
                "oks-restore", OksRestore::new, "salvage", directory.toString(), "--keyring", keyring.toString(), "-q");
    }

    @Test
    void aStoreThatIsWholeIsSalvagedToo() throws IOException {
        copy();
        assertThat(salvage("whole").run.status()).isZero();
        assertThatThrownBy(() -> {
                    Files.delete(damaged.resolve("store/CURRENT"));
                    List<Path> files = new ArrayList<>(tables());
                    Files.delete(files.get(0));
                    CertificateStore.open(damaged.resolve("store"), StoreOptions.standard())
                            .close();
                    throw new IOException("an empty one was made");
                })
                .isInstanceOfAny(OperatorFault.class, IOException.class);
    }
}
