package oks.store;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.email;
import static oks.testing.SampleCertificates.updated;
import static oks.testing.SampleCertificates.withUserIds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Certificate;
import oks.openpgp.Fingerprint;
import oks.openpgp.WordQuery;
import oks.recovery.Group;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.testing.DirectoryState;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateStoreTest {
    @TempDir
    private Path temporary;

    private Path directory;
    private LoggedStore logged;
    private CertificateStore store;

    @BeforeEach
    void open() throws IOException {
        directory = temporary.resolve("store");
        logged = new LoggedStore(directory);
        store = logged.store;
    }

    @AfterEach
    void close() throws IOException {
        logged.close();
    }

    private static Fingerprint fingerprint(byte[] content) {
        return Certificate.ofStored(content).fingerprint();
    }

    private static List<Fingerprint> fingerprints(Matches matches) {
        return matches.certificates().stream()
                .map(StoredCertificate::fingerprint)
                .toList();
    }

    private Matches words(String query) {
        return store.search().byWords(WordQuery.of(query), 10);
    }

    @Test
    void aCertificateIsFoundByFingerprintKeyIdAddressAndWords() throws IOException {
        logged.put(certificate(1), certificate(2));
        Fingerprint one = fingerprint(certificate(1));

        assertThat(store.get(one).orElseThrow().content()).isEqualTo(certificate(1));
        assertThat(fingerprints(store.search().byFingerprint(one, 10))).containsExactly(one);
        assertThat(store.search().byFingerprint(one, 0)).as("the number only").isEqualTo(new Matches(1, List.of()));
        assertThat(fingerprints(store.search().byKeyId(one.keyId(), 10))).containsExactly(one);
        assertThat(fingerprints(store.search().byEmail(email(1), 10))).containsExactly(one);
        assertThat(store.search().changedOn(store.get(one).orElseThrow().modified()))
                .containsExactlyInAnyOrder(one, fingerprint(certificate(2)));
        assertThat(store.search().changedOn(java.time.Instant.EPOCH)).isEmpty();
        byte[] sksHash = oks.openpgp.IndexTerms.of(store.get(one).orElseThrow().certificate())
                .sksHash();
        assertThat(fingerprints(store.search().bySksHash(sksHash, 10))).containsExactly(one);
        assertThat(fingerprints(words("NAME 1"))).containsExactly(one);
        assertThat(store.get(fingerprint(certificate(3)))).isEmpty();
        assertThat(store.search().byEmail("name1@example.or", 10).total()).isZero();
    }

    @Test
    void aCertificateIsFoundByItsSubkey() throws IOException {
        byte[] content = LoggedStore.withSubkey(certificate(1), certificate(2));
        Fingerprint subkey = fingerprint(certificate(2));
        logged.put(content);

        assertThat(fingerprints(store.search().byFingerprint(subkey, 10))).containsExactly(fingerprint(content));
        assertThat(fingerprints(store.search().byKeyId(subkey.keyId(), 10))).containsExactly(fingerprint(content));
        assertThat(store.get(subkey)).isEmpty();
    }

    @Test
    void aFingerprintIsLookedForInFullNotByItsKeyIdAlone() throws IOException {
        logged.put(LoggedStore.withSubkey(certificate(1), certificate(2)));
        byte[] sameKeyId = fingerprint(certificate(2)).bytes();
        sameKeyId[0] ^= 1;

        assertThat(store.search().byFingerprint(Fingerprint.of(sameKeyId), 10)).isEqualTo(Matches.NONE);
        assertThat(store.search().byFingerprint(Fingerprint.of(new byte[16]), 10))
                .isEqualTo(Matches.NONE);
    }

    @Test
    void allWordsMustMatch() throws IOException {
        logged.put(withUserIds(1, "Alice Example"), withUserIds(2, "Alice Other"), withUserIds(3, "Bob Example"));

        assertThat(words("alice").total()).isEqualTo(2);
        assertThat(fingerprints(words("example alice"))).containsExactly(fingerprint(certificate(1)));
        assertThat(words("alice nobody")).isEqualTo(Matches.NONE);
        assertThat(words("").total()).isZero();
    }

    @Test
    void aWordWithAnAsteriskStandsForAllThatBeginSo() throws IOException {
        logged.put(withUserIds(1, "Alice Example"), withUserIds(2, "Alicia Example"), withUserIds(3, "Ali Baba"));

        assertThat(words("ali*").total()).isEqualTo(3);
        assertThat(words("ALIC*").total()).isEqualTo(2);
        assertThat(words("alic").total()).isZero();
        assertThat(fingerprints(words("ex* alici*"))).containsExactly(fingerprint(certificate(2)));
        assertThat(fingerprints(words("baba ali*"))).containsExactly(fingerprint(certificate(3)));
        assertThat(words("* alice").total())
                .as("an asterisk alone means nothing")
                .isEqualTo(1);
    }

    @Test
    void aCommonWordHidesNobodyWhoHasARareOneToo() throws IOException {
        for (int i = 1; i <= 20; i++) {
            logged.put(withUserIds(i, "Common " + (i % 5 == 0 ? "rare" : "plain")));
        }
        for (String query : List.of("common rare", "rare common", "comm* rare", "c* rar*")) {
            assertThat(words(query).total()).as(query).isEqualTo(4);
        }
    }

    @Test
    void theNewestModificationComesFirstAndTheLimitHolds() throws IOException {
        for (int i = 1; i <= 4; i++) {
            logged.put(certificate(i));
        }
        logged.put(updated(2, 1));

        Matches matches = store.search().byWords(WordQuery.of("name"), 2);

        assertThat(matches.total()).isEqualTo(4);
        assertThat(fingerprints(matches)).containsExactly(fingerprint(certificate(2)), fingerprint(certificate(4)));
    }

    @Test
    void aSearchForAnAddressThatManyHaveIsLeftToWhoMayTakeTime() throws IOException {
        Page two = Page.first(2);
        for (int i = 1; i <= Patience.FEW; i++) {
            logged.put(withUserIds(i, "Shared " + i + " <shared@example.org>"));
        }
        Matches few = store.search().byEmail("shared@example.org", two, Patience.few());
        assertThat(few.total()).isEqualTo(Patience.FEW);
        assertThat(fingerprints(few))
                .isEqualTo(fingerprints(store.search().byEmail("shared@example.org", 2)))
                .hasSize(2);
        assertThat(store.search().byEmail("nobody@example.org", two, Patience.few()))
                .isEqualTo(Matches.NONE);

        logged.put(withUserIds(Patience.FEW + 1, "One more <shared@example.org>"));

        assertThat(store.search().byEmail("shared@example.org", two, Patience.few()))
                .isEqualTo(new Matches(0, true, List.of()));
        assertThat(store.search().byEmail("shared@example.org", 2).total()).isEqualTo(Patience.FEW + 1);
    }

    @Test
    void anUpdateRemovesIndexEntriesThatHoldNoLonger() throws IOException {
        logged.put(withUserIds(1, "Old Name <old@example.org>"));
        logged.daysPass(2);
        logged.put(withUserIds(1, "New Name <new@example.org>"));

        assertThat(store.search().byEmail("old@example.org", 10).total()).isZero();
        assertThat(words("old").total()).isZero();
        assertThat(fingerprints(words("new name"))).containsExactly(fingerprint(certificate(1)));
        assertThat(store.certificates()).isEqualTo(1);
        assertThat(store.check(read -> {}).differences()).isEmpty();
    }

    @Test
    void twoVersionsOfACertificateInOneBatchLeaveOnlyTheLater() throws IOException {
        byte[] first = withUserIds(1, "First <first@example.org>");
        try (LoggedStore other = new LoggedStore(temporary.resolve("other"))) {
            other.put(first);
            other.put(withUserIds(1, "Second <second@example.org>"));
            store.apply(other.groups);
        }

        assertThat(store.search().byEmail("first@example.org", 10).total()).isZero();
        assertThat(store.search().byEmail("second@example.org", 10).total()).isEqualTo(1);
        assertThat(store.certificates()).isEqualTo(1);
        assertThat(store.check(read -> {}).differences()).isEmpty();
    }

    @Test
    void theNewestVerifiedArchiveStaysNotedUnlessTheClockWasWrong() {
        Instant now = Instant.parse("2026-11-22T10:49:02.123456Z");
        assertThat(store.verifiedArchive()).isEmpty();
        assertThat(store.noteVerified(now.minusSeconds(60).plusNanos(1), now)).isEqualTo(now.minusSeconds(60));
        assertThat(store.noteVerified(now.minusSeconds(90), now))
                .as("an older one")
                .isEqualTo(now.minusSeconds(60));
        assertThat(store.noteVerified(now.plusSeconds(90), now))
                .as("of the future")
                .isEqualTo(now);
        Instant before = now.minusSeconds(3600);
        assertThat(store.noteVerified(before, before))
                .as("the clock was set back")
                .isEqualTo(before);
        assertThat(store.verifiedArchive()).contains(before);
    }

    @Test
    void aDeletionLeavesATombstoneAndNothingElse() throws IOException {
        logged.put(certificate(1), certificate(2));
        Fingerprint one = fingerprint(certificate(1));
        logged.delete(certificate(1), true);

        assertThat(store.get(one)).isEmpty();
        assertThat(store.search().byEmail(email(1), 10).total()).isZero();
        assertThat(store.search().byKeyId(one.keyId(), 10).total()).isZero();
        assertThat(store.tombstone(one).orElseThrow().blocked()).isTrue();
        assertThat(store.certificates()).isEqualTo(1);
        assertThat(store.tombstones()).isEqualTo(1);

        logged.delete(certificate(1), false); // nothing there but the tombstone
        assertThat(store.tombstone(one).orElseThrow().blocked()).isFalse();
        assertThat(store.tombstones()).isEqualTo(1);
        logged.put(certificate(1));
        assertThat(store.certificates()).isEqualTo(2);
        assertThat(store.check(read -> {}).differences()).isEmpty();
    }

    @Test
    void everyBatchCarriesThePositionOfTheLog() throws IOException {
        assertThat(store.position()).isEqualTo(LogPosition.START);
        for (int i = 1; i <= 3; i++) {
            Group group = logged.put(certificate(i));
            assertThat(store.position()).isEqualTo(group.end());
            store.flush();
            assertThat(copy("copy" + i, CertificateStore::position)).isEqualTo(group.end());
        }
    }

    @Test
    void withoutAFlushACrashGoesBackToAPrefix() throws IOException {
        Group flushed = logged.put(certificate(1), certificate(2));
        store.flush();
        logged.put(certificate(3));
        logged.put(updated(1, 1));
        logged.delete(certificate(2), false);

        copy("crashed", crashed -> {
            assertThat(crashed.position()).isEqualTo(flushed.end());
            assertThat(crashed.certificates()).isEqualTo(2);
            assertThat(crashed.get(fingerprint(certificate(1))).orElseThrow().content())
                    .isEqualTo(certificate(1));
            assertThat(crashed.check(read -> {}).differences()).isEmpty();
            crashed.apply(logged.groups.subList(1, logged.groups.size()));
            assertThat(crashed.check(read -> {}).digest())
                    .isEqualTo(store.check(read -> {}).digest());
            return null;
        });
    }

    private interface Looking<T> {
        T at(CertificateStore copy);
    }

    private <T> T copy(String name, Looking<T> looking) throws IOException {
        Path copy = temporary.resolve(name);
        DirectoryState.copy(directory, copy);
        try (CertificateStore copied = CertificateStore.open(copy, StoreOptions.standard())) {
            return looking.at(copied);
        }
    }

    @Test
    void closingFlushesNothing() throws IOException {
        logged.put(certificate(1));
        store.flush();
        LogPosition flushed = store.position();
        logged.put(certificate(2));
        store.close();
        try (CertificateStore again = CertificateStore.open(directory, StoreOptions.standard())) {
            assertThat(again.position()).isEqualTo(flushed);
        }
    }

    @Test
    void aCheckpointIsTheSameStoreAndStaysSo() throws IOException {
        logged.put(certificate(1), certificate(2));
        StoreCheck before = store.check(read -> {});
        Path checkpoint = temporary.resolve("checkpoint");
        store.checkpoint(checkpoint);
        logged.put(certificate(3));

        try (CertificateStore copy = CertificateStore.open(checkpoint, StoreOptions.standard())) {
            assertThat(copy.check(read -> {})).isEqualTo(before);
        }
    }

    @Test
    void theDirectoryOfAHeldStoreStaysStillWhileReadsGoOn() throws IOException {
        CertificateStore still = CertificateStore.open(
                temporary.resolve("still"),
                new StoreOptions(1 << 20, 1 << 20, java.util.Optional.of(temporary.resolve("rocksdb-log"))));
        try (still) {
            for (int i = 0; i < 10; i++) { // several files, so that a compaction is wanted
                logged.put(certificate(i));
                still.apply(List.of(logged.groups.get(i)));
                still.flush();
            }
            still.hold();
            DirectoryState before = DirectoryState.of(temporary.resolve("still"));
            for (int i = 0; i < 10; i++) {
                assertThat(still.get(fingerprint(certificate(i)))).isPresent();
            }
            assertThat(still.search().byWords(WordQuery.of("name"), 10).total()).isEqualTo(10);
            assertThat(still.check(read -> {}).differences()).isEmpty();
            still.apply(List.of());
            still.hold(); // the second time changes nothing
            assertThat(DirectoryState.of(temporary.resolve("still"))).isEqualTo(before);

            still.release();
            still.release();
            logged.put(certificate(11));
            still.apply(List.of(logged.groups.get(10)));
            still.flush();
            assertThat(DirectoryState.of(temporary.resolve("still"))).isNotEqualTo(before);
        }
    }

    @Test
    void aReadThatEndsWhileTheStoreIsHeldRemovesNoFile() throws Exception {
        Path held = temporary.resolve("held");
        StoreOptions options =
                new StoreOptions(1 << 20, 1 << 20, java.util.Optional.of(temporary.resolve("rocksdb-log")));
        try (CertificateStore store = CertificateStore.open(held, options)) {
            StoreView reading = null;
            for (int i = 0; i < 10; i++) {
                logged.put(certificate(i));
                store.apply(List.of(logged.groups.get(i)));
                store.flush();
                reading = i == 2 ? store.view() : reading;
            }
            for (int look = 0; tables(held) >= 10 && look < 1000; look++) {
                new CountDownLatch(1).await(10, TimeUnit.MILLISECONDS);
            }
            assertThat(tables(held))
                    .as("a compaction replaced some, but not those that are read")
                    .isBetween(4L, 9L);

            store.hold();
            DirectoryState before = DirectoryState.of(held);
            reading.close();
            assertThat(DirectoryState.of(held)).isEqualTo(before);
        }
    }

    private static long tables(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".sst")).count();
        }
    }

    @Test
    void whatIsArchivedNeverGoesBack() {
        assertThat(store.noteArchived(5)).isEqualTo(5);
        assertThat(store.noteArchived(3)).isEqualTo(5);
        assertThat(store.archivedOrdinal()).isEqualTo(5);
    }

    @Test
    void theLogMayGoOnInAnotherFileButNotInAnotherState() throws IOException {
        LogPosition end = logged.put(certificate(1)).end();
        LogPosition elsewhere = new LogPosition(end.file(), 4096, end.last(), end.chain(), end.digest());
        store.moveTo(elsewhere);
        assertThat(store.position()).isEqualTo(elsewhere);
        assertThat(store.certificates()).isEqualTo(1);

        LogPosition otherState = new LogPosition(end.file(), 4096, new Lsn(7), end.chain(), end.digest());
        assertThatThrownBy(() -> store.moveTo(otherState)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyCertificateIsHandedOverInOrder() throws IOException {
        logged.put(certificate(1), certificate(2), certificate(3));
        List<Fingerprint> seen = new ArrayList<>();
        store.forEach(stored -> seen.add(stored.fingerprint()));

        assertThat(seen).hasSize(3).isSorted();
    }

    @Test
    void aChangeThatReplacesWhatIsNotThereIsDamage() throws IOException {
        try (LoggedStore other = new LoggedStore(temporary.resolve("other"))) {
            other.put(certificate(1));
            Group update = other.put(updated(1, 1));
            assertThatThrownBy(() -> store.apply(List.of(update)))
                    .isInstanceOfSatisfying(
                            OperatorFault.class,
                            fault -> assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED));
        }
        assertThat(store.position()).isEqualTo(LogPosition.START);
    }

    /** Java's own UTF-8 has other bytes for it: RocksDB would open a directory of another name. */
    @Test
    void aNameThatRocksdbWouldTakeForAnotherIsRefused() {
        for (String name : List.of("db-\uD83D\uDE00", "db-\uD840\uDC0B/store")) {
            Path directory = temporary.resolve(name);
            assertThatThrownBy(() -> CertificateStore.open(directory, StoreOptions.standard()))
                    .isInstanceOfSatisfying(OperatorFault.class, fault -> {
                        assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
                        assertThat(fault.what()).contains(directory.toString(), "(U+", "RocksDB");
                    });
        }
        assertThat(temporary.toFile().list()).doesNotContain("db-\uD83D\uDE00");
        assertThatThrownBy(() -> store.checkpoint(temporary.resolve("\uD83D\uDE00")))
                .isInstanceOf(OperatorFault.class);
        assertThat(temporary.resolve("dürer-日本"))
                .satisfies(usual ->
                        CertificateStore.open(usual, StoreOptions.standard()).close());
    }

    @Test
    void aStoreThatCannotBeReadIsDamaged() throws IOException {
        Path broken = temporary.resolve("broken");
        FileUtils.writeStringToFile(broken.resolve("CURRENT").toFile(), "nonsense\n", "US-ASCII");

        assertThatThrownBy(() -> CertificateStore.open(broken, StoreOptions.standard()))
                .isInstanceOfSatisfying(OperatorFault.class, fault -> {
                    assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
                    assertThat(fault.what()).contains(broken.toString());
                });
    }

    @Test
    void aStoreThatCannotReachTheDiskAnyMoreSaysSo() throws IOException {
        Path gone = temporary.resolve("gone");
        try (CertificateStore losing = CertificateStore.open(gone, StoreOptions.standard())) {
            logged.put(certificate(1));
            assertThat(losing.failure()).isEmpty();
            losing.apply(logged.groups);
            FileUtils.deleteDirectory(gone.toFile());

            assertThatThrownBy(losing::flush).isInstanceOf(OperatorFault.class);
            assertThat(losing.failure())
                    .hasValueSatisfying(fault -> assertThat(fault.code()).isEqualTo(ExitCode.FAILED));
            assertThat(losing.get(fingerprint(certificate(1))))
                    .as("reads go on")
                    .isPresent();
        }
    }

    @Test
    void contentsComeBackAsTheyWereGiven() throws IOException {
        byte[] content = certificate(5);
        logged.put(content);
        assertThat(Arrays.equals(store.get(fingerprint(content)).orElseThrow().content(), content))
                .isTrue();
        assertThat(store.get(fingerprint(content)).orElseThrow().lsn()).isEqualTo(new Lsn(1));
    }
}
