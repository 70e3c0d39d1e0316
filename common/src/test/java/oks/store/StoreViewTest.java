package oks.store;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.updated;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.openpgp.Fingerprint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreViewTest {
    @TempDir
    private Path directory;

    @Test
    void aViewIsOfOneMomentInTheOrderOfFingerprintsInPages() throws IOException {
        try (LoggedStore logged = new LoggedStore(directory)) {
            logged.put(certificate(1), certificate(2), certificate(3), certificate(4));
            try (StoreView view = logged.store.view()) {
                logged.put(certificate(5), updated(1, 1));
                logged.delete(certificate(2), false);

                List<StoredCertificate> seen = new ArrayList<>();
                StoreView.Page page;
                int pages = 0;
                do {
                    page = view.next(1, 2, stored -> stored.lsn().number() > 1);
                    seen.addAll(page.certificates());
                    pages++;
                } while (!page.last());

                assertThat(view.position().last().number()).isEqualTo(4);
                assertThat(view.certificates()).isEqualTo(4);
                assertThat(seen).extracting(stored -> stored.lsn().number()).containsExactlyInAnyOrder(2L, 3L, 4L);
                assertThat(seen).extracting(StoredCertificate::fingerprint).isSortedAccordingTo(Fingerprint::compareTo);
                assertThat(pages).isGreaterThan(1);
            }
        }
    }
}
