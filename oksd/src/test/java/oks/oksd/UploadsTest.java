package oks.oksd;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.fingerprint;
import static oks.testing.SampleCertificates.revocation;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import oks.config.OksdSettings;
import oks.control.ControlStatus;
import oks.openpgp.CertificateDescription;
import oks.openpgp.Fingerprint;
import oks.openpgp.ParsedUpload.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UploadsTest {
    @TempDir
    private Path temporary;

    private Bench bench;
    private Uploads uploads;

    @BeforeEach
    void open() throws IOException {
        bench = new Bench(temporary);
        OksdSettings settings = OksdSettings.standard(temporary);
        uploads = new Uploads(bench.store, bench.committer, () -> settings, System::nanoTime);
        bench.committer.start();
    }

    @AfterEach
    void close() throws Exception {
        uploads.close();
        bench.committer.stop();
        bench.close();
    }

    private List<Outcome> upload(byte[]... parts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            body.writeBytes(part);
        }
        return Bench.answer(uploads.accept("test", true, body.toByteArray())).stream().map(Uploads.Line::outcome).toList();
    }

    @Test
    void everyCertificateOfAnUploadIsAccountedFor() {
        upload(certificate(1));
        List<Outcome> outcomes = upload(certificate(1), certificate(2), certificate(3));

        assertThat(outcomes).extracting(Outcome::result)
                .containsExactly(Outcome.Result.UNCHANGED, Outcome.Result.NEW, Outcome.Result.NEW);
        assertThat(upload("nothing of use".getBytes(StandardCharsets.US_ASCII))).singleElement()
                .satisfies(outcome -> assertThat(outcome.result()).isEqualTo(Outcome.Result.REFUSED));
        assertThat(uploads.counts()).isEqualTo(new ControlStatus.Uploads(3, 0, 1, 1));
    }

    @Test
    void aBareRevocationIsMergedWithTheCertificateThatItRevokes() {
        assertThat(upload(revocation(1))).singleElement()
                .satisfies(outcome -> assertThat(outcome.reason()).isEqualTo(Reason.REVOCATION_WITHOUT_CERTIFICATE));
        upload(certificate(1));
        assertThat(upload(revocation(1))).singleElement()
                .satisfies(outcome -> assertThat(outcome.result()).isEqualTo(Outcome.Result.MERGED));
        assertThat(upload(revocation(1))).singleElement()
                .satisfies(outcome -> assertThat(outcome.result()).isEqualTo(Outcome.Result.UNCHANGED));
        assertThat(CertificateDescription.of(
                        bench.store.get(Fingerprint.parse(fingerprint(1))).orElseThrow().certificate()).revoked())
                .isTrue();
    }

    @Test
    void afterTheEndEverybodyIsToldToComeBack() throws Exception {
        uploads.close();
        assertThat(Bench.failure(uploads.accept("test", true, certificate(1)))).isInstanceOf(UnavailableException.class);
    }
}
