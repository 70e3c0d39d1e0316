package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.hashedUserId;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;

/** What an owner approves of the signatures by other keys can be taken back. */
final class AttestationTest {
    private static final String NAME = "Name 1 <name1@example.org>";

    private final SampleKey key = new SampleKey(1);
    private final SampleKey other = new SampleKey(2);
    private final byte[] foreign = signature(other, SampleKey.POSITIVE_CERTIFICATION, 0);

    @Test
    void anAttestationIsReplacedByANewerOne() throws Exception {
        byte[] approves = signature(key, Signature.ATTESTATION, 1, digestOf(foreign));
        byte[] takesBack = signature(key, Signature.ATTESTATION, 2);
        byte[] approvesAgain = signature(key, Signature.ATTESTATION, 3, digestOf(foreign));
        assertThat(keepsForeign(approves)).isTrue();
        assertThat(keepsForeign(approves, takesBack)).isFalse();
        assertThat(keepsForeign(takesBack, approvesAgain)).isTrue();
    }

    private boolean keepsForeign(byte[]... attestations) {
        Certificate certificate = Samples.certificate(concat(key.certificate(NAME), foreign, concat(attestations)));
        return CertificateDescription.of(certificate).userIds().get(0).signatures().stream()
                .anyMatch(one -> !one.own());
    }

    /**
     * A signature on the user ID, made so many seconds after 2024-01-01, that lists digests if it is an attestation.
     */
    private byte[] signature(SampleKey by, int type, int second, int... digests) {
        byte[] fingerprint = Fingerprint.parse(by.fingerprint()).bytes();
        int[] issuer = new int[21];
        Arrays.setAll(issuer, i -> i == 0 ? 4 : fingerprint[i - 1]);
        byte[] hashed =
                concat(subpacket(2, 0x65, 0x92, 0, 0x80 + second), subpacket(33, issuer), subpacket(37, digests));
        return by.signature(type, hashed, new byte[0], new byte[][] {key.hashed(), hashedUserId(NAME)});
    }

    /** As a third-party confirmation hashes a signature (RFC 9580, section 5.2.4). */
    private static int[] digestOf(byte[] signature) throws Exception {
        byte[] body = body(signature);
        byte[] start =
                ByteBuffer.allocate(5).put((byte) 0x88).putInt(body.length).array();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(concat(start, body));
        int[] ints = new int[digest.length];
        Arrays.setAll(ints, i -> digest[i]);
        return ints;
    }

    private static byte[] body(byte[] packet) {
        return Arrays.copyOfRange(packet, 2, packet.length);
    }
}
