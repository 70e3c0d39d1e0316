package oks.openpgp;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A signature packet, taken apart but not verified (RFC 9580, section 5.2).
 *
 * <pre>
 * version 3     03 | 05 | u8 type | u32 created | u64 issuer | u8 key algorithm | u8 hash | 2 bytes of digest | numbers
 * version 4, 6  vv | u8 type | u8 key algorithm | u8 hash | length, hashed subpackets | length, other subpackets |
 *               2 bytes of digest | version 6: u8 length, salt | numbers        (lengths: u16; version 6: u32)
 * </pre>
 *
 * <p>When two packets are the same signature: {@link SignatureIdentity}.
 */
final class Signature {
    /** The key flags of a key that signs or certifies. */
    static final int CERTIFY_OR_SIGN = 0x03;

    static final int BINARY_DOCUMENT = 0x00;
    static final int GENERIC_CERTIFICATION = 0x10;
    static final int POSITIVE_CERTIFICATION = 0x13;
    static final int ATTESTATION = 0x16;
    static final int SUBKEY_BINDING = 0x18;
    static final int PRIMARY_KEY_BINDING = 0x19;
    static final int DIRECT_KEY = 0x1f;
    static final int KEY_REVOCATION = 0x20;
    static final int SUBKEY_REVOCATION = 0x28;
    static final int CERTIFICATION_REVOCATION = 0x30;

    /** A revocation without the subpacket that gives a reason (RFC 9580, section 5.2.3.31). */
    static final int NO_REASON_GIVEN = -1;

    /**
     * The subpackets of RFC 9580, section 5.2.3.7, but notations, which may say anything: a client that does not know
     * one which is marked as critical must ignore the signature.
     */
    private static final Set<Integer> KNOWN =
            Set.of(2, 3, 4, 5, 6, 7, 9, 11, 12, 16, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 35, 39);

    private static final int CRITICAL = 0x80;
    private static final int NO_REASON = 0;
    private static final int COMPROMISED = 2;

    private final Packet packet;
    private final Layout layout;
    private final int version;
    private final int type;
    private final int keyAlgorithm;
    private final int hashAlgorithm;
    private long created;
    private long keyLifetime;
    private long lifetime;
    private boolean exportable = true;
    private boolean primaryUserId;
    private int keyFlags = -1;
    private final List<KeyId> issuers = new ArrayList<>(2);
    private final List<Packet> issuerFingerprints = new ArrayList<>(2);
    private final List<Packet> embedded = new ArrayList<>(0);
    private final List<Fingerprint> revokers = new ArrayList<>(0);
    private int revocationReason = NO_REASON_GIVEN;
    private boolean understood = true;
    private boolean hashesIssuerKeyId;
    private boolean hashesIssuerFingerprint;
    private int hashedEmbedded;
    private Packet attested; // null where there is none, as the next one
    private ReplacementKey replacement;

    private Signature(Packet packet, Layout layout) throws Malformed {
        this.packet = packet;
        this.layout = layout;
        version = packet.at(0);
        int types = version < 4 ? 2 : 1;
        type = packet.at(types);
        int algorithms = version < 4 ? 15 : 2;
        keyAlgorithm = packet.at(algorithms);
        hashAlgorithm = packet.at(algorithms + 1);
        if (version < 4) {
            created = packet.u32(3);
            issuers.add(new KeyId(packet.u32(7) << 32 | packet.u32(11)));
        } else {
            subpackets(layout.hashedFrom, layout.hashedTo, true);
            hashesIssuerKeyId = !issuers.isEmpty();
            hashesIssuerFingerprint = !issuerFingerprints.isEmpty();
            hashedEmbedded = embedded.size();
            subpackets(layout.otherFrom, layout.otherTo, false);
        }
    }

    /** Takes a signature packet apart; nothing is verified. */
    static Signature parse(Packet packet) throws Malformed {
        Layout layout = Layout.of(packet);
        if (layout == null) {
            throw new Malformed("a signature is broken or of an unknown version");
        }
        return new Signature(packet, layout);
    }

