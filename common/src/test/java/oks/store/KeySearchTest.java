package oks.store;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import oks.openpgp.Fingerprint;
import oks.openpgp.Limits;
import oks.openpgp.Policy;
import oks.openpgp.UploadParser;
import oks.testing.SampleKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Anybody can claim somebody else's subkey for encryption, and nobody hides the owner's certificate with it. */
final class KeySearchTest {
    private static final int ENCRYPT = 12;
    private static final SampleKey OWNER = new SampleKey(1);
    private static final SampleKey SUBKEY = new SampleKey(2);
    private static final Fingerprint SUBKEY_FINGERPRINT = Fingerprint.parse(SUBKEY.fingerprint());

    @TempDir
    private Path directory;

    private LoggedStore logged;

    @BeforeEach
    void open() throws IOException {
        logged = new LoggedStore(directory.resolve("store"));
    }

    @AfterEach
    void close() throws IOException {
        logged.close();
    }

    private static byte[] stored(byte[] upload) {
        return new UploadParser(Limits.standard(), Policy.standard())
                .parse(upload)
                .accepted()
                .get(0)
                .certificate()
                .bytes();
    }

    private static byte[] proven(SampleKey owner, String... userIds) {
        return stored(concat(owner.certificate(userIds), owner.withSubkey(SUBKEY, 2)));
    }

    private static byte[] claiming(SampleKey owner, String... userIds) {
        return stored(concat(owner.certificate(userIds), owner.withClaimedSubkey(SUBKEY, subpacket(27, ENCRYPT))));
    }

