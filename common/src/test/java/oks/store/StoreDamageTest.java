package oks.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Certificate;
import oks.openpgp.Fingerprint;
import oks.openpgp.KeyId;
import oks.openpgp.WordQuery;
import oks.testing.SampleCertificates;
import oks.testing.SampleDatabase;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Each kind of damage to a store's files meets each operation: it is DAMAGED with its file's name, or does no harm. */
final class StoreDamageTest {
    private static final int CERTIFICATES = 60;
    private static final int MANY = 200;

    @TempDir
    private static Path whole;

    @TempDir
    private Path scratch;

    @BeforeAll
    static void makeThreeTables() throws IOException {
        FileUtils.deleteDirectory(whole.toFile());
        try (SampleDatabase database = SampleDatabase.create(whole, 1)) {
            for (int from = 1; from <= CERTIFICATES; from += 20) {
                database.putTogether(LongStream.range(from, from + 20).toArray())
                        .flush();
            }
        }
    }

    /** What becomes of a store, and of which file a fault must tell. */
    enum Damage {
        FLIPPED_BYTE_IN_A_TABLE(".sst", bytes -> flipped(bytes, bytes.length / 2)),
        ZEROS_IN_A_TABLE(".sst", bytes -> zeroed(bytes, bytes.length / 3)),
        FLIPPED_BYTE_IN_A_TABLES_INDEX(".sst", bytes -> flipped(bytes, bytes.length - 400)),
        WRONG_MAGIC(".sst", bytes -> flipped(bytes, bytes.length - 1)),
        TABLE_CUT_SHORT(".sst", bytes -> Arrays.copyOf(bytes, bytes.length / 2)),
        TABLE_WITHOUT_CONTENT(".sst", bytes -> new byte[0]),
        TABLE_WITH_MORE_BYTES(".sst", bytes -> Arrays.copyOf(bytes, bytes.length + 100)),
        MISSING_TABLE(".sst", bytes -> null),
        FLIPPED_BYTE_IN_THE_LIST("MANIFEST-", bytes -> flipped(bytes, 60)),
        LIST_WITHOUT_CONTENT("MANIFEST-", bytes -> new byte[0]),
        MISSING_LIST("MANIFEST-", bytes -> null),
        NONSENSE_IN_CURRENT("CURRENT", bytes -> "nonsense".getBytes(StandardCharsets.US_ASCII)),
        MISSING_CURRENT("CURRENT", bytes -> null);

        private final String name;
        private final UnaryOperator<byte[]> change;

        Damage(String name, UnaryOperator<byte[]> change) {
            this.name = name;
            this.change = change;
        }

        /** @return the damaged file's name */
        String inflictOn(Path store) throws IOException {
            try (Stream<Path> files = Files.list(store)) {
                Path file = files.filter(each -> each.getFileName().toString().contains(name))
                        .sorted()
                        .findFirst()
                        .orElseThrow();
                byte[] changed = change.apply(Files.readAllBytes(file));
                if (changed == null) {
                    Files.delete(file);
                } else {
                    Files.write(file, changed);
                }
                return file.getFileName().toString();
            }
        }
    }

    /** What somebody does with a store, and how many certificates he must get if it succeeds. */
    private enum Operation {
        GET,
        BY_KEY_ID,
        BY_WORD,
        FOR_EACH,
        VIEW,
        CHECK,
        REPAIR,
        UPDATE,
        MERGE_TABLES;

        int run(SampleDatabase database, CertificateStore store) throws IOException {
            return switch (this) {
                case GET ->
                    (int) fingerprints()
                            .filter(fingerprint -> store.get(fingerprint).isPresent())
                            .count();
                case BY_KEY_ID ->
                    (int) fingerprints()
                            .filter(fingerprint -> isFound(store, fingerprint.keyId()))
                            .count();
                case BY_WORD ->
                    store.search()
                            .byWords(WordQuery.of("example"), CERTIFICATES)
                            .certificates()
                            .size();
                case FOR_EACH -> count(store);
                case VIEW -> view(store);
                case CHECK -> (int) (store.check(read -> {}).sound() ? store.certificates() : 0);
                case REPAIR ->
                    CERTIFICATES - (int) store.repairIndexes(read -> {}).removed();
                case UPDATE -> update(database);
                case MERGE_TABLES -> merge(database, store);
            };
        }

