package oks.http.hkp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import oks.openpgp.BareCertificate;
import oks.service.ServiceAnswer.Found;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;

final class BundleTest {
    private static final byte[] BARE =
            BareCertificate.of(SampleCertificates.revoked(1)).orElseThrow();
    private static final byte[] LIVING = SampleCertificates.certificate(2);

    @Test
    void revocationsStandBeforeCertificatesThatAreNothingElse() {
        assertThat(armoredForGpg(BARE)).isNotEqualTo(armored(BARE));
        assertThat(armoredForGpg(BARE, BARE)).isNotEqualTo(armored(BARE, BARE));
    }

    /** A stranger may revoke a certificate of his own that claims the key of a living one. */
    @Test
    void noRevocationStandsBeforeACertificateThatLives() {
        assertThat(armoredForGpg(LIVING)).isEqualTo(armored(LIVING));
        assertThat(armoredForGpg(LIVING, BARE)).isEqualTo(armored(LIVING, BARE));
        assertThat(armoredForGpg(BARE, LIVING)).isEqualTo(armored(BARE, LIVING));
    }

    private static String armored(byte[]... certificates) {
        return bundle(certificates).armored().body().toString();
    }

    private static String armoredForGpg(byte[]... certificates) {
        return bundle(certificates).armoredForGpg().body().toString();
    }

    private static Bundle bundle(byte[]... certificates) {
        List<Found> found =
                Stream.of(certificates).map(bytes -> new Found(1, 1, bytes)).toList();
        return new Bundle(found, found.size());
    }
}