    /** A signature of a stored certificate, which was taken apart before it was stored. */
    static Signature ofStored(Packet packet) {
        try {
            return parse(packet);
        } catch (Malformed e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }

    Packet packet() {
        return packet;
    }

    int version() {
        return version;
    }

    int type() {
        return type;
    }

    int keyAlgorithm() {
        return keyAlgorithm;
    }

    int hashAlgorithm() {
        return hashAlgorithm;
    }

    /** Seconds since 1970. */
    long created() {
        return created;
    }

    /** Seconds after the key's creation at which it expires; 0 for never. */
    long keyLifetime() {
        return keyLifetime;
    }

    /** Seconds after the signature's creation at which it expires; 0 for never. */
    long lifetime() {
        return lifetime;
    }

    boolean exportable() {
        return exportable;
    }

    boolean primaryUserId() {
        return primaryUserId;
    }

    /**
     * Whether it is a subkey's binding that does not rule out that the subkey signs: such a subkey should have signed
     * it, too.
     */
    boolean needsBackSignature() {
        return type == SUBKEY_BINDING && (keyFlags < 0 || (keyFlags & CERTIFY_OR_SIGN) != 0);
    }

    /** The key flags (RFC 9580, section 5.2.3.29); -1 when the signature has none. */
    int keyFlags() {
        return keyFlags;
    }

    /** Signatures inside this one, such as a subkey's own on its binding; those that are hashed first. */
    List<Packet> embedded() {
        return embedded;
    }

    /** Those signatures inside this one that anybody can add or take away. */
    List<Packet> unhashedEmbedded() {
        return embedded.subList(hashedEmbedded, embedded.size());
    }

    /** Whether the issuer's key ID is part of what is signed. */
    boolean hashesIssuerKeyId() {
        return hashesIssuerKeyId;
    }

    /** Whether the issuer's fingerprint is part of what is signed. */
    boolean hashesIssuerFingerprint() {
        return hashesIssuerFingerprint;
    }

    /** The same signature with another unhashed area, its numbers written with as many bits as they have. */
    Packet withUnhashed(byte[] area) {
        byte[] numbers = SignatureNumbers.areNumbers(keyAlgorithm)
                ? SignatureNumbers.withExactBits(numbers())
                : numbers().body();
        ByteArrayOutputStream body = new ByteArrayOutputStream(packet.length());
        packet.writeBody(body, 0, layout.hashedTo);
        if (version > 3) {
            int sizeOfLength = version == 6 ? 4 : 2;
            for (int shift = 8 * (sizeOfLength - 1); shift >= 0; shift -= 8) {
                body.write(area.length >> shift);
            }
            body.writeBytes(area);
        }
        packet.writeBody(body, layout.digest, layout.numbers - layout.digest);
        body.writeBytes(numbers);
        return Packet.of(Packet.SIGNATURE, body.toByteArray());
    }

    /** The same signature with other bytes in the place of {@link #digestStart}. */
    Signature withDigestStart(byte first, byte second) throws Malformed {
        byte[] body = packet.body();
        body[layout.digest] = first;
        body[layout.digest + 1] = second;
        return parse(Packet.of(Packet.SIGNATURE, body));
    }

    /** The keys that may revoke the key, too, as this signature says. */
    List<Fingerprint> revokers() {
        return revokers;
    }

    /** The digests of the signatures that the owner approves; only in attestations. */
    Optional<Packet> attested() {
        return Optional.ofNullable(attested);
    }

    /** Which key replaces the one that it is on, or which are replaced by that. */
    Optional<ReplacementKey> replacement() {
        return Optional.ofNullable(replacement);
    }

    boolean isCertification() {
        return type >= GENERIC_CERTIFICATION && type <= POSITIVE_CERTIFICATION;
    }

    /** Whether it takes something back: a key, a subkey or a user ID. */
    boolean revokes() {
        return type == KEY_REVOCATION || type == SUBKEY_REVOCATION || type == CERTIFICATION_REVOCATION;
    }

    /**
     * Why it revokes, as RFC 9580, section 5.2.3.31 numbers reasons; {@link #NO_REASON_GIVEN} where it says nothing.
     */
    int revocationReason() {
        return revocationReason;
    }

    /**
     * Whether a key's revocation takes all signatures of the key back, whenever they were made: it gives no reason, or
     * says that the key is compromised.
     */
    boolean isHardRevocation() {
        return switch (revocationReason) {
            case NO_REASON_GIVEN, NO_REASON, COMPROMISED -> true;
            default -> false;
        };
    }

    /** Whether clients know everything that is critical in it. */
    boolean isUnderstood() {
        return understood;
    }

    boolean namesIssuer() {
        return !issuers.isEmpty() || !issuerFingerprints.isEmpty();
    }

    /** Whether it names this key, and no other one, as its issuer. */
    boolean namesIssuer(KeyPacket key) {
        for (KeyId issuer : issuers) {
            if (!issuer.equals(key.keyId())) {
                return false;
            }
        }
        for (Packet fingerprint : issuerFingerprints) {
            if (!Arrays.equals(fingerprint.body(), key.fingerprint().bytes())) {
                return false;
            }
        }
        return namesIssuer();
    }

    /** As {@link #namesIssuer(KeyPacket)}, of a key that is known by its fingerprint, not version 3. */
    boolean namesIssuer(Fingerprint key) {
        return namesIssuer()
                && issuers.stream().allMatch(key.keyId()::equals)
                && issuerFingerprints.stream().allMatch(named -> Arrays.equals(named.body(), key.bytes()));
    }

    /** The first issuer named, as a key ID. */
    Optional<KeyId> issuer() {
        return issuers.isEmpty()
                ? issuerFingerprint().filter(f -> f.version() != 3).map(Fingerprint::keyId)
                : Optional.of(issuers.get(0));
    }

    Optional<Fingerprint> issuerFingerprint() {
        return issuerFingerprints.stream().findFirst().map(f -> Fingerprint.of(f.body()));
    }

    /** The two bytes that begin the digest, kept outside of what is signed. */
    int digestStart() {
        return packet.u16(layout.digest);
    }

    /** The salt, which a version 6 signature hashes before everything else; empty in the others. */
    byte[] salt() {
        return version == 6 ? packet.body(layout.digest + 3, layout.numbers - layout.digest - 3) : new byte[0];
    }

    /** The signature itself: numbers or bytes, as its algorithm wants. */
    Packet numbers() {
        return packet.part(Packet.SIGNATURE, layout.numbers, packet.length() - layout.numbers);
    }

    /** The trailer, which is hashed after everything else (RFC 9580, section 5.2.4). */
    byte[] trailer() {
        if (version < 4) {
            return packet.body(2, 5);
        }
        int length = layout.hashedTo;
        byte[] trailer = Arrays.copyOf(packet.body(0, length), length + 6);
        trailer[length] = (byte) version;
        trailer[length + 1] = (byte) 0xff;
        for (int i = 0; i < 4; i++) {
            trailer[length + 2 + i] = (byte) (length >> 24 - 8 * i);
        }
        return trailer;
    }

    /** This signature as hashed by an attestation: without the subpackets that are not hashed. */
    List<byte[]> forAttestation() {
        int sizeOfLength = version == 6 ? 4 : 2;
        if (version < 4) {
            return List.of(packet.body());
        }
        return List.of(
                packet.body(0, layout.hashedTo),
                new byte[sizeOfLength],
                packet.body(layout.otherTo, packet.length() - layout.otherTo));
    }

    private void subpackets(int from, int to, boolean hashed) throws Malformed {
        int at = from;
        while (at < to) {
            int first = packet.at(at++);
            long length = first;
            if (first >= 192) {
                int more = first == 255 ? 4 : 1;
                if (to - at < more) {
                    throw new Malformed("a subpacket is cut short");
                }
                length = more == 4 ? packet.u32(at) : (first - 192 << 8) + packet.at(at) + 192;
                at += more;
            }
            if (length < 1 || length > to - at) {
                throw new Malformed("a subpacket is cut short");
            }
            int subtype = packet.at(at) & ~CRITICAL;
            understood &= !hashed || packet.at(at) < CRITICAL || KNOWN.contains(subtype);
            subpacket(subtype, packet.part(Packet.SIGNATURE, at + 1, (int) length - 1), hashed);
            at += (int) length;
        }
    }

    private void subpacket(int subtype, Packet data, boolean hashed) throws Malformed {
        switch (subtype) { // these are believed wherever they stand: they are checked by what they say
            case 16 -> issuers.add(new KeyId(number(data, 4) << 32 | number(data, 4, 4)));
            case 32 -> embedded.add(data);
            case 33 -> issuerFingerprint(data);
            default -> {
                if (hashed) {
                    hashedSubpacket(subtype, data);
                }
            }
        }
    }

    private void hashedSubpacket(int subtype, Packet data) throws Malformed {
        switch (subtype) {
            case 2 -> created = number(data, 4);
            case 3 -> lifetime = number(data, 4);
            case 4 -> exportable = number(data, 1) != 0;
            case 9 -> keyLifetime = number(data, 4);
            case 12 -> revoker(data);
            case 25 -> primaryUserId = number(data, 1) != 0;
            case 27 -> keyFlags = data.length() == 0 ? 0 : data.at(0);
            case 29 -> revocationReason = data.length() == 0 ? NO_REASON_GIVEN : data.at(0);
            case 37 -> attested = data;
            case ReplacementKey.SUBPACKET ->
                replacement = ReplacementKey.of(data).orElse(null);
            default -> {
                /* nothing a keyserver needs to know */
            }
        }
    }

    /** Class, whose highest bit is always set; algorithm; fingerprint of version 4 (RFC 4880, section 5.2.3.15). */
    private void revoker(Packet data) {
        if (data.length() == 22 && (data.at(0) & 0x80) != 0) {
            revokers.add(Fingerprint.of(data.body(2, 20)));
        }
    }

    private void issuerFingerprint(Packet data) throws Malformed {
        int length = data.length() == 0 ? 0 : data.at(0) == 4 ? 20 : 32;
        if (length == 0 || data.length() != length + 1) {
            throw new Malformed("an issuer fingerprint has an impossible length");
        }
        issuerFingerprints.add(data.part(Packet.SIGNATURE, 1, length));
    }

    private static long number(Packet data, int bytes) throws Malformed {
        return number(data, 0, bytes);
    }

    private static long number(Packet data, int from, int bytes) throws Malformed {
        if (data.length() < from + bytes) {
            throw new Malformed("a subpacket is too short for what it says");
        }
        return bytes == 1 ? data.at(from) : data.u32(from);
    }

    /** Positions of the parts of a signature packet in its body. */
    record Layout(int hashedFrom, int hashedTo, int otherFrom, int otherTo, int digest, int numbers) {

        /** The layout, or null if the lengths do not fit the packet. */
        static Layout of(Packet packet) {
            int version = packet.length() < 1 ? 0 : packet.at(0);
            return switch (version) {
                case 2, 3 -> packet.length() > 19 && packet.at(1) == 5 ? new Layout(0, 17, 17, 17, 17, 19) : null;
                case 4 -> of(packet, 2);
                case 6 -> of(packet, 4);
                default -> null;
            };
        }

        private static Layout of(Packet packet, int sizeOfLength) {
            int hashedFrom = 4 + sizeOfLength;
            long hashedTo = hashedFrom + length(packet, 4, sizeOfLength);
            long otherFrom = hashedTo + sizeOfLength;
            long otherTo = otherFrom + length(packet, hashedTo, sizeOfLength);
            long numbers = otherTo + 2;
            if (sizeOfLength == 4 && numbers < packet.length()) {
                numbers += 1 + packet.at((int) numbers);
            }
            return numbers >= packet.length()
                    ? null
                    : new Layout(
                            hashedFrom, (int) hashedTo, (int) otherFrom, (int) otherTo, (int) otherTo, (int) numbers);
        }

        private static long length(Packet packet, long at, int size) {
            if (at + size > packet.length()) {
                return packet.length(); // leads beyond the end
            }
            return size == 2 ? packet.u16((int) at) : packet.u32((int) at);
        }
    }
}
