package oks.openpgp;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Revocations of a certificate by somebody whom its owner named for it (RFC 4880, section 5.2.3.15; a revocation key
 * subpacket in a self-signature on the primary key or a user ID).
 *
 * <p>One is verified with the revoker's key. Where that is known, a good one stands among the signatures on the primary
 * key and counts, a wrong one is dropped. Where it is not, the revocation waits at the end of the certificate and
 * counts for nothing: {@link #settle} decides when the revoker's certificate comes. So certificate, revocation and
 * revoker may come in any order. Strangers can add what only looks like a revocation while the revoker is unknown, so
 * few may wait, and they must be short.
 */
public final class DesignatedRevocations {
    /** RFC 4880, section 5.2.3.15: type, class, algorithm and a fingerprint of version 4. */
    private static final int REVOCATION_KEY_LENGTH = 23;

    private static final int REVOCATION_KEY = 12;
    private static final int CRITICAL = 0x80;

    private DesignatedRevocations() {}

    /** The keys that may revoke a certificate, as its owner's signatures say. */
    static Set<Fingerprint> revokers(CertificateParts parts, KeyPacket primary) {
        Set<Fingerprint> revokers = new LinkedHashSet<>();
        Stream.concat(Stream.of(parts.signatures()), parts.userIds().values().stream())
                .flatMap(List::stream)
                .filter(DesignatedRevocations::mayNameRevoker)
                .map(Signature::ofStored)
                .filter(signature -> signature.namesIssuer(primary) && !signature.revokes())
                .forEach(signature -> revokers.addAll(signature.revokers()));
        return revokers;
    }

    /** The key IDs of the keys that may revoke a certificate. */
    static Set<KeyId> named(CertificateParts parts, KeyPacket primary) {
        Set<KeyId> named = new HashSet<>();
        revokers(parts, primary).forEach(revoker -> named.add(revoker.keyId()));
        return named;
    }

    /**
     * Whether a signature has octets like those of a revocation key subpacket, which few have, at a fraction of the
     * cost of reading it.
     */
    private static boolean mayNameRevoker(Packet signature) {
        for (int at = 0; at + 1 < signature.length(); at++) {
            if (signature.at(at) == REVOCATION_KEY_LENGTH && (signature.at(at + 1) & ~CRITICAL) == REVOCATION_KEY) {
                return true;
            }
        }
        return false;
    }

    /** The revoker that made a signature, as it says; empty if it is none of these. */
    static Optional<Fingerprint> revoker(Signature signature, Set<Fingerprint> revokers) {
        return revokers.stream().filter(signature::namesIssuer).findFirst();
    }

    /** The key IDs of revokers for whose certificates revocations wait. */
    static Set<KeyId> awaited(CertificateParts parts) {
        Set<KeyId> awaited = new HashSet<>();
        parts.unverifiedRevocations()
                .forEach(packet -> Signature.ofStored(packet).issuer().ifPresent(awaited::add));
        return awaited;
    }

    /** Whether revocations wait at this certificate. */
    public static boolean waitAt(Certificate certificate) {
        return certificate.hasUnverifiedRevocations();
    }

    /**
     * The certificate without those waiting revocations whose maker's key is known: they are verified now, and count or
     * are gone. What the budget does not allow to find out goes on waiting.
     *
     * @param known finds a certificate by the fingerprint of its primary key
     */
    public static Certificate settle(
            Certificate certificate, Function<Fingerprint, Optional<Certificate>> known, VerificationBudget budget) {
        if (!waitAt(certificate)) {
            return certificate;
        }
        CertificateParts parts = certificate.parts();
        List<Packet> waiting = List.copyOf(parts.unverifiedRevocations());
        parts.unverifiedRevocations().clear();
        waiting.forEach(packet -> add(parts, Signature.ofStored(packet), known, budget));
        return certificate.with(parts);
    }

    /**
     * Adds a revocation to the parts of a certificate that may be by a revoker of it: verified, waiting or not at all.
     */
    static void add(
            CertificateParts parts,
            Signature revocation,
            Function<Fingerprint, Optional<Certificate>> known,
            VerificationBudget budget) {
        KeyPacket primary = KeyPacket.ofStored(parts.primary());
        Optional<Fingerprint> revoker = revoker(revocation, revokers(parts, primary));
        if (revoker.isEmpty()) {
            return;
        }
        Optional<Certificate> certificate = known.apply(revoker.get());
        if (certificate.isEmpty()) {
            parts.unverifiedRevocations().add(CanonicalSignature.foreign(revocation, primary));
            return;
        }
        KeyPacket issuer = KeyPacket.ofStored(certificate.get().primary());
        Optional<Signature> verified = verified(revocation, primary, issuer, budget);
        if (verified.isPresent()) {
            parts.signatures().add(CanonicalSignature.of(verified.get(), issuer));
        } else if (budget.exceeded()) {
            parts.unverifiedRevocations().add(CanonicalSignature.foreign(revocation, primary));
        }
    }

    private static Optional<Signature> verified(
            Signature revocation, KeyPacket primary, KeyPacket issuer, VerificationBudget budget) {
        try {
            return SignatureVerifier.of(issuer, budget).verified(revocation, primary.hashed());
        } catch (Malformed e) {
            return Optional.empty(); // a kind of key whose signatures cannot be verified here
        }
    }
}
