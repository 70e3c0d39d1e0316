package oks.store;

import static oks.testing.SampleKey.concat;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import oks.openpgp.Certificate;
import oks.openpgp.Fingerprint;
import oks.openpgp.HardRevoked;
import oks.openpgp.IndexTerms;
import oks.openpgp.WordQuery;
import oks.testing.SampleKey;
import org.apache.commons.io.FileUtils;

/** Whatever is searched for, what is found is what somebody finds who looks at every certificate. */
final class SearchPropertiesTest {
    private static final int CERTIFICATES = 300;
    /** Words with beginnings in common, from those that nearly everybody has to those of few. */
    private static final List<String> WORDS = List.of(
            "a", "al", "alice", "alicia", "b", "bo", "bob", "bobby", "example", "exam", "work", "private", "z", "zoe",
            "straße");

    private static Path directory;
    private static LoggedStore logged;
    private static final List<Certificate> STORED = new ArrayList<>();

    @BeforeContainer
    static void fill() throws IOException {
        directory = Files.createTempDirectory("oks-search");
        logged = new LoggedStore(directory.resolve("store"));
        Random random = new Random(1);
        byte[][] contents = new byte[CERTIFICATES][];
        for (int i = 0; i < CERTIFICATES; i++) {
            StringBuilder name = new StringBuilder("User");
            for (int at = 0; at < WORDS.size(); at++) {
                if (random.nextInt(at + 1) == 0) {
                    name.append(' ').append(WORDS.get(at));
                }
            }
            SampleKey key = new SampleKey(i);
            byte[] userId = key.userIdWithSignature(name + " <user" + i % 7 + "@example.org>");
            contents[i] = concat(key.packet(), i % 3 == 0 ? key.revocation() : new byte[0], userId);
            STORED.add(Certificate.ofStored(contents[i]));
        }
        logged.put(contents);
    }

    @AfterContainer
    static void close() throws IOException {
        logged.close();
        FileUtils.deleteDirectory(directory.toFile());
    }

    @Provide
    Arbitrary<List<String>> queries() {
        Arbitrary<String> whole = Arbitraries.of(WORDS);
        Arbitrary<String> beginning = Arbitraries.of("a*", "al*", "bo*", "e*", "z*", "user*", "x*", "s*");
        return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(3, whole), net.jqwik.api.Tuple.of(2, beginning))
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }

    @Property(tries = 300)
    void wordsFindWhatEveryCertificateSaysThatIsGivenOutWhole(
            @ForAll("queries") List<String> query, @ForAll HardRevoked given) {
        CertificateSearch search = logged.store.search().giving(given);
        List<WordQuery> words = WordQuery.of(String.join(" ", query));
        Set<Fingerprint> expected = new HashSet<>();
        for (Certificate certificate : STORED) {
            if (given.hides(certificate.bytes())) {
                continue;
            }
            Set<String> its = IndexTerms.words(certificate);
            if (words.stream().allMatch(word -> its.stream().anyMatch(word::matches))) {
                expected.add(certificate.fingerprint());
            }
        }
        Matches all = search.byWords(words, CERTIFICATES);
        assertThat(all.total()).isEqualTo(expected.size());
        assertThat(all.more()).isFalse();
        assertThat(all.certificates())
                .extracting(StoredCertificate::fingerprint)
                .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(all.certificates())
                .extracting(stored -> -stored.lsn().number())
                .isSorted();
        pagesAreTheWholeInItsOrder(search, words, all);
    }

    private static void pagesAreTheWholeInItsOrder(CertificateSearch search, List<WordQuery> words, Matches all) {
        List<Fingerprint> paged = new ArrayList<>();
        int total = all.total();
        for (int skip = 0; skip <= total; skip += 50) {
            Matches page = search.byWords(words, new Page(skip, 50), Patience.endless());
            assertThat(page.total()).isEqualTo(total);
            page.certificates().forEach(stored -> paged.add(stored.fingerprint()));
        }
        assertThat(paged)
                .isEqualTo(all.certificates().stream()
                        .map(StoredCertificate::fingerprint)
                        .toList());
    }
}
