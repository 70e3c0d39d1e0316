package oks.openpgp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The one form in which a signature is stored, whatever form it came in. Anybody can change what a signature does not
 * hash: so that nobody's change lasts, the unhashed area is made anew of what is known to be true, and nothing else is
 * in it:
 *
 * <pre>
 * version 4  issuer key ID (16), which gpg 2.2 needs even beside an issuer fingerprint
 * version 6  issuer fingerprint (33)
 *            embedded signature (32): a subkey's own on its binding, in its canonical form
 * </pre>
 *
 * <p>Each is only there if the hashed area does not have it. Numbers are written with as many bits as they have.
 */
final class CanonicalSignature {
    private static final int ISSUER_KEY_ID = 16;
    private static final int EMBEDDED_SIGNATURE = 32;
    private static final int ISSUER_FINGERPRINT = 33;

    private CanonicalSignature() {}

    /** A signature that this key made. */
    static Packet of(Signature signature, KeyPacket issuer) {
        return of(signature, issuer, Optional.empty());
    }

    /** A signature that this key made, with a signature in its unhashed area. */
    static Packet of(Signature signature, KeyPacket issuer, Optional<Packet> embedded) {
        ByteArrayOutputStream unhashed = new ByteArrayOutputStream();
        if (signature.version() == 6) {
            if (!signature.hashesIssuerFingerprint()) {
                subpacket(
                        unhashed,
                        ISSUER_FINGERPRINT,
                        new byte[] {6},
                        issuer.fingerprint().bytes());
            }
        } else if (!signature.hashesIssuerKeyId()) {
            subpacket(unhashed, ISSUER_KEY_ID, bytes(issuer.keyId()));
        }
        embedded.ifPresent(packet -> subpacket(unhashed, EMBEDDED_SIGNATURE, packet.body()));
        return signature.withUnhashed(unhashed.toByteArray());
    }

    /**
     * A signature of which it was found out before that the primary key made it: what was stored by an earlier version,
     * or is not to be verified. Unchanged where only a verification could tell which of several embedded signatures is
     * right.
     *
     * @param subkey what it is on, if that is a subkey
     */
    static Packet trusted(Signature signature, KeyPacket primary, Optional<KeyPacket> subkey) {
        if (!signature.needsBackSignature()) {
            return of(signature, primary);
        }
        List<Packet> embedded = signature.embedded();
        if (embedded.size() > 1 || subkey.isEmpty()) {
            return signature.packet();
        }
        return of(
                signature,
                primary,
                signature.unhashedEmbedded().stream().findFirst().map(back -> ofBack(back, subkey.get())));
    }

    private static Packet ofBack(Packet embedded, KeyPacket subkey) {
        try {
            return of(Signature.parse(embedded), subkey);
        } catch (Malformed e) {
            return embedded;
        }
    }

    /**
     * A signature by another key, which nobody here can verify: its issuer is the one that it hashes, else the first
     * one that it names. Unchanged if that would make it look like one by the primary key.
     */
    static Packet foreign(Signature signature, KeyPacket primary) {
        ByteArrayOutputStream unhashed = new ByteArrayOutputStream();
        Optional<Fingerprint> fingerprint = signature.issuerFingerprint();
        Optional<KeyId> keyId = fingerprint
                .filter(named -> signature.hashesIssuerFingerprint() && named.version() != 3)
                .map(Fingerprint::keyId)
                .or(signature::issuer);
        if (signature.version() == 6) {
            fingerprint
                    .filter(named -> named.version() == 6 && !signature.hashesIssuerFingerprint())
                    .ifPresent(named -> subpacket(unhashed, ISSUER_FINGERPRINT, new byte[] {6}, named.bytes()));
        } else if (!signature.hashesIssuerKeyId()) {
            keyId.ifPresent(named -> subpacket(unhashed, ISSUER_KEY_ID, bytes(named)));
        }
        Packet canonical = signature.withUnhashed(unhashed.toByteArray());
        return names(canonical, primary) ? signature.packet() : canonical;
    }

    /** Whether a signature by another key would look like one by this key with what anybody added to it taken away. */
    static boolean isDisguised(Signature signature, KeyPacket primary) {
        return names(signature.withUnhashed(new byte[0]), primary);
    }

    private static boolean names(Packet signature, KeyPacket key) {
        try {
            return Signature.parse(signature).namesIssuer(key);
        } catch (Malformed e) {
            return true; // nothing that is kept as somebody else's
        }
    }

    /**
     * The signatures in one place of a stored certificate in their canonical forms, each once; of one that is there as
     * the owner's and as somebody else's, the owner's, which was verified.
     *
     * @param subkey what they are on, if that is a subkey
     */
    static List<Packet> all(List<Packet> signatures, KeyPacket primary, Optional<KeyPacket> subkey) {
        List<Packet> canonical = signatures.stream()
                .map(packet -> stored(packet, primary, subkey))
                .toList();
        List<Packet> distinct = new ArrayList<>(canonical.size());
        for (List<Packet> forms : SignatureIdentity.forms(canonical)) {
            distinct.add(forms.stream()
                    .filter(form -> names(form, primary))
                    .findFirst()
                    .orElse(forms.get(0)));
        }
        return distinct;
    }

    private static Packet stored(Packet packet, KeyPacket primary, Optional<KeyPacket> subkey) {
        try {
            Signature signature = Signature.parse(packet);
            return signature.namesIssuer(primary) ? trusted(signature, primary, subkey) : foreign(signature, primary);
        } catch (Malformed e) {
            return packet; // cannot be: it was taken apart before it was kept
        }
    }

    private static byte[] bytes(KeyId keyId) {
        return ByteBuffer.allocate(Long.BYTES).putLong(keyId.value()).array();
    }

    private static void subpacket(ByteArrayOutputStream area, int type, byte[]... data) {
        int length = 1;
        for (byte[] part : data) {
            length += part.length;
        }
        PacketWriter.writeLength(area, length);
        area.write(type);
        for (byte[] part : data) {
            area.writeBytes(part);
        }
    }
}
