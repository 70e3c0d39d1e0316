package oks.openpgp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A certificate as it is stored and served: cleaned, in canonical order. Immutable; equal when the bytes are. */
public final class Certificate {
    private final Fingerprint fingerprint;
    private final byte[] bytes;

    private Certificate(Fingerprint fingerprint, byte[] bytes) {
        this.fingerprint = fingerprint;
        this.bytes = bytes;
    }

    static Certificate of(KeyPacket primary, CertificateParts parts) {
        return new Certificate(primary.fingerprint(), parts.write());
    }

    /**
     * A certificate from bytes that {@link #bytes} gave; they are trusted and copied.
     *
     * @throws IllegalArgumentException if they do not begin with a public key
     */
    public static Certificate ofStored(byte[] canonicalBytes) {
        try {
            Packet first = new PacketSplitter(canonicalBytes).next();
            if (first.type() != Packet.PUBLIC_KEY) {
                throw new IllegalArgumentException("a stored certificate begins with a packet of type " + first.type());
            }
            return new Certificate(KeyPacket.parse(first).fingerprint(), canonicalBytes.clone());
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }

    /**
     * The version of the primary key: 3, 4 or 6. Nothing but that is read.
     *
     * @param canonicalBytes what {@link #bytes} gave
     * @throws IllegalArgumentException if they do not begin with a packet
     */
    public static int versionOf(byte[] canonicalBytes) {
        try {
            return Math.max(3, new PacketSplitter(canonicalBytes).next().at(0)); // 2 was another number for 3
        } catch (Malformed | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }

    /** The fingerprint of the primary key. */
    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** The texts of its user IDs, in the order in which they stand, as {@link UserIdText} reads them; not escaped. */
    public List<String> userIds() {
        try {
            List<String> userIds = new ArrayList<>(2);
            for (PacketSplitter packets = new PacketSplitter(bytes); packets.hasNext(); ) {
                Packet packet = packets.next();
                if (packet.type() == Packet.USER_ID) {
                    userIds.add(UserIds.text(packet).text());
                }
            }
            return userIds;
        } catch (Malformed e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }

    /** A copy of the transferable public key in binary form (RFC 9580, section 10.1). */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Number of bytes that {@link #bytes} gives. */
    public int size() {
        return bytes.length;
    }

    /** A certificate with the same primary key, made of these parts. */
    Certificate with(CertificateParts parts) {
        return new Certificate(fingerprint, parts.write());
    }

    /**
     * The least that tells everybody not to use this certificate: its primary key and the verified revocations of it,
     * with what names a revoker if somebody else than the owner made one; empty when it is not revoked. No user ID is
     * in it.
     */
    public Optional<Certificate> revocationOnly() {
        CertificateParts all = parts();
        List<Packet> revocations = all.signatures().stream()
                .filter(WaitingRevocations::isKeyRevocation)
                .toList();
        if (revocations.isEmpty()) {
            return Optional.empty();
        }
        CertificateParts revoked = new CertificateParts(all.primary());
        revoked.signatures().addAll(revocations);
        KeyPacket primary = KeyPacket.ofStored(all.primary());
        List<Signature> parsed =
                all.signatures().stream().map(Signature::ofStored).toList();
        if (parsed.stream().anyMatch(signature -> !signature.namesIssuer(primary))) {
            parsed.stream()
                    .filter(signature -> !signature.revokers().isEmpty())
                    .forEach(signature -> revoked.signatures().add(signature.packet()));
        }
        return Optional.of(with(revoked));
    }

    /** Whether revocations wait at its end for their makers' keys; nothing is copied to find out. */
    boolean hasUnverifiedRevocations() {
        try {
            boolean component = false;
            for (PacketSplitter packets = new PacketSplitter(bytes); packets.hasNext(); ) {
                Packet packet = packets.next();
                boolean signature = packet.type() == Packet.SIGNATURE;
                if (component && signature && WaitingRevocations.isKeyRevocation(packet)) {
                    return true;
                }
                component |= !signature && packet.type() != Packet.PUBLIC_KEY;
            }
            return false;
        } catch (Malformed e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }

    /** The primary key packet alone. */
    Packet primary() {
        try {
            return new PacketSplitter(bytes).next();
        } catch (Malformed e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }

    CertificateParts parts() {
        return CertificateParts.ofStored(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Certificate that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return fingerprint.hashCode();
    }

    /** The fingerprint. */
    @Override
    public String toString() {
        return fingerprint.toString();
    }
}
