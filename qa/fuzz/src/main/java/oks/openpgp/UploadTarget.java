package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import oks.fuzz.FuzzTarget;

/**
 * An upload, binary or armored: all of it is accounted for, and what is accepted can be stored, found, merged and
 * served.
 */
public final class UploadTarget implements FuzzTarget {
    private static final Limits LIMITS = Limits.standard()
            .with(Limit.MAX_BYTES, 1 << 18)
            .with(Limit.MAX_CERTIFICATE, 1 << 17)
            .with(Limit.MAX_PACKET, 4096)
            .with(Limit.MAX_SIGNATURE, 1 << 15)
            .with(Limit.MAX_USER_ID, 512)
            .with(Limit.MAX_USER_ATTRIBUTE, 8192)
            .with(Limit.MAX_USER_IDS, 20)
            .with(Limit.MAX_SUBKEYS, 20)
            .with(Limit.MAX_CERTIFICATES, 20)
            .with(Limit.MAX_CERTIFICATE_COST, 300)
            .with(Limit.MAX_COST, 300);

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (String name : Samples.ALL) {
            byte[] sample = Samples.bytes(name);
            seeds.add(sample);
            seeds.add(Armor.certificates(List.of(Samples.certificate(sample).bytes())));
        }
        seeds.add(Samples.bytes("revocation.asc"));
        seeds.addAll(UploadSeeds.all());
        return seeds;
    }

    @Override
    public void read(byte[] input) {
        byte[] before = input.clone();
        for (ThirdParty thirdParty : ThirdParty.values()) {
            check(input, Policy.standard().withThirdParty(thirdParty).withVersion3(true));
            check(input, Policy.standard().withThirdParty(thirdParty).withVerification(false));
        }
        check(input, Policy.standard().withWeakKeys(WeakKeys.REFUSE).withWeakHashes(WeakHashes.NONE));
        assertThat(input).isEqualTo(before);
    }

    private static void check(byte[] upload, Policy policy) {
        ParsedUpload parsed = new UploadParser(LIMITS, policy).parse(upload, new VerificationBudget(LIMITS));
        assertThat(parsed.accepted().size()
                        + parsed.revocations().size()
                        + parsed.refused().size())
                .isPositive();
        for (ParsedUpload.Accepted accepted : parsed.accepted()) {
            check(accepted.certificate(), policy);
            parsed.revocations()
                    .forEach(revocation ->
                            BareRevocations.on(revocation, accepted.certificate(), new VerificationBudget(LIMITS)));
        }
    }

    private static void check(Certificate certificate, Policy policy) {
        Certificate stored = Certificate.ofStored(certificate.bytes());
        assertThat(IndexTerms.of(stored).primary()).isEqualTo(certificate.fingerprint());
        assertThat(CertificateDescription.of(stored).fingerprint()).isEqualTo(certificate.fingerprint());
        assertThat(CertificateMerge.merge(stored, certificate)).isSameAs(stored);
        assertNothingSecret(stored);
        BareCertificate.of(stored.bytes()).ifPresent(bare -> {
            assertThat(BareCertificate.of(bare)).hasValue(bare);
            assertThat(BareCertificate.revocationsIn(bare)).isNotEmpty();
            assertThat(CertificateMerge.merge(stored, Certificate.ofStored(bare)))
                    .isSameAs(stored);
        });
        ParsedUpload again = new UploadParser(LIMITS, policy.withThirdParty(ThirdParty.ALL)).parse(stored.bytes());
        assertThat(again.accepted())
                .extracting(accepted -> accepted.certificate().bytes())
                .containsExactly(stored.bytes());
    }

    private static void assertNothingSecret(Certificate stored) {
        try {
            for (PacketSplitter packets = new PacketSplitter(stored.bytes()); packets.hasNext(); ) {
                Packet packet = packets.next();
                assertThat(packet.type())
                        .isIn(
                                Packet.PUBLIC_KEY,
                                Packet.PUBLIC_SUBKEY,
                                Packet.USER_ID,
                                Packet.USER_ATTRIBUTE,
                                Packet.SIGNATURE);
                if (packet.type() == Packet.PUBLIC_KEY || packet.type() == Packet.PUBLIC_SUBKEY) {
                    assertThat(KeyMaterial.surplus(KeyPacket.ofStored(packet))).isZero();
                }
            }
        } catch (Malformed e) {
            throw new AssertionError("what is stored is broken", e);
        }
    }
}
