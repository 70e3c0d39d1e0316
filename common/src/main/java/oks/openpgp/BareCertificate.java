package oks.openpgp;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The bare form of a certificate that its owner revoked for good: the primary key and its own revocations, without a
 * name (for version 6, RFC 9580, section 10.1.2, has the same form).
 *
 * <p>A revocation is <em>hard</em> when the primary key itself made it and gives no reason, or says that the key is
 * compromised: no signature of the key counts any more, whenever it was made. Superseded or retired keys go on to vouch
 * for what they signed. A revoker whom the owner named revokes, but does not take the owner's names away.
 */
public final class BareCertificate {
    private BareCertificate() {}

    /**
     * The bare form of a certificate that is revoked for good; empty for any other. Looks at the first packets only.
     *
     * @param canonicalBytes what {@link Certificate#bytes} gave
     */
    public static Optional<byte[]> of(byte[] canonicalBytes) {
        List<Packet> revocations = new ArrayList<>(0);
        Packet primary = read(canonicalBytes, revocations);
        if (revocations.isEmpty()) { // of nearly all certificates
            return Optional.empty();
        }
        KeyPacket key = KeyPacket.ofStored(primary);
        List<Signature> own = revocations.stream()
                .map(Signature::ofStored)
                .filter(revocation -> revocation.namesIssuer(key))
                .toList();
        if (own.stream().noneMatch(Signature::isHardRevocation)) {
            return Optional.empty();
        }
        CertificateParts bare = new CertificateParts(primary);
        own.forEach(revocation -> bare.signatures().add(revocation.packet()));
        return Optional.of(bare.write());
    }

    /** Whether a certificate is revoked for good. */
    public static boolean isFormOf(Certificate certificate) {
        return of(certificate.bytes()).isPresent();
    }

    /**
     * The revocations of a certificate that consists of its primary key and revocations of it, one after the other;
     * nothing for any other. GnuPG takes them in alone where it refuses a certificate without a user ID.
     *
     * @param canonicalBytes what {@link Certificate#bytes} gave
     */
    public static byte[] revocationsIn(byte[] canonicalBytes) {
        List<Packet> revocations = new ArrayList<>(0);
        Packet primary = read(canonicalBytes, revocations);
        ByteArrayOutputStream out = new ByteArrayOutputStream(0);
        if (!revocations.isEmpty()) { // of nearly all certificates there are none
            CertificateParts bare = new CertificateParts(primary);
            bare.signatures().addAll(revocations);
            if (bare.write().length == canonicalBytes.length) {
                revocations.forEach(revocation -> PacketWriter.write(out, revocation, primary.at(0) == 6));
            }
        }
        return out.toByteArray();
    }

    /** Reads the signatures on the primary key, of which the revocations are added; the primary key. */
    private static Packet read(byte[] canonicalBytes, List<Packet> revocations) {
        try {
            PacketSplitter packets = new PacketSplitter(canonicalBytes);
            Packet primary = packets.next();
            boolean onPrimary = true;
            while (onPrimary && packets.hasNext()) {
                Packet packet = packets.next();
                onPrimary = packet.type() == Packet.SIGNATURE;
                if (onPrimary && WaitingRevocations.isKeyRevocation(packet)) {
                    revocations.add(packet);
                }
            }
            return primary;
        } catch (Malformed e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }
}
