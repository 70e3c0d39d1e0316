package oks.openpgp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.bouncycastle.crypto.Digest;

/**
 * The signatures of other keys on one user ID or user attribute, set apart by issuer without verification, and which of
 * them are kept.
 */
final class ThirdPartySignatures {
    private final Policy policy;
    private final KeyPacket primary;
    private final List<Signature> signatures = new ArrayList<>();
    private int tooPrivate;
    private int misplaced;

    ThirdPartySignatures(Policy policy, KeyPacket primary) {
        this.policy = policy;
        this.primary = primary;
    }

    /** Takes a signature that another key made. */
    void take(Signature signature) {
        boolean certifies = signature.isCertification() || signature.type() == Signature.CERTIFICATION_REVOCATION;
        if (!certifies) {
            misplaced++;
        } else if (!signature.exportable()) {
            tooPrivate++;
        } else {
            signatures.add(canonical(signature));
        }
    }

    /** How many were taken. */
    int count() {
        return signatures.size() + tooPrivate + misplaced;
    }

    private Signature canonical(Signature signature) {
        try {
            return Signature.parse(CanonicalSignature.foreign(signature, primary));
        } catch (Malformed e) {
            throw new IllegalStateException("a signature cannot be read in its canonical form", e);
        }
    }

    /** Those that are kept, given the owner's valid signatures on the user ID; the others are reported. */
    List<Packet> kept(List<Signature> self, DropReport dropped, String name) {
        List<Signature> kept = switch (policy.thirdParty()) {
            case NONE -> List.of();
            case ATTESTED -> attested(self);
            case ALL -> signatures;
        };
        report(
                dropped,
                name,
                signatures.size() - kept.size(),
                DropRule.THIRD_PARTY,
                policy.thirdParty() == ThirdParty.ATTESTED
                        ? "made by another key, not attested (upload.third_party = attested)"
                        : "made by another key (upload.third_party = none)");
        report(dropped, name, tooPrivate, DropRule.NOT_EXPORTABLE, "marked as not to be exported");
        report(dropped, name, misplaced, DropRule.MISPLACED, "of a type that does not belong here");
        return kept.stream().map(Signature::packet).toList();
    }

    /**
     * Takes signatures of other keys away beyond a number of bytes, and tells how many. They stay in canonical order up
     * to the first that does not fit: so any order of uploads leads to the same ones.
     */
    static int trim(CertificateParts parts, KeyPacket primary, int room) {
        int left = room;
        int trimmed = 0;
        for (List<Packet> signatures : parts.certifications()) {
            List<Packet> kept = new ArrayList<>(signatures.size());
            for (Packet packet : SignatureIdentity.distinct(signatures)) {
                boolean foreign = isForeign(packet, primary);
                left = foreign && left >= 0 ? left - packet.length() : left;
                if (foreign && left < 0) {
                    trimmed++;
                } else {
                    kept.add(packet);
                }
            }
            signatures.clear();
            signatures.addAll(kept);
        }
        return trimmed;
    }

    /**
     * Bytes of the packets of a stored certificate, without what other keys may have signed without anybody verifying
     * it.
     */
    static long bytesWithout(CertificateParts parts) {
        try {
            KeyPacket primary = KeyPacket.parse(parts.primary());
            Predicate<Packet> foreign = packet -> isForeign(packet, primary);
            return bytes(parts.all())
                    - bytes(parts.unverifiedRevocations())
                    - parts.certifications().stream()
                            .mapToLong(signatures ->
                                    bytes(signatures.stream().filter(foreign).toList()))
                            .sum();
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }

    private static long bytes(List<Packet> packets) {
        return packets.stream().mapToLong(Packet::length).sum();
    }

    private static boolean isForeign(Packet packet, KeyPacket primary) {
        try {
            return !Signature.parse(packet).namesIssuer(primary);
        } catch (Malformed e) {
            return true; // cannot be: it was taken apart before it was kept
        }
    }

    private static void report(DropReport dropped, String name, int count, DropRule rule, String reason) {
        if (count > 0) {
            dropped.addSignatures(name, rule, reason, count);
        }
    }

    /** Those whose digest the newest attestation lists; an older attestation is replaced by a newer one. */
    private List<Signature> attested(List<Signature> self) {
        Optional<Signature> newest = self.stream()
                .filter(s -> s.type() == Signature.ATTESTATION)
                .max(Comparator.comparingLong(Signature::created));
        if (newest.isEmpty() || newest.get().attested().isEmpty() || signatures.isEmpty()) {
            return List.of();
        }
        try {
            Digest digest = HashAlgorithm.newDigest(newest.get().hashAlgorithm());
            Set<ByteBuffer> digests = digests(newest.get().attested().get(), digest.getDigestSize());
            return signatures.stream()
                    .filter(s -> digests.contains(ByteBuffer.wrap(digest(s, digest))))
                    .toList();
        } catch (Malformed e) {
            return List.of(); // made with a hash that nobody here knows
        }
    }

    private static Set<ByteBuffer> digests(Packet listed, int size) {
        Set<ByteBuffer> digests = new HashSet<>();
        for (int at = 0; at + size <= listed.length(); at += size) {
            digests.add(ByteBuffer.wrap(listed.body(at, size)));
        }
        return digests;
    }

    /** A signature is hashed as by a third-party confirmation (RFC 9580, section 5.2.4): 0x88, length, body. */
    private static byte[] digest(Signature signature, Digest digest) {
        List<byte[]> body = signature.forAttestation();
        int length = body.stream().mapToInt(part -> part.length).sum();
        digest.update((byte) 0x88);
        digest.update(ByteBuffer.allocate(4).putInt(length).array(), 0, 4);
        body.forEach(part -> digest.update(part, 0, part.length));
        return HashAlgorithm.result(digest);
    }
}
