package oks.store;

import static oks.testing.SampleKey.concat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import oks.openpgp.Certificate;
import oks.openpgp.Fingerprint;
import oks.openpgp.HardRevoked;
import oks.openpgp.IndexTerms;
import oks.openpgp.WordQuery;
import oks.testing.SampleKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;

class HardRevokedNamesTest {
    private static final String ALICE = "Alice Secret <alice@example.org>";

    @TempDir
    private Path directory;

    private final SampleKey key = new SampleKey(1);
    private final SampleKey subkey = new SampleKey(2);
    private final byte[] valid = concat(key.packet(), key.userIdWithSignature(ALICE), key.withSubkey(subkey, 2));
    private final byte[] revoked =
            concat(key.packet(), key.revocation(), key.userIdWithSignature(ALICE), key.withSubkey(subkey, 2));
    private final Fingerprint fingerprint = Certificate.ofStored(valid).fingerprint();
    private LoggedStore logged;

    @BeforeEach
    void open() throws IOException {
        logged = new LoggedStore(directory.resolve("store"));
        logged.put(valid);
    }

    @AfterEach
    void close() throws IOException {
        logged.close();
    }

    private List<Integer> foundByName(HardRevoked given) {
        CertificateSearch search = logged.store.search().giving(given);
        return List.of(
                search.byEmail("alice@example.org", 10).total(),
                search.byWords(WordQuery.of("secret"), 10).total(),
                search.byWords(WordQuery.of("sec* alice"), 10).total(),
                search.byWords(WordQuery.exactly(ALICE), stored -> true, Page.first(10), Patience.endless())
                        .certificates()
                        .size());
    }

    @Test
    void fromTheRevocationOnNoNameFindsItUnlessAllAreGivenOut() throws IOException {
        assertThat(foundByName(HardRevoked.BARE)).containsOnly(1);
        logged.put(revoked);
        assertThat(foundByName(HardRevoked.BARE)).containsOnly(0);
        assertThat(foundByName(HardRevoked.ALL)).containsOnly(1);
        CertificateSearch search = logged.store.search();
        assertThat(search.byFingerprint(fingerprint, 10).total()).isEqualTo(1);
        assertThat(search.byKeyId(fingerprint.keyId(), 10).total()).isEqualTo(1);
        assertThat(search.byFingerprint(Fingerprint.parse(subkey.fingerprint()), 10)
                        .total())
                .isEqualTo(1);
        assertThat(logged.store.check(read -> {}).sound()).isTrue();
        logged.delete(valid, false);
        assertThat(foundByName(HardRevoked.ALL)).containsOnly(0);
        assertThat(logged.store.check(read -> {}).sound()).isTrue();
    }

    @Test
    void anSksHashFindsTheFormThatIsGivenOut() throws IOException {
        logged.put(revoked);
        IndexTerms terms = IndexTerms.of(Certificate.ofStored(revoked));
        for (HardRevoked given : HardRevoked.values()) {
            CertificateSearch search = logged.store.search().giving(given);
            assertThat(search.bySksHash(terms.bareSksHash(), 10).total()).isEqualTo(given == HardRevoked.BARE ? 1 : 0);
            assertThat(search.bySksHash(terms.sksHash(), 10).total()).isEqualTo(given == HardRevoked.ALL ? 1 : 0);
        }
    }

    /** Two whose fingerprints begin alike share index keys; here one entry of an older version stands for it. */
    @Test
    void anEntryThatAnEarlierVersionMadeIsMendedByARepair() throws Exception {
        logged.put(revoked);
        logged.store.flush();
        logged.close();
        Path store = directory.resolve("store");
        byte[] stale = StoreKeys.join(
                StoreKeys.emailPrefix(Names.OF_OTHERS, "alice@example.org"),
                FingerprintPrefix.of(fingerprint).bytes());
        try (RocksSetup setup = RocksSetup.with(StoreOptions.standard());
                RocksDB db = RocksDB.open(setup.options(), store.toString())) {
            db.put(stale, new byte[0]);
            db.put(StoreKeys.INDEXED_BY, new byte[] {2});
        }
        try (CertificateStore reopened = CertificateStore.open(store, StoreOptions.standard())) {
            assertThat(reopened.indexedByOlderRules()).isTrue();
            reopened.repairIndexes(read -> {});
            assertThat(reopened.check(read -> {}).sound()).isTrue();
            assertThat(reopened.search().byEmail("alice@example.org", 10).total())
                    .isZero();
        }
        logged = new LoggedStore(directory.resolve("other"));
    }
}
