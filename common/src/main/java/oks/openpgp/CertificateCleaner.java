package oks.openpgp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import oks.openpgp.ParsedUpload.Accepted;
import oks.openpgp.ParsedUpload.Reason;
import oks.openpgp.ParsedUpload.Refused;

/**
 * Makes what is stored of what was uploaded: keeps what the primary key signed, drops and reports the rest.
 *
 * <p>One object cleans one certificate. The work is bounded: a signature is verified once, within the budget; wrong ones are
 * counted per component and per certificate; and nothing is verified any more once more is kept than may be stored.
 */
final class CertificateCleaner {
    /** Wrong self-signatures, verified at full cost, after which the rest of a component is dropped unseen. */
    private static final int WRONG_PER_COMPONENT = 32;

    private static final int WRONG_PER_CERTIFICATE = 64;

    private final RawCertificate raw;
    private final Limits limits;
    private final Policy policy;
    private final VerificationBudget budget;
    private final KeyPacket primary;
    private final CertificateParts kept;
    private final DropReport dropped;
    private SignatureVerifier verifier;
    private byte[] primaryHashed;
    private int wrongInComponent;
    private int wrong;
    private long keptBytes;

    CertificateCleaner(RawCertificate raw, Limits limits, Policy policy, VerificationBudget budget) {
        this.raw = raw;
        this.limits = limits;
        this.policy = policy;
        this.budget = budget;
        primary = raw.primary();
        kept = new CertificateParts(primary.packet());
        dropped = raw.dropped();
    }

    /** Cleans the certificate, into one of the two lists. */
    void clean(List<Accepted> accepted, List<Refused> refused) {
        budget.beginCertificate();
        check();
        if (raw.refused() == null) {
            cleanParts();
            judge();
        }
        if (raw.refused() != null) {
            refused.add(raw.refused());
        } else {
            accepted.add(new Accepted(Certificate.of(primary, kept), dropped.toList()));
        }
    }

    private void check() {
        if (raw.refused() != null) {
            return;
        }
        if (primary.version() == 3 && !policy.acceptVersion3()) {
            raw.refuse(Reason.UNSUPPORTED_VERSION, "version 3 keys are not accepted");
        } else if (!Algorithm.verifiable(primary.algorithm())) {
            raw.refuse(Reason.UNSUPPORTED_ALGORITHM, "signatures of public-key algorithm " + primary.algorithm()
                    + " cannot be verified");
        } else {
            try {
                verifier = SignatureVerifier.of(primary, budget);
                primaryHashed = primary.hashed();
            } catch (Malformed e) {
                raw.refuse(Reason.UNSUPPORTED_ALGORITHM, e.getMessage());
            }
        }
    }

    private void cleanParts() {
        keptBytes = primary.packet().length();
        selfSignatures(DropReport.PRIMARY, raw.parts().signatures(), CertificateCleaner::onPrimary, primaryHashed)
                .forEach(forms -> kept.signatures().add(CanonicalSignature.of(forms.get(0), primary)));
        raw.parts().userIds().forEach((userId, signatures) ->
                cleanUserId(DropReport.userId(userId), userId, signatures, kept::userId));
        raw.parts().userAttributes().forEach((attribute, signatures) ->
                cleanUserId(DropReport.USER_ATTRIBUTE, attribute, signatures, kept::userAttribute));
        raw.parts().subkeys().forEach(this::cleanSubkey);
    }

    private void judge() {
        budget.excess().ifPresent(text -> raw.refuse(Reason.TOO_COSTLY, text));
        if (kept.signatures().isEmpty() && kept.userIds().isEmpty() && kept.userAttributes().isEmpty()
                && kept.subkeys().isEmpty()) {
            raw.refuse(Reason.NO_VALID_SELF_SIGNATURE, "nothing in it is signed by its own primary key");
        }
        int trimmed = ThirdPartySignatures.trim(kept, primary, limits.maxThirdPartyBytes());
        if (trimmed > 0) {
            dropped.addSignatures("certificate", "no more room for signatures by other keys", trimmed);
        }
        if (keptBytes > limits.maxCertificateBytes()) {
            raw.refuse(Reason.TOO_LARGE, "the certificate has more than " + limits.maxCertificateBytes()
                    + " bytes that would be kept");
        }
    }

    private static boolean onPrimary(Signature signature) {
        return signature.type() == Signature.DIRECT_KEY || signature.type() == Signature.KEY_REVOCATION;
    }

    private static boolean onUserId(Signature signature) {
        return signature.isCertification()
                || signature.type() == Signature.CERTIFICATION_REVOCATION
                || signature.type() == Signature.ATTESTATION;
    }

    private static boolean onSubkey(Signature signature) {
        return signature.type() == Signature.SUBKEY_BINDING || signature.type() == Signature.SUBKEY_REVOCATION;
    }

