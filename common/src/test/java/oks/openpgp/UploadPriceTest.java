package oks.openpgp;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.withUserIds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class UploadPriceTest {
    private final UploadParser parser =
            new UploadParser(Limits.standard(), Policy.standard().withThirdParty(ThirdParty.NONE));

    private static byte[] bytes(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    private static byte[] packet(int type, byte[] body) {
        return bytes(
                new byte[] {(byte) (0xc0 | type), (byte) 0xff},
                ByteBuffer.allocate(4).putInt(body.length).array(),
                body);
    }

    /** A key with this modulus; nobody has its private one. */
    private static byte[] rsa(int bits) {
        byte[] modulus = new byte[bits / 8];
        Arrays.fill(modulus, (byte) 0xff);
        return packet(
                6,
                bytes(
                        HexFormat.of().parseHex("040000000001"),
                        new byte[] {(byte) (bits >> 8), (byte) bits},
                        modulus,
                        HexFormat.of().parseHex("0011010001")));
    }

    private static byte[] signature() {
        return packet(2, HexFormat.of().parseHex("0413010800000000" + "0000" + "000101"));
    }

    @Test
    void whatItCostsIsNoMoreThanThePrice() {
        byte[] upload = bytes(
                certificate(1),
                withUserIds(2, IntStream.range(0, 50).mapToObj(i -> "User " + i).toArray(String[]::new)));
        VerificationBudget budget = new VerificationBudget(Limits.standard());
        assertThat(parser.parse(upload, budget).accepted()).hasSize(2);
        assertThat(parser.price(upload)).isBetween(budget.verifications(), 3 * budget.spent());
        assertThat(parser.price(Armor.certificates(List.of(upload))))
                .isBetween(budget.verifications(), 3 * budget.spent());
    }

    @Test
    void largeKeysAreDearByTheirSizeAlone() {
        byte[] one = bytes(rsa(16_384), packet(13, "a".getBytes(StandardCharsets.UTF_8)), signature());
        assertThat(parser.price(one)).isBetween(64L, 70L);
        byte[][] sixty = new byte[60][];
        Arrays.fill(sixty, one);
        assertThat(parser.price(bytes(sixty))).isBetween(60 * 64L, 60 * 70L);
    }

    @Test
    void thePriceIsNoMoreThanTheLimits() {
        byte[][] parts = new byte[1002][];
        Arrays.fill(parts, signature());
        parts[0] = rsa(16_384);
        parts[1] = packet(13, "a".getBytes(StandardCharsets.UTF_8));
        Limits limits = Limits.standard();
        assertThat(parser.price(bytes(parts)))
                .isBetween((long) limits.of(Limit.MAX_CERTIFICATE_COST), limits.of(Limit.MAX_CERTIFICATE_COST) + 10L);
    }

    @Test
    void whatIsBrokenDoesNotHideWhatFollows() {
        byte[] dear = bytes(
                rsa(16_384),
                packet(13, "a".getBytes(StandardCharsets.UTF_8)),
                packet(2, new byte[1]),
                packet(14, new byte[2]),
                signature());
        assertThat(parser.price(bytes(packet(6, new byte[] {9}), dear))).isGreaterThanOrEqualTo(64);
        assertThat(parser.price(new byte[0])).isZero();
        assertThat(parser.price("no OpenPGP at all".getBytes(StandardCharsets.UTF_8)))
                .isZero();
    }
}
