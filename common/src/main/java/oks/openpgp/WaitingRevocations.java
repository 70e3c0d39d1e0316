package oks.openpgp;

import java.util.ArrayList;
import java.util.List;

/** Revocations at the end of a certificate that wait for their makers' keys; see {@link DesignatedRevocations}. */
final class WaitingRevocations {
    /** So many may wait at one certificate. */
    static final int MOST = 8;

    /** A longer one never waits; RSA signatures with 16384 bits have 2048. */
    static final int MAX_BYTES = 4096;

    private WaitingRevocations() {}

    /** Whether a signature packet is a revocation of a primary key. */
    static boolean isKeyRevocation(Packet signature) {
        return signature.length() > 2 && signature.at(signature.at(0) < 4 ? 2 : 1) == Signature.KEY_REVOCATION;
    }

    /**
     * Those that wait at a certificate, in canonical order: the first of all revocations, verified ones among them, so
     * that any order of merges leads to the same ones.
     */
    static List<Packet> of(List<Packet> signatures, List<Packet> unverified) {
        if (unverified.isEmpty()) {
            return List.of();
        }
        List<Packet> all = new ArrayList<>(unverified);
        all.removeIf(packet -> packet.length() > MAX_BYTES);
        List<SignatureIdentity> verified = signatures.stream()
                .filter(WaitingRevocations::isKeyRevocation)
                .map(SignatureIdentity::of)
                .toList();
        verified.forEach(revocation -> all.add(revocation.packet()));
        return SignatureIdentity.distinct(all).stream()
                .limit(MOST)
                .filter(packet -> verified.stream().noneMatch(SignatureIdentity.of(packet)::same))
                .toList();
    }
}
