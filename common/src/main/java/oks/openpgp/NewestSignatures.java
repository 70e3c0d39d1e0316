package oks.openpgp;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Keeps of the owner's signatures of one kind on one part of a certificate only the newest, where the primary key or
 * the subkey that they are on signs with SLH-DSA: each such signature has 8 to 30 KB, and the newest replaces the
 * others (RFC 9580, section 5.2.3.10).
 *
 * <p>Kinds: certifications of any type; each other type; of revocations of a key or subkey, hard ones apart from the
 * others ({@link Signature#isHardRevocation}). The newest is the one made last; of several made in one second, the last
 * in canonical order. One that clients must ignore, since they do not know what it says is critical, replaces none that
 * they understand. So any order of merges leads to the same ones.
 *
 * <p>Of hard revocations it is the oldest that stays, of those that hold for ever from a time when the key existed:
 * whoever has stolen the key takes no warning back with a newer one that clients ignore.
 */
final class NewestSignatures {
    private static final Comparator<Signature> LATER = Comparator.comparingLong(Signature::created)
            .thenComparing(signature -> SignatureIdentity.of(signature.packet()));

    private static final Comparator<Signature> NEWEST =
            Comparator.comparing(Signature::isUnderstood).thenComparing(LATER);

    private NewestSignatures() {}

    private record Kind(int type, boolean hard) {
        static Kind of(Signature signature) {
            int type = signature.isCertification() ? Signature.POSITIVE_CERTIFICATION : signature.type();
            boolean onKey = type == Signature.KEY_REVOCATION || type == Signature.SUBKEY_REVOCATION;
            return new Kind(type, onKey && signature.isHardRevocation());
        }

        /** Of signatures of this kind, the one that stays comes last. */
        Comparator<Signature> order(KeyPacket revoked) {
            return hard
                    ? Comparator.<Signature, Boolean>comparing(signature -> holds(signature, revoked))
                            .thenComparing(LATER.reversed())
                    : NEWEST;
        }
    }

    private static boolean holds(Signature revocation, KeyPacket revoked) {
        return revocation.isUnderstood() && revocation.lifetime() == 0 && revocation.created() >= revoked.created();
    }

    /** Whether there is a rule for signatures by this primary key on this subkey, or on anything else. */
    static boolean isLimited(KeyPacket primary, Optional<KeyPacket> subkey) {
        return Algorithm.isStatelessHashBased(primary.algorithm())
                || subkey.filter(key -> Algorithm.isStatelessHashBased(key.algorithm()))
                        .isPresent();
    }

    /**
     * Whether the first is of the second's kind, and stays in its place.
     *
     * @param on the key that they are on
     */
    static boolean replaces(Signature one, Signature other, KeyPacket on) {
        Kind kind = Kind.of(one);
        return kind.equals(Kind.of(other)) && kind.order(on).compare(one, other) > 0;
    }

    /**
     * Those that are kept, in the order in which they stand; other keys' are all kept.
     *
     * @param signatures in their canonical form, each once
     * @param subkey what they are on, if that is a subkey
     */
    static List<Packet> of(Collection<Packet> signatures, KeyPacket primary, Optional<KeyPacket> subkey) {
        if (!isLimited(primary, subkey) || signatures.size() < 2) {
            return List.copyOf(signatures);
        }
        KeyPacket on = subkey.orElse(primary);
        List<Signature> all = signatures.stream().map(Signature::ofStored).toList();
        Map<Kind, Signature> newest = all.stream()
                .filter(signature -> signature.namesIssuer(primary))
                .collect(Collectors.toMap(
                        Kind::of, Function.identity(), (one, other) -> replaces(one, other, on) ? one : other));
        return all.stream()
                .filter(signature -> !signature.namesIssuer(primary) || newest.get(Kind.of(signature)) == signature)
                .map(Signature::packet)
                .toList();
    }
}
