package oks.openpgp;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The packets of a certificate, sorted into their places: one canonical order from the content alone, so that whoever
 * puts the same packets together in whatever sequence gets the same bytes.
 *
 * <p>Order: primary key, its signatures; user IDs with theirs, by bytes; user attributes likewise; subkeys with theirs,
 * by bytes (so by version and creation); last, where there is any user ID, user attribute or subkey, the revocations of
 * the primary key that could not be verified yet ({@link DesignatedRevocations}). Signatures stand in the order of
 * {@link SignatureIdentity}, each once. Headers have the legacy format, which every program reads and gpg writes;
 * version 6 certificates have the current one, as RFC 9580 section 4.2 wants and as every program that knows version 6
 * reads, and so have user attributes.
 */
final class CertificateParts {
    private final Packet primary;
    private final List<Packet> signatures = new ArrayList<>(2);
    private final Map<Packet, List<Packet>> userIds = new TreeMap<>();
    private final Map<Packet, List<Packet>> userAttributes = new TreeMap<>();
    private final Map<Packet, List<Packet>> subkeys = new TreeMap<>();
    private final List<Packet> unverifiedRevocations = new ArrayList<>(0);

    CertificateParts(Packet primary) {
        this.primary = primary;
    }

    /** Takes stored bytes apart, which are trusted to be a certificate in canonical form. */
    static CertificateParts ofStored(byte[] bytes) {
        try {
            PacketSplitter packets = new PacketSplitter(bytes);
            CertificateParts parts = new CertificateParts(packets.next());
            List<Packet> place = parts.signatures;
            while (packets.hasNext()) {
                Packet packet = packets.next();
                switch (packet.type()) {
                    case Packet.USER_ID -> place = parts.userId(packet);
                    case Packet.USER_ATTRIBUTE -> place = parts.userAttribute(packet);
                    case Packet.PUBLIC_SUBKEY -> place = parts.subkey(packet);
                    default -> {
                        boolean waits = place != parts.signatures && WaitingRevocations.isKeyRevocation(packet);
                        (waits ? parts.unverifiedRevocations : place).add(packet);
                    }
                }
            }
            return parts;
        } catch (Malformed e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }

    Packet primary() {
        return primary;
    }

    /** The signatures on the primary key itself; may be added to. */
    List<Packet> signatures() {
        return signatures;
    }

    /** The user IDs with their signatures, by bytes. */
    Map<Packet, List<Packet>> userIds() {
        return userIds;
    }

    /** The user attributes, such as photos, with their signatures, by bytes. */
    Map<Packet, List<Packet>> userAttributes() {
        return userAttributes;
    }

    /** The lists of signatures on user IDs and user attributes, where other keys may sign; may be changed. */
    List<List<Packet>> certifications() {
        List<List<Packet>> all = new ArrayList<>(userIds.values());
        all.addAll(userAttributes.values());
        return all;
    }

    /** The subkeys with their signatures, by bytes. */
    Map<Packet, List<Packet>> subkeys() {
        return subkeys;
    }

    /** Revocations of the primary key by other keys that could not be verified yet; may be added to. */
    List<Packet> unverifiedRevocations() {
        return unverifiedRevocations;
    }

    /** The place for the signatures of a user ID, which is added if it is new. */
    List<Packet> userId(Packet userId) {
        return userIds.computeIfAbsent(userId, u -> new ArrayList<>(2));
    }

    /** The place for the signatures of a user attribute, which is added if it is new. */
    List<Packet> userAttribute(Packet userAttribute) {
        return userAttributes.computeIfAbsent(userAttribute, u -> new ArrayList<>(2));
    }

    /** The place for the signatures of a subkey, which is added if it is new. */
    List<Packet> subkey(Packet subkey) {
        return subkeys.computeIfAbsent(subkey, s -> new ArrayList<>(2));
    }

    /** Adds everything of another certificate with the same primary key. */
    void addAll(CertificateParts other) {
        signatures.addAll(other.signatures);
        other.userIds.forEach((packet, theirs) -> userId(packet).addAll(theirs));
        other.userAttributes.forEach((packet, theirs) -> userAttribute(packet).addAll(theirs));
        other.subkeys.forEach((packet, theirs) -> subkey(packet).addAll(theirs));
        unverifiedRevocations.addAll(other.unverifiedRevocations);
    }

    /** How many bytes the signatures on user IDs and user attributes have. */
    long bytesOfCertifications() {
        return certifications().stream()
                .flatMap(List::stream)
                .mapToLong(Packet::length)
                .sum();
    }

    /**
     * Gives every signature the form in which it is stored ({@link CanonicalSignature}), and keeps of what an SLH-DSA
     * key signed the newest ({@link NewestSignatures}).
     */
    void makeCanonical(KeyPacket primaryKey) throws Malformed, KeyPacket.UnknownVersion {
        settle(signatures, primaryKey, Optional.empty());
        certifications().forEach(place -> settle(place, primaryKey, Optional.empty()));
        for (Map.Entry<Packet, List<Packet>> subkey : subkeys.entrySet()) {
            settle(subkey.getValue(), primaryKey, Optional.of(KeyPacket.parse(subkey.getKey())));
        }
        replace(unverifiedRevocations, CanonicalSignature.all(unverifiedRevocations, primaryKey, Optional.empty()));
    }

    private static void settle(List<Packet> place, KeyPacket primaryKey, Optional<KeyPacket> subkey) {
        List<Packet> canonical = CanonicalSignature.all(place, primaryKey, subkey);
        replace(place, NewestSignatures.of(canonical, primaryKey, subkey));
    }

    private static void replace(List<Packet> place, List<Packet> by) {
        place.clear();
        place.addAll(by);
    }

    /** All packets, in a new list. */
    List<Packet> all() {
        List<Packet> all = new ArrayList<>();
        all.add(primary);
        all.addAll(signatures);
        for (Map<Packet, List<Packet>> components : List.of(userIds, userAttributes, subkeys)) {
            components.forEach((packet, theirs) -> {
                all.add(packet);
                all.addAll(theirs);
            });
        }
        all.addAll(unverifiedRevocations);
        return all;
    }

    /** The canonical bytes. */
    byte[] write() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        boolean version6 = primary.at(0) == 6;
        PacketWriter.write(out, primary, version6);
        writeAll(out, signatures, version6);
        for (Map<Packet, List<Packet>> components : List.of(userIds, userAttributes, subkeys)) {
            components.forEach((packet, theirs) -> {
                PacketWriter.write(out, packet, version6);
                writeAll(out, theirs, version6);
            });
        }
        if (canWait()) {
            writeAll(out, WaitingRevocations.of(signatures, unverifiedRevocations), version6);
        }
        return out.toByteArray();
    }

    /**
     * Whether there is anything after the primary key's own signatures, so that what waits at the end can be told from
     * them.
     */
    boolean canWait() {
        return !userIds.isEmpty() || !userAttributes.isEmpty() || !subkeys.isEmpty();
    }

    /** Whether nothing is there but the primary key, which says nothing and is never kept alone. */
    boolean isBare() {
        return signatures.isEmpty() && !canWait();
    }

    private static void writeAll(ByteArrayOutputStream out, List<Packet> signatures, boolean version6) {
        for (Packet signature : SignatureIdentity.distinct(signatures)) {
            PacketWriter.write(out, signature, version6);
        }
    }
}
