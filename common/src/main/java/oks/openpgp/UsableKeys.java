package oks.openpgp;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import oks.openpgp.CertificateDescription.SubkeyDescription;

/** The keys of a certificate that its owner allows for a purpose at a time: not revoked, not expired. */
final class UsableKeys {
    /** Bits of the key flags (RFC 9580, section 5.2.3.29). */
    static final int SIGN = 0x02;

    static final int ENCRYPT = 0x04 | 0x08;

    private static final int CERTIFY_AND_SIGN = 0x03;

    private UsableKeys() {}

    /**
     * The keys that have one of these flags: subkeys first, the newest of them at the beginning, then the primary key.
     *
     * @param certificate whose self-signatures were verified
     */
    static List<KeyPacket> of(Certificate certificate, int flags, Instant at) {
        CertificateDescription described = CertificateDescription.of(certificate);
        if (described.revoked() || isOver(described.expires(), at)) {
            return List.of();
        }
        try {
            return keys(certificate.parts(), described, flags, at);
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }

    private static List<KeyPacket> keys(CertificateParts parts, CertificateDescription described, int flags, Instant at)
            throws Malformed, KeyPacket.UnknownVersion {
        KeyPacket primary = KeyPacket.parse(parts.primary());
        List<KeyPacket> keys = new ArrayList<>();
        for (Map.Entry<Packet, List<Packet>> subkey : parts.subkeys().entrySet()) {
            KeyPacket key = KeyPacket.parse(subkey.getKey());
            boolean allowed = described.subkeys().stream()
                    .anyMatch(one -> one.fingerprint().equals(key.fingerprint()) && isAlive(one, at));
            if (allowed && (flagsOf(primary, subkey.getValue(), defaults(key)) & flags) != 0) {
                keys.add(key);
            }
        }
        keys.sort(Comparator.comparingLong(KeyPacket::created).reversed());
        List<Packet> onPrimary = new ArrayList<>(parts.signatures());
        parts.userIds().values().forEach(onPrimary::addAll);
        if ((flagsOf(primary, onPrimary, CERTIFY_AND_SIGN) & flags) != 0) {
            keys.add(primary);
        }
        return keys;
    }

    private static boolean isAlive(SubkeyDescription subkey, Instant at) {
        return !subkey.revoked() && !isOver(subkey.expires(), at);
    }

    private static boolean isOver(Optional<Instant> expires, Instant at) {
        return expires.isPresent() && !at.isBefore(expires.get());
    }

    /** The flags of the owner's newest signature that has any; the default if none has, as in keys of the 1990s. */
    private static int flagsOf(KeyPacket owner, List<Packet> signatures, int defaults) throws Malformed {
        int flags = defaults;
        long newest = -1;
        for (Packet packet : signatures) {
            Signature signature = Signature.parse(packet);
            if (signature.namesIssuer(owner) && signature.keyFlags() >= 0 && signature.created() > newest) {
                newest = signature.created();
                flags = signature.keyFlags();
            }
        }
        return flags;
    }

    private static int defaults(KeyPacket subkey) {
        boolean signs = Algorithm.verifiable(subkey.algorithm()) && !Algorithm.encrypts(subkey.algorithm());
        return signs ? SIGN : ENCRYPT;
    }
}
