package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.subpacket;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** What anybody can make of somebody else's signature without making it another one. */
final class UnhashedVariants {
    private static final byte[] JUNK = concat(subpacket(100, 1, 2, 3), subpacket(20, new int[40]));
    private static final byte[] FOREIGN_ISSUER = subpacket(16, 1, 2, 3, 4, 5, 6, 7, 8);
    private static final byte[] EMBEDDED_JUNK = subpacket(32, 4, 0x19, 22, 8, 0, 0, 0, 0, 1, 2, 0, 8, 0xff, 0, 8, 0xff);

    private UnhashedVariants() {}

    /** A certificate with every signature changed so. */
    static byte[] all(byte[] certificate, UnaryOperator<Packet> change) {
        return map(CertificateParts.ofStored(certificate), change);
    }

    /** A certificate with every signature twice: changed so, and as it was. */
    static byte[] beside(byte[] certificate, boolean changedFirst, UnaryOperator<Packet> change) {
        List<byte[]> packets = new ArrayList<>();
        for (Packet packet : CertificateParts.ofStored(certificate).all()) {
            boolean version6 = certificate[0] == (byte) 0xc6;
            boolean isSignature = packet.type() == Packet.SIGNATURE;
            byte[] as = PacketWriter.framed(packet, version6);
            byte[] changed = isSignature ? PacketWriter.framed(change.apply(packet), version6) : new byte[0];
            packets.add(changedFirst ? concat(changed, as) : concat(as, changed));
        }
        return concat(packets.toArray(byte[][]::new));
    }

    /** A certificate with signatures in any form, as it may have been stored. */
    static Certificate of(Certificate certificate, Random random) {
        return Certificate.ofStored(
                map(certificate.parts(), packet -> random(random).apply(packet)));
    }

    private static UnaryOperator<Packet> random(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> UnhashedVariants::stripped;
            case 1 -> UnhashedVariants::padded;
            case 2 -> UnhashedVariants::issuerTwice;
            case 3 -> UnhashedVariants::withLeadingZero;
            case 4 -> UnhashedVariants::withFewerBits;
            default -> UnaryOperator.identity();
        };
    }

    /** All that only change what is not hashed or how it is written, none of which takes a proof away. */
    static List<UnaryOperator<Packet>> harmless() {
        return List.of(
                UnhashedVariants::padded,
                UnhashedVariants::issuerTwice,
                UnhashedVariants::withLeadingZero,
                UnhashedVariants::withFewerBits);
    }

    /** Without anything that is not hashed. */
    static Packet stripped(Packet packet) {
        return changed(packet, area -> new byte[0]);
    }

    /** With more that means nothing. */
    static Packet padded(Packet packet) {
        return changed(packet, area -> concat(JUNK, area, JUNK));
    }

    /** With everything twice. */
    static Packet issuerTwice(Packet packet) {
        return changed(packet, area -> concat(area, area));
    }

    /** Says that another key made it. */
    static Packet named(Packet packet) {
        return changed(packet, area -> FOREIGN_ISSUER);
    }

    /** With a signature inside that a subkey might have made, before everything else. */
    static Packet withEmbeddedJunk(Packet packet) {
        return changed(packet, area -> concat(EMBEDDED_JUNK, area));
    }

    /** With a zero before its first number, unless that could not verify. */
    static Packet withLeadingZero(Packet packet) {
        return renumbered(packet, (body, at) -> {
            int bits = (body[at] & 0xff) << 8 | body[at + 1] & 0xff;
            int padded = (bits + 7) / 8 * 8 + 8;
            return concat(
                    part(body, 0, at),
                    new byte[] {(byte) (padded >> 8), (byte) padded, 0},
                    part(body, at + 2, body.length));
        });
    }

    /** With a first number that is said to have fewer bits than it has, though as many bytes. */
    static Packet withFewerBits(Packet packet) {
        return renumbered(packet, (body, at) -> {
            int bits = (body[at] & 0xff) << 8 | body[at + 1] & 0xff;
            int fewer = (bits - 1) / 8 * 8 + 1;
            byte[] changed = body.clone();
            changed[at] = (byte) (fewer >> 8);
            changed[at + 1] = (byte) fewer;
            return changed;
        });
    }

    private interface Renumbering {
        byte[] of(byte[] body, int numbers);
    }

    private static Packet renumbered(Packet packet, Renumbering renumbering) {
        try {
            Signature signature = Signature.parse(packet);
            int algorithm = signature.keyAlgorithm();
            if (!SignatureNumbers.areNumbers(algorithm) || algorithm == Algorithm.EDDSA) {
                return packet; // no numbers that could be written in another way and verify
            }
            byte[] body = packet.body();
            return Packet.of(
                    Packet.SIGNATURE,
                    renumbering.of(body, body.length - signature.numbers().length()));
        } catch (Malformed e) {
            throw new AssertionError(e);
        }
    }

    private static Packet changed(Packet packet, UnaryOperator<byte[]> change) {
        byte[] body = packet.body();
        int version = body[0];
        if (version < 4) {
            return packet; // has no such area
        }
        int size = version == 6 ? 4 : 2;
        int from = 4 + size + number(body, 4, size);
        int length = number(body, from, size);
        byte[] area = change.apply(part(body, from + size, from + size + length));
        byte[] newLength = new byte[size];
        newLength[size - 1] = (byte) area.length;
        newLength[size - 2] = (byte) (area.length >> 8);
        return Packet.of(
                Packet.SIGNATURE,
                concat(part(body, 0, from), newLength, area, part(body, from + size + length, body.length)));
    }

    private static int number(byte[] body, int at, int size) {
        int number = 0;
        for (int i = 0; i < size; i++) {
            number = number << 8 | body[at + i] & 0xff;
        }
        return number;
    }

    private static byte[] part(byte[] body, int from, int to) {
        return Arrays.copyOfRange(body, from, to);
    }

    private static byte[] map(CertificateParts parts, UnaryOperator<Packet> change) {
        CertificateParts changed = new CertificateParts(parts.primary());
        changed.signatures().addAll(map(parts.signatures(), change));
        parts.userIds().forEach((packet, signatures) -> changed.userId(packet).addAll(map(signatures, change)));
        parts.userAttributes()
                .forEach((packet, signatures) -> changed.userAttribute(packet).addAll(map(signatures, change)));
        parts.subkeys().forEach((packet, signatures) -> changed.subkey(packet).addAll(map(signatures, change)));
        changed.unverifiedRevocations().addAll(map(parts.unverifiedRevocations(), change));
        return changed.write();
    }

    private static List<Packet> map(List<Packet> signatures, UnaryOperator<Packet> change) {
        List<Packet> changed = new ArrayList<>();
        signatures.forEach(packet -> changed.add(change.apply(packet)));
        return changed;
    }
}
