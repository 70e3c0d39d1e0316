package oks.openpgp;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Description of a certificate for an index, read from its signatures as gpg reads them. Nothing depends on the time of
 * asking: whether something has expired is for the reader to tell.
 *
 * @param version 3, 4 or 6
 * @param algorithm of the primary key, RFC 9580, section 9.1
 * @param algorithmName such as {@code rsa4096} or {@code ed25519}
 * @param bits size of the primary key; 0 if unknown
 * @param expires when the primary key expires; empty for never
 * @param revoked whether the key was revoked, by its owner or a revoker that the owner named
 * @param revokedBy that revoker; empty where the owner did it, or nobody
 * @param weaknesses of the primary key
 * @param replacement the certificate that replaces this one, as its owner says
 * @param replaces those that this one replaces, as its owner says
 * @param userIds the primary one first, then the newest
 * @param signatures those on the primary key itself, the oldest first
 */
public record CertificateDescription(
        int version,
        Fingerprint fingerprint,
        int algorithm,
        String algorithmName,
        int bits,
        Instant created,
        Optional<Instant> expires,
        boolean revoked,
        Optional<Fingerprint> revokedBy,
        List<WeakKey> weaknesses,
        Optional<Fingerprint> replacement,
        List<Fingerprint> replaces,
        List<UserIdDescription> userIds,
        List<SubkeyDescription> subkeys,
        List<SignatureDescription> signatures) {
    public CertificateDescription {
        weaknesses = List.copyOf(weaknesses);
        replaces = List.copyOf(replaces);
        signatures = List.copyOf(signatures);
        userIds = List.copyOf(userIds);
        subkeys = List.copyOf(subkeys);
    }

    /**
     * A user ID.
     *
     * @param id what it says, and how it is encoded
     * @param created time of the newest self-signature
     * @param expires when that self-signature expires; empty for never
     * @param signatures everybody's, the oldest first
     */
    public record UserIdDescription(
            UserIdText id,
            Optional<Instant> created,
            Optional<Instant> expires,
            boolean revoked,
            List<SignatureDescription> signatures) {
        public UserIdDescription {
            signatures = List.copyOf(signatures);
        }

        /** The text of the user ID; not escaped. */
        public String text() {
            return id.text();
        }
    }

    /** A subkey; the parts mean what they mean for the primary key. */
    public record SubkeyDescription(
            int version,
            Fingerprint fingerprint,
            KeyId keyId,
            int algorithm,
            String algorithmName,
            int bits,
            Instant created,
            Optional<Instant> expires,
            boolean revoked,
            List<WeakKey> weaknesses,
            List<SignatureDescription> signatures) {
        public SubkeyDescription {
            weaknesses = List.copyOf(weaknesses);
            signatures = List.copyOf(signatures);
        }
    }

    /** Whether it is revoked, and nothing is there but the key and signatures on it. */
    public boolean isBare() {
        return revoked && userIds.isEmpty() && subkeys.isEmpty();
    }

    /** Describes a certificate; its self-signatures were verified before it became one. */
    public static CertificateDescription of(Certificate certificate) {
        try {
            return of(certificate.parts());
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }

    private static CertificateDescription of(CertificateParts parts) throws Malformed, KeyPacket.UnknownVersion {
        KeyPacket key = KeyPacket.parse(parts.primary());
        List<Signature> onKey = all(parts.signatures());
        List<Signature> direct = own(key, onKey);
        List<UserId> userIds = new ArrayList<>(parts.userIds().size());
        for (Map.Entry<Packet, List<Packet>> entry : parts.userIds().entrySet()) {
            List<Signature> onUserId = all(entry.getValue());
            userIds.add(UserId.of(entry.getKey(), own(key, onUserId), described(key, onUserId)));
        }
        userIds.sort(UserId.PRIMARY_FIRST);
        List<SubkeyDescription> subkeys = new ArrayList<>(parts.subkeys().size());
        for (Map.Entry<Packet, List<Packet>> entry : parts.subkeys().entrySet()) {
            List<Signature> onSubkey = all(entry.getValue());
            subkeys.add(subkey(KeyPacket.parse(entry.getKey()), own(key, onSubkey), described(key, onSubkey)));
        }
        Optional<ReplacementKey> replacement = replacement(direct, userIds);
        return new CertificateDescription(
                key.version(),
                key.fingerprint(),
                key.algorithm(),
                Algorithm.name(key),
                Algorithm.bits(key),
                Instant.ofEpochSecond(key.created()),
                expiry(key, direct, userIds),
                onKey.stream().anyMatch(s -> s.type() == Signature.KEY_REVOCATION),
                revokedBy(parts, key, onKey),
                WeakKey.of(key),
                replacement
                        .filter(one -> !one.inverse())
                        .flatMap(one -> one.keys().stream().findFirst()),
                replacement
                        .filter(ReplacementKey::inverse)
                        .map(ReplacementKey::keys)
                        .orElse(List.of()),
                userIds.stream().map(UserId::description).toList(),
                subkeys,
                onKey(parts, key, onKey));
    }

    /** All revocations on the primary key were verified; those that wait for their revoker stand elsewhere. */
    private static Optional<Fingerprint> revokedBy(CertificateParts parts, KeyPacket key, List<Signature> onKey) {
        List<Signature> revocations =
                onKey.stream().filter(s -> s.type() == Signature.KEY_REVOCATION).toList();
        if (revocations.isEmpty() || revocations.stream().anyMatch(signature -> signature.namesIssuer(key))) {
            return Optional.empty();
        }
        return DesignatedRevocations.revoker(revocations.get(0), DesignatedRevocations.revokers(parts, key));
    }

    private static List<SignatureDescription> onKey(CertificateParts parts, KeyPacket key, List<Signature> verified) {
        Stream<SignatureDescription> waiting = parts.unverifiedRevocations().stream()
                .map(packet -> SignatureDescription.of(Signature.ofStored(packet), key, false));
        return Stream.concat(verified.stream().map(signature -> SignatureDescription.of(signature, key, true)), waiting)
                .sorted(Comparator.comparing(SignatureDescription::created))
                .toList();
    }

    private static List<Signature> all(List<Packet> packets) throws Malformed {
        List<Signature> all = new ArrayList<>(packets.size());
        for (Packet packet : packets) {
            all.add(Signature.parse(packet));
        }
        return all;
    }

    /** The signatures that the certificate's owner made. */
    private static List<Signature> own(KeyPacket key, List<Signature> all) {
        return all.stream().filter(signature -> signature.namesIssuer(key)).toList();
    }

    private static List<SignatureDescription> described(KeyPacket key, List<Signature> all) {
        return all.stream()
                .sorted(Comparator.comparingLong(Signature::created))
                .map(signature -> SignatureDescription.of(signature, key, signature.namesIssuer(key)))
                .toList();
    }

    /**
     * The expiry by the newest direct-key signature or the newest self-signature of the primary user ID: the later of
     * the two that says anything, as other programs read it, too. Older ones were replaced by these (RFC 9580, section
     * 5.2.3.10), revoked user IDs count for nothing, and version 6 keys are described by direct-key signatures (section
     * 5.2.3.10).
     */
    private static Optional<Instant> expiry(KeyPacket key, List<Signature> direct, List<UserId> userIds) {
        if (key.version() == 3) {
            return after(key.created(), 86400L * key.validDays());
        }
        Optional<Signature> onKey = newest(direct, Signature.DIRECT_KEY, Signature.DIRECT_KEY);
        Optional<Signature> onUserId =
                userIds.stream().findFirst().filter(primary -> !primary.revoked).flatMap(u -> u.newest);
        return (key.version() == 6 && onKey.isPresent()
                        ? onKey.stream()
                        : Stream.concat(onKey.stream(), onUserId.stream()))
                .filter(signature -> signature.keyLifetime() > 0)
                .max(Comparator.comparingLong(Signature::created))
                .flatMap(signature -> after(key.created(), signature.keyLifetime()));
    }

    /**
     * What the newest signature says that says anything: of the newest direct-key signature, the newest revocation, and
     * the newest self-signature of the primary user ID.
     */
    private static Optional<ReplacementKey> replacement(List<Signature> direct, List<UserId> userIds) {
        Stream<Signature> onKey = Stream.of(Signature.DIRECT_KEY, Signature.KEY_REVOCATION)
                .flatMap(type -> newest(direct, type, type).stream());
        Stream<Signature> onUserId = userIds.stream().limit(1).flatMap(primary -> primary.newest.stream());
        return Stream.concat(onKey, onUserId)
                .filter(signature -> signature.replacement().isPresent())
                .max(Comparator.comparingLong(Signature::created))
                .flatMap(Signature::replacement);
    }

    private static SubkeyDescription subkey(KeyPacket key, List<Signature> own, List<SignatureDescription> all) {
        Optional<Signature> binding = newest(own, Signature.SUBKEY_BINDING, Signature.SUBKEY_BINDING);
        return new SubkeyDescription(
                key.version(),
                key.fingerprint(),
                key.keyId(),
                key.algorithm(),
                Algorithm.name(key),
                Algorithm.bits(key),
                Instant.ofEpochSecond(key.created()),
                binding.flatMap(b -> after(key.created(), b.keyLifetime())),
                own.stream().anyMatch(s -> s.type() == Signature.SUBKEY_REVOCATION),
                WeakKey.of(key),
                all);
    }

    private static Optional<Signature> newest(List<Signature> signatures, int fromType, int toType) {
        return signatures.stream()
                .filter(s -> s.type() >= fromType && s.type() <= toType)
                .max(Comparator.comparingLong(Signature::created));
    }

    private static Optional<Instant> after(long begin, long seconds) {
        return seconds == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(begin + seconds));
    }

    /** A user ID with its newest self-signature, if it has any that is not a revocation. */
    private record UserId(UserIdText id, Optional<Signature> newest, boolean revoked, List<SignatureDescription> all) {
        static final Comparator<UserId> PRIMARY_FIRST = Comparator.comparing(UserId::revoked)
                .thenComparing(u -> u.newest.map(Signature::primaryUserId).orElse(false), Comparator.reverseOrder())
                .thenComparing(u -> u.newest.map(Signature::created).orElse(0L), Comparator.reverseOrder());

        static UserId of(Packet packet, List<Signature> own, List<SignatureDescription> all) {
            Optional<Signature> newest = CertificateDescription.newest(
                    own, Signature.GENERIC_CERTIFICATION, Signature.POSITIVE_CERTIFICATION);
            Optional<Signature> revocation = CertificateDescription.newest(
                    own, Signature.CERTIFICATION_REVOCATION, Signature.CERTIFICATION_REVOCATION);
            // a later self-signature brings a user ID back, as in gpg
            boolean revoked = revocation.isPresent()
                    && revocation.get().created()
                            >= newest.map(Signature::created).orElse(0L);
            return new UserId(UserIds.text(packet), newest, revoked, all);
        }

        UserIdDescription description() {
            return new UserIdDescription(
                    id,
                    newest.map(s -> Instant.ofEpochSecond(s.created())),
                    newest.flatMap(s -> after(s.created(), s.lifetime())),
                    revoked,
                    all);
        }
    }
}
