package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever comes in, everything is accounted for and nothing is thrown. */
class UploadParserPropertyTest {
    private static final Limits LIMITS = new Limits(1 << 16, 1 << 13, 4096, 4096, 512, 20, 20, 20, 10_000, 10_000);

    @Property
    void anyBytesAreAccountedFor(@ForAll byte[] upload) {
        check(upload);
    }

    @Property
    void damagedCertificatesAreAccountedFor(@ForAll("damaged") byte[] upload) {
        check(upload);
    }

    @Property
    void damagedArmorIsAccountedFor(@ForAll("damagedArmor") byte[] upload) {
        check(upload);
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        return Arbitraries.of(Samples.ALL).map(UploadParserPropertyTest::binary).flatMap(UploadParserPropertyTest::damages);
    }

    @Provide
    Arbitrary<byte[]> damagedArmor() {
        return Arbitraries.of(Samples.ALL)
                .map(name -> Armor.certificates(List.of(binary(name))))
                .flatMap(UploadParserPropertyTest::damages);
    }

    private static void check(byte[] upload) {
        byte[] before = upload.clone();
        for (ThirdParty thirdParty : ThirdParty.values()) {
            for (boolean verify : new boolean[] {true, false}) {
                ParsedUpload parsed = new UploadParser(LIMITS, new Policy(thirdParty, true, verify)).parse(upload);
                assertThat(parsed.accepted().size() + parsed.revocations().size() + parsed.refused().size()).isPositive();
                parsed.accepted().forEach(a -> checkAccepted(a.certificate(), verify));
                parsed.revocations().forEach(r -> parsed.accepted().forEach(a -> r.on(a.certificate(), new VerificationBudget(LIMITS))));
            }
        }
        assertThat(upload).isEqualTo(before);
    }

    /** What was accepted can be stored, found, described and served, and is accepted whole when it comes again. */
    private static void checkAccepted(Certificate certificate, boolean verified) {
        Certificate stored = Certificate.ofStored(certificate.bytes());
        assertThat(stored.fingerprint()).isEqualTo(certificate.fingerprint());
        assertThat(IndexTerms.of(stored).primary()).isEqualTo(stored.fingerprint());
        assertThat(CertificateDescription.of(stored).fingerprint()).isEqualTo(stored.fingerprint());
        assertThat(CertificateMerge.merge(stored, certificate)).isSameAs(stored);
        ParsedUpload again = new UploadParser(LIMITS, new Policy(ThirdParty.ALL, true, verified)).parse(stored.bytes());
        assertThat(again.accepted()).extracting(a -> a.certificate().bytes()).containsExactly(stored.bytes());
    }

    /** Up to eight bytes changed, sometimes cut short, doubled or with a piece moved; from a seed, so that it repeats. */
    private static Arbitrary<byte[]> damages(byte[] whole) {
        return Arbitraries.longs().map(seed -> {
            Random random = new Random(seed);
            byte[] damaged = whole.clone();
            for (int changes = random.nextInt(9); changes > 0; changes--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            return switch (random.nextInt(4)) {
                case 0 -> Arrays.copyOf(damaged, random.nextInt(damaged.length));
                case 1 -> Arrays.copyOf(damaged, 2 * damaged.length);
                case 2 -> moved(damaged, random);
                default -> damaged;
            };
        });
    }

    private static byte[] moved(byte[] bytes, Random random) {
        int length = random.nextInt(Math.min(64, bytes.length));
        int from = random.nextInt(bytes.length - length);
        int to = random.nextInt(bytes.length - length);
        byte[] moved = bytes.clone();
        System.arraycopy(bytes, from, moved, to, length);
        return moved;
    }

    private static byte[] binary(String name) {
        byte[] bytes = Samples.bytes(name);
        return name.endsWith(".asc") ? Samples.certificate(bytes).bytes() : bytes;
    }
}