    private static List<byte[]> strangers(int count) {
        List<byte[]> strangers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            strangers.add(claiming(new SampleKey(1000 + i), "Mallory " + i + " <m" + i + "@evil.example>"));
        }
        return strangers;
    }

    /** What is found by fingerprint and by key ID, which is the same. */
    private List<byte[]> found(CertificateStore store, int limit) {
        List<byte[]> found = contents(store.search().byFingerprint(SUBKEY_FINGERPRINT, limit));
        assertThat(contents(store.search().byKeyId(SUBKEY_FINGERPRINT.keyId(), limit)))
                .containsExactlyElementsOf(found);
        return found;
    }

    private static List<byte[]> contents(Matches matches) {
        return matches.certificates().stream().map(StoredCertificate::content).toList();
    }

    @Test
    void aSubkeyThatSignedItsBindingStandsBeforeEveryClaim() throws IOException {
        byte[] owners = proven(OWNER, "Victim <v@example.org>");
        List<byte[]> strangers = strangers(30);
        logged.put(strangers.subList(0, 15).toArray(byte[][]::new));
        logged.put(owners);
        logged.put(strangers.subList(15, 30).toArray(byte[][]::new));
        assertThat(found(logged.store, 1)).containsExactly(owners);
        assertThat(found(logged.store, 20)).startsWith(owners).hasSize(20);
        assertThat(logged.store.search().byFingerprint(SUBKEY_FINGERPRINT, 1).total())
                .isEqualTo(31);
    }

    @Test
    void ofClaimsTheOldestStandsFirstWhateverIsChangedLater() throws IOException {
        byte[] owners = claiming(OWNER, "Victim <v@example.org>");
        List<byte[]> strangers = strangers(5);
        logged.put(OWNER.certificate("Victim <v@example.org>")); // without the subkey yet
        logged.put(strangers.get(0));
        logged.put(owners);
        logged.put(strangers.subList(1, 5).toArray(byte[][]::new));
        assertThat(found(logged.store, 3)).containsExactly(strangers.get(0), owners, strangers.get(1));

        byte[] changed = claiming(OWNER, "Victim <v@example.org>", "Victim <new@example.org>");
        logged.put(changed);
        logged.put(claiming(new SampleKey(1000), "Mallory again <m@evil.example>"));
        logged.put(strangers.get(0));
        assertThat(found(logged.store, 2)).containsExactly(strangers.get(0), changed);
        logged.delete(strangers.get(0), false);
        logged.put(strangers.get(0)); // begins anew
        assertThat(found(logged.store, 10))
                .startsWith(changed)
                .endsWith(strangers.get(0))
                .hasSize(6);
    }

    @Test
    void aPrimaryKeyStandsBeforeThoseWhoClaimIt() throws IOException {
        SampleKey stranger = new SampleKey(1000);
        byte[] owners = OWNER.certificate("Victim <v@example.org>");
        logged.put(stored(
                concat(stranger.certificate("Mallory"), stranger.withClaimedSubkey(OWNER, subpacket(27, ENCRYPT)))));
        logged.put(owners);
        Fingerprint fingerprint = Fingerprint.parse(OWNER.fingerprint());
        assertThat(logged.store
                        .search()
                        .byKeyId(fingerprint.keyId(), 1)
                        .certificates()
                        .get(0)
                        .content())
                .isEqualTo(owners);
        assertThat(logged.store.search().byFingerprint(fingerprint, 5).certificates())
                .hasSize(1);
    }

    /**
     * A store of a version that did not tell claims apart; it is sound as it is, and a repair tells the proven ones.
     */
    @Test
    void whatAnEarlierVersionIndexedIsOrderedByWhatTheCertificatesSay() throws Exception {
        byte[] owners = proven(OWNER, "Victim <v@example.org>");
        logged.put(strangers(5).toArray(byte[][]::new));
        logged.put(owners);
        Path copy = directory.resolve("copy");
        logged.store.checkpoint(copy);
        try (RocksDB db = RocksDB.open(copy.toString())) {
            for (byte[] key : keyIdEntries(db).values()) {
                db.put(key, new byte[0]);
            }
        }
        try (CertificateStore store = CertificateStore.open(copy, StoreOptions.standard())) {
            assertThat(store.check(read -> {}).differences()).isEmpty();
            assertThat(found(store, 1)).containsExactly(owners);
            assertThat(store.repairIndexes(read -> {})).isEqualTo(new IndexesRepaired(0, 0, false));
            assertThat(found(store, 1)).containsExactly(owners);
            assertThat(found(store, 10)).hasSize(6);
        }
    }

    @Test
    void aReplayTellsClaimsApartAsTheServerDid() throws Exception {
        List<byte[]> strangers = strangers(3);
        logged.put(strangers.get(0));
        logged.put(claiming(OWNER, "Victim"));
        logged.put(claiming(OWNER, "Victim", "Victim again"), strangers.get(0), strangers.get(1));
        logged.delete(strangers.get(1), false);
        logged.put(strangers.get(1), strangers.get(2));
        Path replayed = directory.resolve("replayed");
        try (CertificateStore inOneStep = CertificateStore.open(replayed, StoreOptions.standard())) {
            inOneStep.apply(logged.groups);
            inOneStep.flush();
        }
        Path copy = directory.resolve("copy");
        logged.store.checkpoint(copy);
        try (RocksDB one = RocksDB.openReadOnly(copy.toString());
                RocksDB other = RocksDB.openReadOnly(replayed.toString())) {
            assertThat(keyIdValues(other)).isEqualTo(keyIdValues(one)).hasSize(8);
        }
    }

    private static Map<String, byte[]> keyIdEntries(RocksDB db) throws RocksDBException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (RocksIterator records = db.newIterator()) {
            for (records.seek(new byte[] {'K'}); StoreKeys.isAt(records, (byte) 'K'); records.next()) {
                entries.put(HexFormat.of().formatHex(records.key()), records.key());
            }
            records.status();
        }
        return entries;
    }

    private static Map<String, String> keyIdValues(RocksDB db) throws RocksDBException {
        Map<String, String> values = new TreeMap<>();
        for (Map.Entry<String, byte[]> entry : keyIdEntries(db).entrySet()) {
            values.put(entry.getKey(), HexFormat.of().formatHex(db.get(entry.getValue())));
        }
        return values;
    }
}
