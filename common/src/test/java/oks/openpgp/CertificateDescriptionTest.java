package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.hashedUserId;
import static oks.testing.SampleKey.packet;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;

/** Which of several self-signatures describes a key. */
class CertificateDescriptionTest {
    private static final int YEAR = 365 * 86400;
    private static final int NEVER = 0;
    private static final Instant IN_A_YEAR = Instant.ofEpochSecond(SampleKey.CREATED + YEAR);
    private static final Instant IN_TWO_YEARS = Instant.ofEpochSecond(SampleKey.CREATED + 2 * YEAR);

    private final SampleKey key = new SampleKey(1);
    private final SampleKey subkey = new SampleKey(2);

    @Test
    void aNewerSelfSignatureThatSaysNothingTakesTheExpiryBack() {
        byte[] name = userId("Name");
        byte[] expiring = certification("Name", 1, YEAR);
        assertThat(expiry(name, expiring)).contains(IN_A_YEAR);
        assertThat(expiry(name, expiring, certification("Name", 2, NEVER))).isEmpty();
        assertThat(expiry(name, expiring, certification("Name", 2, 2 * YEAR))).contains(IN_TWO_YEARS);
    }

    @Test
    void onlyThePrimaryUserIdDecides() {
        byte[] old = concat(userId("Old"), certification("Old", 1, YEAR));
        byte[] recent = concat(userId("Recent"), certification("Recent", 2, NEVER));
        assertThat(expiry(old, recent)).isEmpty();
        byte[] chosen = concat(userId("Chosen"), primaryCertification("Chosen", 1, 2 * YEAR));
        assertThat(expiry(old, recent, chosen)).contains(IN_TWO_YEARS);
    }

    @Test
    void aRevokedUserIdDoesNotCount() {
        byte[] revoked = concat(userId("Old"), primaryCertification("Old", 1, YEAR), revocation("Old", 2));
        assertThat(expiry(revoked)).isEmpty();
        assertThat(expiry(revoked, userId("Other"), certification("Other", 1, 2 * YEAR)))
                .contains(IN_TWO_YEARS);
    }

    @Test
    void ofDirectKeySignatureAndUserIdTheNewerDecidesThatSaysWhen() {
        byte[] name = concat(userId("Name"), certification("Name", 2, YEAR));
        assertThat(expiry(direct(1, 2 * YEAR), name)).contains(IN_A_YEAR);
        assertThat(expiry(direct(3, 2 * YEAR), name)).contains(IN_TWO_YEARS);
        assertThat(expiry(direct(3, NEVER), name))
                .as("such as one that names a revoker")
                .contains(IN_A_YEAR);
        assertThat(expiry(direct(1, 2 * YEAR), direct(3, NEVER), name))
                .as("taken back")
                .contains(IN_A_YEAR);
    }

    @Test
    void theNewestBindingOfASubkeyDecides() {
        byte[] certificate = key.certificate("Name");
        byte[] expiring = binding(1, YEAR);
        assertThat(subkeyExpiry(certificate, expiring)).contains(IN_A_YEAR);
        assertThat(subkeyExpiry(certificate, binding(2, NEVER), expiring)).isEmpty();
        assertThat(subkeyExpiry(certificate, binding(2, 2 * YEAR), expiring)).contains(IN_TWO_YEARS);
    }

    private Optional<Instant> expiry(byte[]... parts) {
        return CertificateDescription.of(Samples.certificate(concat(key.packet(), concat(parts))))
                .expires();
    }

    private Optional<Instant> subkeyExpiry(byte[] certificate, byte[]... bindings) {
        Certificate bound = Samples.certificate(concat(certificate, subkey.subkeyPacket(), concat(bindings)));
        return CertificateDescription.of(bound).subkeys().get(0).expires();
    }

    private static byte[] userId(String text) {
        return packet(13, text.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] certification(String userId, int days, int lifetime) {
        return signature(SampleKey.POSITIVE_CERTIFICATION, days, lifetime, key.hashed(), hashedUserId(userId));
    }

    private byte[] primaryCertification(String userId, int days, int lifetime) {
        byte[] hashed = concat(hashed(days, lifetime), SampleKey.subpacket(25, 1));
        return key.signature(
                SampleKey.POSITIVE_CERTIFICATION, hashed, key.issuer(), new byte[][] {key.hashed(), hashedUserId(userId)
                });
    }

    private byte[] revocation(String userId, int days) {
        return signature(SampleKey.CERTIFICATION_REVOCATION, days, NEVER, key.hashed(), hashedUserId(userId));
    }

    private byte[] direct(int days, int lifetime) {
        return signature(SampleKey.DIRECT_KEY, days, lifetime, key.hashed());
    }

    private byte[] binding(int days, int lifetime) {
        return signature(SampleKey.SUBKEY_BINDING, days, lifetime, key.hashed(), subkey.hashed());
    }

    /** A signature made so many days after the key; 0 seconds of lifetime are not mentioned in it. */
    private byte[] signature(int type, int days, int lifetime, byte[]... content) {
        return key.signature(type, hashed(days, lifetime), key.issuer(), content);
    }

    private static byte[] hashed(int days, int lifetime) {
        byte[] expires = lifetime == NEVER ? new byte[0] : number(9, lifetime);
        return concat(number(2, SampleKey.CREATED + days * 86400), SampleKey.subpacket(27, 0x0c), expires);
    }

    private static byte[] number(int subpacket, int number) {
        return ByteBuffer.allocate(6)
                .put((byte) 5)
                .put((byte) subpacket)
                .putInt(number)
                .array();
    }
}
