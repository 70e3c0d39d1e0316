package oks.store;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.email;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import oks.openpgp.Certificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** Each kind of damage is done behind the store's back, in RocksDB itself. */
final class StoreCheckTest {
    private static final byte[] PRIMARY =
            Certificate.ofStored(certificate(1)).fingerprint().bytes();
    private static final byte[] BEGINNING = Arrays.copyOf(PRIMARY, 8);

    @TempDir
    private Path directory;

    private interface Harm {
        void to(RocksDB db) throws RocksDBException;
    }

    @BeforeEach
    void fill() throws IOException {
        try (LoggedStore logged = new LoggedStore(directory)) {
            logged.put(certificate(1), certificate(2));
            logged.delete(certificate(2), false);
            logged.store.flush();
        }
    }

    private StoreCheck check() throws IOException {
        try (CertificateStore store = CertificateStore.open(directory, StoreOptions.standard())) {
            return store.check(read -> {});
        }
    }

    @Test
    void anUndamagedStoreIsSound() throws IOException {
        StoreCheck check = check();
        assertThat(check.differences()).isEmpty();
        assertThat(check.sound()).isTrue();
        assertThat(check.certificates()).isEqualTo(1);
        assertThat(check.tombstones()).isEqualTo(1);
        assertThat(check.digest()).isEqualTo(check.position().digest());
    }

    static Stream<Arguments> harms() {
        byte[] entry = StoreKeys.join(StoreKeys.emailPrefix(Names.OF_OTHERS, email(1)), BEGINNING);
        byte[] stray = StoreKeys.join(StoreKeys.wordPrefix(Names.OF_OTHERS, "stray"), BEGINNING);
        byte[] record = StoreKeys.certificate(PRIMARY);
        byte[] tombstone = StoreKeys.tombstone(
                Certificate.ofStored(certificate(2)).fingerprint().bytes());
        return Stream.of(
                Arguments.of("an index entry is missing", (Harm) db -> db.delete(entry), "lacks an entry in index 'E'"),
                Arguments.of(
                        "an index entry too many", (Harm) db -> db.put(stray, new byte[0]), "number of index entries"),
                Arguments.of(
                        "a content is changed",
                        (Harm) db -> db.put(record, lastByteFlipped(db.get(record))),
                        "state digest"),
                Arguments.of("a certificate is missing", (Harm) db -> db.delete(record), "number of certificates"),
                Arguments.of("a tombstone is missing", (Harm) db -> db.delete(tombstone), "number of tombstones"));
    }

    private static byte[] lastByteFlipped(byte[] value) {
        byte[] flipped = Arrays.copyOf(value, value.length);
        flipped[value.length - 1] ^= 1;
        return flipped;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("harms")
    void damageIsFound(String what, Harm harm, String told) throws Exception {
        try (RocksDB db = RocksDB.open(directory.toString())) {
            harm.to(db);
        }
        StoreCheck check = check();
        assertThat(check.sound()).isFalse();
        assertThat(check.differences())
                .anySatisfy(difference -> assertThat(difference).contains(told));
    }

    @Test
    void aRepairCountsAgainWhatIsProvenToBeThere() throws Exception {
        try (RocksDB db = RocksDB.open(directory.toString())) {
            StoreMeta meta = StoreMeta.of(db.get(StoreKeys.META));
            db.put(StoreKeys.META, new StoreMeta(meta.position(), 7, 7).bytes());
        }
        StoreCheck check = check();
        assertThat(check.damage()).isEmpty();
        assertThat(check.derived())
                .containsExactly(
                        "the number of certificates is 1, but 7 is expected",
                        "the number of tombstones is 1, but 7 is expected");
        try (CertificateStore store = CertificateStore.open(directory, StoreOptions.standard())) {
            assertThat(store.repairIndexes(read -> {})).isEqualTo(new IndexesRepaired(0, 0, true));
            assertThat(store.certificates()).isEqualTo(1);
            assertThat(store.check(read -> {}).sound()).isTrue();
        }
    }

    @Test
    void countsAreLeftAsTheyAreWhereContentsAreMissing() throws Exception {
        try (RocksDB db = RocksDB.open(directory.toString())) {
            db.delete(StoreKeys.certificate(PRIMARY));
        }
        try (CertificateStore store = CertificateStore.open(directory, StoreOptions.standard())) {
            assertThat(store.repairIndexes(read -> {}).recounted()).isFalse();
            assertThat(store.check(read -> {}).damage())
                    .singleElement()
                    .asString()
                    .startsWith("the state digest is");
            assertThat(store.certificates()).isEqualTo(1);
        }
    }

    /** The first rules had nothing for the second address of a user ID, and no record of themselves. */
    @Test
    void aStoreIndexedByOlderRulesSaysSoUntilItIsRepaired() throws Exception {
        byte[] entry = StoreKeys.join(StoreKeys.emailPrefix(Names.OF_OTHERS, email(1)), BEGINNING);
        try (RocksDB db = RocksDB.open(directory.toString())) {
            db.delete(StoreKeys.INDEXED_BY);
            db.delete(entry);
        }
        try (CertificateStore store = CertificateStore.open(directory, StoreOptions.standard())) {
            assertThat(store.indexedByOlderRules()).isTrue();
            assertThat(store.check(read -> {}).derived().get(0))
                    .startsWith("the indexes were made by an older version");
            store.repairIndexes(read -> {});
            assertThat(store.indexedByOlderRules()).isFalse();
        }
        assertThat(check().differences()).isEmpty();
        try (CertificateStore store = CertificateStore.open(directory, StoreOptions.standard())) {
            assertThat(store.indexedByOlderRules())
                    .as("also after a crash: it is on disk")
                    .isFalse();
        }
    }

    @Test
    void aStoreOfOlderRulesWithoutADifferenceIsSound() throws Exception {
        try (RocksDB db = RocksDB.open(directory.toString())) {
            db.delete(StoreKeys.INDEXED_BY);
        }
        try (CertificateStore store = CertificateStore.open(directory, StoreOptions.standard())) {
            assertThat(store.check(read -> {}).sound()).isTrue();
            assertThat(store.indexedByOlderRules()).isTrue();
            store.noteSound();
            assertThat(store.indexedByOlderRules()).isFalse();
        }
    }

    @Test
    void aRepairMakesTheIndexesWhatTheCertificatesSay() throws Exception {
        byte[] missing = StoreKeys.join(StoreKeys.emailPrefix(Names.OF_OTHERS, email(1)), BEGINNING);
        byte[] stray = StoreKeys.join(StoreKeys.wordPrefix(Names.OF_OTHERS, "stray"), BEGINNING);
        byte[] ofNothing = StoreKeys.join(StoreKeys.wordPrefix(Names.OF_OTHERS, "name"), new byte[8]);
        byte[] garbage = {'K', 1, 2};
        try (RocksDB db = RocksDB.open(directory.toString())) {
            db.delete(missing);
            db.put(stray, new byte[0]);
            db.put(ofNothing, new byte[0]);
            db.put(garbage, new byte[0]);
        }
        assertThat(check().sound()).isFalse();
        try (CertificateStore store = CertificateStore.open(directory, StoreOptions.standard())) {
            assertThat(store.repairIndexes(read -> {})).isEqualTo(new IndexesRepaired(1, 3, false));
            assertThat(store.repairIndexes(read -> {})).isEqualTo(new IndexesRepaired(0, 0, false));
        }
        assertThat(check().differences())
                .as("also after a crash: it is on disk")
                .isEmpty();
    }
}
