package oks.openpgp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts together what is known about a key.
 *
 * <p>The result holds every packet of both sides once, in canonical order; nothing is verified again. Commutative,
 * associative and idempotent.
 */
public final class CertificateMerge {
    private CertificateMerge() {}

    /** As {@link #merge(Certificate, Certificate, Limits)} with the standard limits. */
    public static Certificate merge(Certificate stored, Certificate incoming) {
        return merge(stored, incoming, Limits.standard());
    }

    /**
     * The union of two certificates with the same primary key; {@code stored} itself when there is nothing new.
     * Signatures by other keys stay within their limit; the owner's own all stay, so whether the result is too large to
     * store is another question: {@link #excess}.
     *
     * @throws IllegalArgumentException if the fingerprints differ
     */
    public static Certificate merge(Certificate stored, Certificate incoming, Limits limits) {
        if (!stored.fingerprint().equals(incoming.fingerprint())) {
            throw new IllegalArgumentException("two certificates with different fingerprints cannot be merged");
        }
        if (stored.equals(incoming)) {
            return stored;
        }
        Certificate merged = union(List.of(stored, incoming), limits);
        return merged.equals(stored) ? stored : merged;
    }

    /**
     * The certificate with the first revocation of the incoming one, what names its maker, and nothing else of it: what
     * is stored when there is no room for more, since nobody who fills a certificate may keep its owner from revoking
     * it. Empty if it is revoked already or the incoming one does not revoke it.
     */
    public static Optional<Certificate> revoke(Certificate stored, Certificate incoming) {
        if (stored.revocationOnly().isPresent()) {
            return Optional.empty();
        }
        return incoming.revocationOnly().map(revoked -> {
            CertificateParts parts = stored.parts();
            List<Packet> signatures = revoked.parts().signatures();
            signatures.stream()
                    .filter(WaitingRevocations::isKeyRevocation)
                    .findFirst()
                    .ifPresent(parts.signatures()::add);
            signatures.stream()
                    .filter(packet -> !WaitingRevocations.isKeyRevocation(packet))
                    .forEach(parts.signatures()::add);
            return stored.with(parts);
        });
    }

    /**
     * Puts the pieces together that an upload brought of the same certificate, so that they are one change; in the
     * order of their first pieces. Pieces that would be more together than a certificate may have stay apart.
     */
    public static List<Certificate> gather(List<Certificate> pieces, Limits limits) {
        Map<Fingerprint, List<Certificate>> same = new LinkedHashMap<>();
        pieces.forEach(piece -> same.computeIfAbsent(piece.fingerprint(), f -> new ArrayList<>(1))
                .add(piece));
        List<Certificate> gathered = new ArrayList<>(same.size());
        same.values().forEach(each -> gatherSame(each, limits, gathered));
        return gathered;
    }

    private static void gatherSame(List<Certificate> pieces, Limits limits, List<Certificate> gathered) {
        List<Certificate> together = new ArrayList<>(1);
        long bytes = 0;
        for (Certificate piece : pieces) {
            bytes += piece.size();
            if (bytes > limits.of(Limit.MAX_CERTIFICATE) && !together.isEmpty()) {
                gathered.add(union(together, limits));
                together.clear();
                bytes = piece.size();
            }
            together.add(piece);
        }
        gathered.add(union(together, limits));
    }

    private static Certificate union(List<Certificate> pieces, Limits limits) {
        if (pieces.size() == 1) {
            return pieces.get(0);
        }
        CertificateParts union = pieces.get(0).parts();
        pieces.subList(1, pieces.size()).forEach(piece -> union.addAll(piece.parts()));
        settle(union, limits.maxThirdPartyBytes());
        return pieces.get(0).with(union);
    }

    /**
     * Gives every signature its canonical form, which those lack that were stored by earlier versions; then keeps the
     * signatures of other keys within their room.
     */
    private static void settle(CertificateParts union, int room) {
        try {
            KeyPacket primary = KeyPacket.parse(union.primary());
            union.makeCanonical(primary);
            if (union.bytesOfCertifications() > room) {
                ThirdPartySignatures.trim(union, primary, room);
            }
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }

    /**
     * Why a certificate is too large to be stored; empty if it is not. What other keys signed counts for itself only,
     * so that it never leaves the owner less room.
     */
    public static Optional<String> excess(Certificate certificate, Limits limits) {
        CertificateParts parts = certificate.parts();
        int userIds = parts.userIds().size() + parts.userAttributes().size();
        if (userIds > limits.of(Limit.MAX_USER_IDS)) {
            return Optional.of("it would have " + userIds + " user IDs, more than " + limits.of(Limit.MAX_USER_IDS));
        }
        if (parts.subkeys().size() > limits.of(Limit.MAX_SUBKEYS)) {
            return Optional.of(
                    "it would have " + parts.subkeys().size() + " subkeys, more than " + limits.of(Limit.MAX_SUBKEYS));
        }
        long bytes =
                certificate.size() <= limits.of(Limit.MAX_CERTIFICATE) ? 0 : ThirdPartySignatures.bytesWithout(parts);
        return bytes <= limits.of(Limit.MAX_CERTIFICATE)
                ? Optional.empty()
                : Optional.of("it would have " + bytes + " bytes, more than " + limits.of(Limit.MAX_CERTIFICATE));
    }
}