    /** Of a user ID or user attribute, keeps what its owner signed, in a place that is made for it. */
    private void cleanUserId(
            String name, Packet userId, List<Packet> signatures, Function<Packet, List<Packet>> places) {
        if (refusedAlready()) {
            return;
        }
        byte[] hashed = UserIds.hashed(userId);
        ThirdPartySignatures others = new ThirdPartySignatures(policy, primary);
        List<Packet> mine = new ArrayList<>(2);
        for (List<Packet> forms : SignatureIdentity.forms(signatures)) {
            List<Signature> parsed = parse(name, forms);
            boolean isMine = parsed.stream().anyMatch(signature -> signature.namesIssuer(primary));
            if (isMine || parsed.stream().noneMatch(others::take)) {
                parsed.forEach(signature -> mine.add(signature.packet()));
            }
        }
        List<Signature> valid = new ArrayList<>(2);
        List<Packet> self = new ArrayList<>(2);
        for (List<Signature> forms : selfSignatures(name, mine, CertificateCleaner::onUserId, primaryHashed, hashed)) {
            valid.add(forms.get(0));
            self.add(CanonicalSignature.of(forms.get(0), primary));
        }
        if (valid.stream().noneMatch(s -> s.type() != Signature.ATTESTATION)) {
            dropped.add(name, "no valid self-signature");
            return;
        }
        keptBytes += userId.length();
        List<Packet> place = places.apply(userId);
        place.addAll(self);
        place.addAll(others.kept(valid, dropped, name));
    }

    private void cleanSubkey(Packet subkey, List<Packet> signatures) {
        if (refusedAlready()) {
            return;
        }
        Optional<KeyPacket> parsed = subkey(subkey);
        if (parsed.isEmpty()) {
            return;
        }
        KeyPacket key = parsed.get();
        String name = "subkey " + key.fingerprint();
        byte[] hashed = key.hashed();
        BackSignature back = new BackSignature(primary, primaryHashed, key, hashed, policy, budget);
        List<Packet> self = new ArrayList<>(2);
        for (List<Signature> forms : selfSignatures(name, signatures, CertificateCleaner::onSubkey, primaryHashed, hashed)) {
            List<Packet> bound = forms.stream().flatMap(form -> back.kept(form).stream()).toList();
            self.addAll(bound);
            if (bound.isEmpty()) {
                dropped.addSignatures(name, "the signing subkey did not sign its binding", 1);
            }
        }
        if (self.isEmpty()) {
            dropped.add(name, "no valid binding signature");
        } else {
            keptBytes += subkey.length();
            kept.subkey(subkey).addAll(self);
        }
    }

    private Optional<KeyPacket> subkey(Packet subkey) {
        try {
            KeyPacket key = KeyPacket.parse(subkey);
            if ((key.version() == 6) != (primary.version() == 6)) {
                dropped.add("subkey " + key.fingerprint(), "a version " + key.version()
                        + " subkey cannot belong to a version " + primary.version() + " key");
                return Optional.empty();
            }
            return Optional.of(key);
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            dropped.add("subkey", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * The candidates of a fitting type that the primary key made over this content: of each, all forms that it came in which
     * name the primary key, since a stranger may have made some of them.
     */
    private List<List<Signature>> selfSignatures(
            String name, List<Packet> candidates, Predicate<Signature> fits, byte[]... content) {
        wrongInComponent = 0;
        List<List<Signature>> self = new ArrayList<>(2);
        for (List<Packet> packets : SignatureIdentity.forms(candidates)) {
            List<Signature> forms = parse(name, packets);
            List<Signature> named = forms.stream().filter(form -> form.namesIssuer(primary)).toList();
            if (forms.isEmpty()) {
                continue;
            }
            String reason = reasonAgainst(named.isEmpty() ? forms.subList(0, 1) : named, fits, content);
            if (reason.isEmpty()) {
                self.add(named);
                keptBytes += named.get(0).packet().length();
            } else {
                dropped.addSignatures(name, reason, 1);
            }
        }
        return self;
    }

    private List<Signature> parse(String name, List<Packet> packets) {
        List<Signature> parsed = new ArrayList<>(packets.size());
        for (Packet packet : packets) {
            try {
                parsed.add(Signature.parse(packet));
            } catch (Malformed e) {
                dropped.addSignatures(name, e.getMessage(), 1);
            }
        }
        return parsed;
    }

    /** Empty if one of the forms of a signature verifies: with zeros before its numbers, another one may not. */
    private String reasonAgainst(List<Signature> forms, Predicate<Signature> fits, byte[][] content) {
        String reason = "";
        for (Signature form : forms) {
            reason = reasonAgainst(form, fits, content);
            if (reason.isEmpty()) {
                break;
            }
        }
        return reason;
    }

    private String reasonAgainst(
            Signature signature, Predicate<Signature> fits, byte[][] content) {
        if (!signature.namesIssuer()) {
            return "names no issuer";
        }
        if (!signature.namesIssuer(primary)) {
            return "made by another key";
        }
        if (!fits.test(signature)) {
            return "of a type that does not belong here";
        }
        if (!signature.exportable()) {
            return "marked as not to be exported";
        }
        if (!policy.verify()) {
            return "";
        }
        if (!signature.revokes() && !policy.weakHashes().allow(signature.hashAlgorithm(), primary.version())) {
            return "made with a hash that is not accepted any more";
        }
        if (wrongInComponent >= WRONG_PER_COMPONENT || wrong >= WRONG_PER_CERTIFICATE || refusedAlready()) {
            return "not verified after too many wrong ones";
        }
        return switch (verifier.verify(signature, content)) {
            case VALID -> "";
            case PLAINLY_WRONG -> "does not verify";
            case WRONG -> {
                wrongInComponent++;
                wrong++;
                yield "does not verify";
            }
            case UNAFFORDABLE -> "not verified: too costly";
        };
    }

    private boolean refusedAlready() {
        return keptBytes > limits.maxCertificateBytes() || budget.exceeded();
    }
}
