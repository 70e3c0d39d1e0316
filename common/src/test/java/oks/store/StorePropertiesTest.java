package oks.store;

import static oks.testing.SampleCertificates.beginningAlike;
import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.updated;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import oks.openpgp.Certificate;
import oks.openpgp.Fingerprint;
import org.apache.commons.io.FileUtils;

final class StorePropertiesTest {
    private static final int KEYS = 4;

    /** Two keys like any others, and two whose fingerprints begin alike. */
    private static byte[] first(int key) {
        return key < 2 ? certificate(key + 1L) : beginningAlike(key - 2, "Twin <twin@example.org>");
    }

    private static byte[] changed(int key, int update) {
        return key < 2
                ? updated(key + 1L, update)
                : beginningAlike(
                        key - 2, "Twin <twin@example.org>", "Twin update " + update % 2 + " <twin@example.com>");
    }

    /** Numbers choose a certificate and what happens to it: stored, changed, removed, removed for good. */
    @Property(tries = 40)
    void whateverHappensContentsIndexesAndDigestAgree(
            @ForAll @Size(max = 25) List<@IntRange(min = 0, max = 4 * KEYS - 1) Integer> steps) throws IOException {
        Path directory = Files.createTempDirectory("oks-store-property");
        Map<Fingerprint, byte[]> expected = new HashMap<>();
        try (LoggedStore logged = new LoggedStore(directory.resolve("store"))) {
            for (int i = 0; i < steps.size(); i++) {
                int key = steps.get(i) % KEYS;
                byte[] content = steps.get(i) / KEYS == 1 ? changed(key, i) : first(key);
                Fingerprint fingerprint = Certificate.ofStored(content).fingerprint();
                if (steps.get(i) / KEYS < 2) {
                    logged.put(content);
                    expected.put(fingerprint, content);
                } else {
                    logged.delete(content, steps.get(i) / KEYS == 3);
                    expected.remove(fingerprint);
                }
            }
            StoreCheck check = logged.store.check(read -> {});
            assertThat(check.differences()).isEmpty();
            try (CertificateStore inOneStep =
                    CertificateStore.open(directory.resolve("again"), StoreOptions.standard())) {
                inOneStep.apply(logged.groups);
                assertThat(inOneStep.check(read -> {})).isEqualTo(check);
            }
            assertThat(logged.store.certificates()).isEqualTo(expected.size());
            expected.forEach((fingerprint, content) -> assertThat(
                            logged.store.get(fingerprint).orElseThrow().content())
                    .isEqualTo(content));
        } finally {
            FileUtils.deleteDirectory(directory.toFile());
        }
    }
}
