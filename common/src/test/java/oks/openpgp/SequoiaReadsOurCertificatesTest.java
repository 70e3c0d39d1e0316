package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.testing.ExternalProgram;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real sq reads what we write. */
class SequoiaReadsOurCertificatesTest {

    @Test
    void everyCertificateOfABlockIsListed(@TempDir Path directory) throws IOException, InterruptedException {
        Path sq = ExternalProgram.require("sq", "sq");
        List<byte[]> certificates = new ArrayList<>();
        List<String> fingerprints = new ArrayList<>();
        for (String name : Samples.ALL) {
            Certificate certificate = Samples.certificate(name);
            if (certificate.fingerprint().version() == 4) { // sq 0.27 knows no version 6
                certificates.add(certificate.bytes());
                fingerprints.add(certificate.fingerprint().toString());
            }
        }
        certificates.add(SampleCertificates.updated(1, 1));
        fingerprints.add(SampleCertificates.fingerprint(1));
        Path file = Files.write(directory.resolve("certificates.asc"), Armor.certificates(certificates));

        Process process = new ProcessBuilder(sq.toString(), "keyring", "list", file.toString())
                .redirectErrorStream(true)
                .start();
        String listed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(listed).isZero();
        assertThat(listed).contains(fingerprints);
    }
}
