package oks.store;

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

    /** Numbers choose a certificate and what happens to it: stored, changed, removed, removed for good. */
    @Property(tries = 40)
    void whateverHappensContentsIndexesAndDigestAgree(
            @ForAll @Size(max = 25) List<@IntRange(min = 0, max = 4 * KEYS - 1) Integer> steps) throws IOException {
        Path directory = Files.createTempDirectory("oks-store-property");
        Map<Fingerprint, byte[]> expected = new HashMap<>();
        try (LoggedStore logged = new LoggedStore(directory.resolve("store"))) {
            for (int i = 0; i < steps.size(); i++) {
                long seed = steps.get(i) % KEYS + 1;
                byte[] content = steps.get(i) / KEYS == 1 ? updated(seed, i) : certificate(seed);
                Fingerprint fingerprint = Certificate.ofStored(content).fingerprint();
                if (steps.get(i) / KEYS < 2) {
                    logged.put(content);
                    expected.put(fingerprint, content);
                } else {
                    logged.delete(content, steps.get(i) / KEYS == 3);
                    expected.remove(fingerprint);
                }
            }
            assertThat(logged.store.check(read -> { }).differences()).isEmpty();
            assertThat(logged.store.certificates()).isEqualTo(expected.size());
            expected.forEach((fingerprint, content) ->
                    assertThat(logged.store.get(fingerprint).orElseThrow().content()).isEqualTo(content));
        } finally {
            FileUtils.deleteDirectory(directory.toFile());
        }
    }
}