        private static Stream<Fingerprint> fingerprints() {
            return LongStream.rangeClosed(1, CERTIFICATES).mapToObj(StoreDamageTest::fingerprint);
        }

        private static boolean isFound(CertificateStore store, KeyId keyId) {
            return !store.search().byKeyId(keyId, 1).certificates().isEmpty();
        }

        private static int count(CertificateStore store) {
            List<Fingerprint> all = new ArrayList<>();
            store.forEach(stored -> all.add(stored.fingerprint()));
            return all.size();
        }

        private static int view(CertificateStore store) {
            try (StoreView view = store.view()) {
                return view.next(1 << 30, CERTIFICATES, stored -> true)
                        .certificates()
                        .size();
            }
        }

        private static int update(SampleDatabase database) throws IOException {
            for (int seed = 1; seed <= CERTIFICATES; seed += 4) {
                database.update(seed, 1);
            }
            return CERTIFICATES;
        }

        /** Enough tables that RocksDB merges all of them. */
        private static int merge(SampleDatabase database, CertificateStore store) throws IOException {
            for (int more = 1; more <= 3; more++) {
                database.put(CERTIFICATES + more).flush();
            }
            store.failure().ifPresent(failure -> {
                throw failure;
            });
            return CERTIFICATES;
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyOperationNamesTheDamagedFileOrDoesWhatItShould(Damage damage) throws IOException {
        int told = 0;
        for (Operation operation : Operation.values()) {
            Path directory = scratch.resolve(operation.name());
            FileUtils.copyDirectory(whole.toFile(), directory.toFile());
            String file = damage.inflictOn(directory.resolve("store"));
            Optional<OperatorFault> fault = fault(directory, operation);
            fault.ifPresent(thrown -> assertThat(thrown)
                    .satisfies(
                            it -> assertThat(it.code())
                                    .as(operation + ": " + it.what())
                                    .isEqualTo(ExitCode.DAMAGED),
                            it -> assertThat(it.what()).contains(file).doesNotContain("MANIFEST-000005 may be"),
                            it -> assertThat(it.next())
                                    .contains("oks-restore from ARCHIVE --db " + directory, "salvage " + directory),
                            it -> assertThat(StoreDamage.of(it))
                                    .get()
                                    .extracting(StoreDamage::file)
                                    .isEqualTo(Optional.of(file))));
            told += fault.isPresent() ? 1 : 0;
        }
        assertThat(told).as("operations that met the damage").isPositive();
    }

    private static Optional<OperatorFault> fault(Path directory, Operation operation) throws IOException {
        try (SampleDatabase database = SampleDatabase.open(directory, 7)) {
            assertThat(operation.run(database, database.store()))
                    .as(operation.name())
                    .isEqualTo(CERTIFICATES);
            return Optional.empty();
        } catch (OperatorFault fault) {
            return Optional.of(fault);
        }
    }

    @Test
    void aReadOfADamagedTableGivesTheRightCertificateOrAFault() throws IOException {
        Map<Fingerprint, byte[]> contents = new HashMap<>();
        Path large = scratch.resolve("large");
        try (SampleDatabase database = SampleDatabase.create(large, 2)) {
            database.putTogether(LongStream.rangeClosed(1, MANY).toArray());
        }
        for (int seed = 1; seed <= MANY; seed++) {
            contents.put(fingerprint(seed), SampleCertificates.certificate(seed));
        }
        int faults = 0;
        int opened = 0;
        for (int part = 0; part < 40; part++) {
            Path store = scratch.resolve("store-" + part);
            FileUtils.copyDirectory(large.resolve("store").toFile(), store.toFile());
            int at = part;
            damageTable(store, bytes -> flipped(bytes, (int) ((long) bytes.length * at / 40)));
            try (CertificateStore damaged = CertificateStore.open(store, StoreOptions.standard())) {
                opened++;
                for (Map.Entry<Fingerprint, byte[]> wanted : contents.entrySet()) {
                    faults += isRightOrFault(damaged, wanted.getKey(), wanted.getValue()) ? 0 : 1;
                }
            } catch (OperatorFault fault) {
                assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
            }
        }
        assertThat(opened).isGreaterThan(10);
        assertThat(faults).isPositive();
    }

    @Test
    void aMergeOfTablesThatCannotReadOneIsDamagedToo() throws Exception {
        Path directory = scratch.resolve("merged");
        FileUtils.copyDirectory(whole.toFile(), directory.toFile());
        String table = Damage.FLIPPED_BYTE_IN_A_TABLE.inflictOn(directory.resolve("store"));
        Optional<OperatorFault> failure = Optional.empty();
        for (int more = 1; more <= 100 && failure.isEmpty(); more++) {
            failure = fault(directory, Operation.MERGE_TABLES);
        }
        assertThat(failure).hasValueSatisfying(fault -> {
            assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
            assertThat(fault.what()).contains(table);
        });
    }

    private static void damageTable(Path store, UnaryOperator<byte[]> change) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            Path table = files.filter(file -> file.toString().endsWith(".sst"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
            Files.write(table, change.apply(Files.readAllBytes(table)));
        }
    }

    /** False for a fault; anything but the right content fails. */
    private static boolean isRightOrFault(CertificateStore store, Fingerprint fingerprint, byte[] content) {
        try {
            assertThat(store.get(fingerprint).orElseThrow().content()).isEqualTo(content);
            return true;
        } catch (OperatorFault fault) {
            assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
            return false;
        }
    }

    /** Words of RocksDB and of the kernel, and whether they mean that what is stored cannot be read. */
    @Test
    void whatTheKernelRefusesForOtherReasonsIsNoDamage() {
        Path store = Path.of("/db/store");
        assertThat(damage(
                        Status.Code.IOError, "While pread offset 0 len 4096: /db/store/000008.sst: Input/output error"))
                .contains(new StoreDamage(
                        Optional.of("000008.sst"), "While pread offset 0 len 4096: 000008.sst: Input/output error"));
        assertThat(
                        damage(
                                Status.Code.Corruption,
                                "Corruption: IO error: While open a file for random read: "
                                        + "/db/store/000008.sst: Too many open files  The file /db/store/MANIFEST-000005 may be corrupted."))
                .isEmpty();
        assertThat(damage(
                        Status.Code.IOError,
                        "While open a file for random read: /db/store/000008.sst: Permission denied"))
                .isEmpty();
        assertThat(damage(Status.Code.IOError, "While appending to file: /db/store/000008.sst: Input/output error"))
                .isEmpty();
        assertThat(damage(
                        Status.Code.IOError, "No space left on device: While appending to file: /db/store/000008.sst"))
                .isEmpty();
        assertThat(damage(
                        Status.Code.IOError,
                        "While open a file for appending: /db/store/9.sst: No such file or directory"))
                .isEmpty();
        assertThat(damage(Status.Code.IOError, "While lock file: /db/store/LOCK: Resource temporarily unavailable"))
                .isEmpty();
        assertThat(StoreDamage.of(OperatorFault.of(ExitCode.DAMAGED, "another")))
                .isEmpty();
        assertThat(StoreDamage.of(StoreFaults.notOpened(
                        store,
                        new RocksDBException(
                                "CURRENT file does not end with newline",
                                new Status(Status.Code.Corruption, Status.SubCode.None, null)))))
                .contains(new StoreDamage(Optional.of("CURRENT"), "CURRENT file does not end with newline"));
    }

    private static Optional<StoreDamage> damage(Status.Code code, String message) {
        return StoreDamage.of(
                new RocksDBException(message, new Status(code, Status.SubCode.None, null)), Path.of("/db/store"));
    }

    private static Fingerprint fingerprint(long seed) {
        return Certificate.ofStored(SampleCertificates.certificate(seed)).fingerprint();
    }

    private static byte[] flipped(byte[] bytes, int at) {
        bytes[at] ^= 0x20;
        return bytes;
    }

    private static byte[] zeroed(byte[] bytes, int from) {
        Arrays.fill(bytes, from, from + 4096, (byte) 0);
        return bytes;
    }
}
