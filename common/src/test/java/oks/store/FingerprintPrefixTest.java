package oks.store;

import static oks.testing.SampleCertificates.beginningAlike;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import oks.openpgp.Certificate;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.openpgp.WordQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates whose fingerprints begin alike share index keys, which must neither hide nor outlive any of them. */
final class FingerprintPrefixTest {
    private static final byte[] ONE = beginningAlike(0, "Twin one <twin@example.org>");
    private static final byte[] OTHER = beginningAlike(1, "Twin other <twin@example.org>");

    @TempDir
    private Path directory;

    private LoggedStore logged;

    @BeforeEach
    void open() throws IOException {
        logged = new LoggedStore(directory);
    }

    @AfterEach
    void close() throws IOException {
        logged.close();
    }

    private static Fingerprint fingerprint(byte[] content) {
        return Certificate.ofStored(content).fingerprint();
    }

    private List<byte[]> byEmail(String email) {
        return contents(logged.store.search().byEmail(email, 10));
    }

    private List<byte[]> byWords(String words) {
        return contents(logged.store.search().byWords(WordQuery.of(words), 10));
    }

    private static List<byte[]> contents(Matches matches) {
        assertThat(matches.total()).isEqualTo(matches.certificates().size());
        return matches.certificates().stream().map(StoredCertificate::content).toList();
    }

    private void requireSound() {
        assertThat(logged.store.check(read -> {}).differences()).isEmpty();
    }

    @Test
    void theSamplesBeginAlike() {
        assertThat(FingerprintPrefix.of(fingerprint(ONE))).isEqualTo(FingerprintPrefix.of(fingerprint(OTHER)));
        assertThat(fingerprint(ONE)).isNotEqualTo(fingerprint(OTHER));
    }

    @Test
    void bothAreFoundByWhatTheyShareAndEachByItsOwn() throws IOException {
        logged.put(ONE, OTHER);
        assertThat(byEmail("twin@example.org")).containsExactlyInAnyOrder(ONE, OTHER);
        assertThat(byWords("twin")).containsExactlyInAnyOrder(ONE, OTHER);
        assertThat(byWords("twin one")).containsExactly(ONE);
        assertThat(byWords("twin oth*")).containsExactly(OTHER);
        for (byte[] content : List.of(ONE, OTHER)) {
            CertificateSearch search = logged.store.search();
            IndexTerms terms = IndexTerms.of(Certificate.ofStored(content));
            assertThat(contents(search.byFingerprint(fingerprint(content), 10))).containsExactly(content);
            assertThat(contents(search.byKeyId(fingerprint(content).keyId(), 10)))
                    .containsExactly(content);
            assertThat(contents(search.bySksHash(terms.sksHash(), 10))).containsExactly(content);
        }
        requireSound();
    }

    @Test
    void whatOneLosesTheOtherKeeps() throws IOException {
        logged.put(ONE, OTHER);
        logged.delete(ONE, false);
        assertThat(byEmail("twin@example.org")).containsExactly(OTHER);
        assertThat(byWords("twin")).containsExactly(OTHER);
        assertThat(byWords("one")).isEmpty();
        requireSound();
        logged.delete(OTHER, false);
        assertThat(byEmail("twin@example.org")).isEmpty();
        requireSound();
    }

    @Test
    void oneThatComesAndOneThatGoesInOneStepAgreeOnTheirKeys() throws IOException {
        logged.put(ONE);
        byte[] changed = beginningAlike(0, "Someone else <else@example.org>");
        logged.put(OTHER, changed);
        assertThat(byEmail("twin@example.org")).containsExactly(OTHER);
        assertThat(byEmail("else@example.org")).containsExactly(changed);
        requireSound();
    }

    @Test
    void aRepairLeavesWhatTheyShare() throws IOException {
        logged.put(ONE, OTHER);
        logged.store.flush();
        assertThat(logged.store.repairIndexes(read -> {})).isEqualTo(new IndexesRepaired(0, 0, false));
        requireSound();
    }
}
