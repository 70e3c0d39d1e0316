package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;

class ReplacementKeyTest {
    private final SampleKey old = new SampleKey(1);
    private final SampleKey next = new SampleKey(2);

    private static byte[] record(String fingerprint) {
        byte[] digits = HexFormat.of().parseHex(fingerprint);
        byte[] record = new byte[2 + digits.length + 32];
        record[0] = (byte) (1 + digits.length + 32);
        record[1] = (byte) (digits.length == 20 ? 4 : 6);
        System.arraycopy(digits, 0, record, 2, digits.length);
        return record;
    }

    private static byte[] subpacket(int inverse, byte[]... records) {
        byte[] content = concat(new byte[] {(byte) inverse}, concat(records));
        return concat(new byte[] {(byte) (content.length + 1), 100}, content);
    }

    private static CertificateDescription described(SampleKey key, byte[] subpacket) {
        return CertificateDescription.of(Samples.certificate(concat(
                key.packet(),
                key.signature(SampleKey.DIRECT_KEY, subpacket, key.hashed()),
                key.userIdWithSignature("Somebody"))));
    }

    @Test
    void eachSideSaysTheOther() {
        CertificateDescription replaced = described(old, subpacket(0, record(next.fingerprint())));
        assertThat(replaced.replacement()).contains(Fingerprint.parse(next.fingerprint()));
        assertThat(replaced.replaces()).isEmpty();
        CertificateDescription replacing =
                described(next, subpacket(1, record(old.fingerprint()), record("11".repeat(32))));
        assertThat(replacing.replacement()).isEmpty();
        assertThat(replacing.replaces())
                .containsExactly(Fingerprint.parse(old.fingerprint()), Fingerprint.parse("11".repeat(32)));
    }

    @Test
    void aRevocationMaySayIt() {
        byte[] reason = concat(SampleKey.subpacket(29, 1), subpacket(0, record(next.fingerprint())));
        assertThat(CertificateDescription.of(Samples.certificate(concat(
                                old.packet(),
                                old.signature(SampleKey.KEY_REVOCATION, reason, old.hashed()),
                                old.userIdWithSignature("Somebody"))))
                        .replacement())
                .contains(Fingerprint.parse(next.fingerprint()));
    }

    @Test
    void whatHasAnotherLayoutIsNone() {
        byte[] one = record(next.fingerprint());
        byte[] longer = concat(one, new byte[1]);
        longer[0]++;
        byte[] unknown = one.clone();
        unknown[1] = 7;
        byte[] cut = Arrays.copyOf(one, one.length - 1);
        for (byte[] other : List.of(
                subpacket(0),
                subpacket(0, one, one),
                subpacket(2, one),
                subpacket(0x80),
                subpacket(0, longer),
                subpacket(0, unknown),
                subpacket(0, cut),
                subpacket(1, one, new byte[] {1, 4}),
                new byte[] {1, 100})) {
            CertificateDescription described = described(old, other);
            assertThat(described.replacement())
                    .as(HexFormat.of().formatHex(other))
                    .isEmpty();
            assertThat(described.replaces()).isEmpty();
        }
        assertThat(described(old, subpacket(1, unknown, one)).replaces())
                .as("of a version that is not known here")
                .containsExactly(Fingerprint.parse(next.fingerprint()));
    }
}
