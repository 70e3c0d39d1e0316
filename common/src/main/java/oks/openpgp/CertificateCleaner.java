package oks.openpgp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import oks.openpgp.ParsedUpload.Accepted;
import oks.openpgp.ParsedUpload.Dropped;
import oks.openpgp.ParsedUpload.Reason;
import oks.openpgp.ParsedUpload.Refused;

/**
 * Makes what is stored of what was uploaded: keeps what the primary key signed, drops and reports the rest.
 *
 * <p>Signatures are verified where they stand. Those of the owner that do not belong there are then tried wherever
 * signatures of their type stand, since programs have put them out of order for decades; and of copies that differ in
 * what nobody signed, each is looked at, so that a spoiled one takes no good one along.
 *
 * <p>One object cleans one certificate. The work is bounded: a signature is verified once, within the budget; wrong
 * ones are counted per component and per certificate; and nothing is verified any more once more is kept than may be
 * stored.
 */
final class CertificateCleaner {
    /** Wrong self-signatures, verified at full cost, after which the rest of a component is dropped unseen. */
    private static final int WRONG_PER_COMPONENT = 32;

    private static final int WRONG_PER_CERTIFICATE = 64;

    /** Of the causes for which a whole certificate is refused. */
    private static final int CAUSES_TOLD = 3;

    private static final String BY_ANOTHER_KEY = "made by another key";
    private static final String ON_DROPPED = "what they are on was dropped";
    private static final String MISPLACED = "of a type that does not belong here";

    private final RawCertificate raw;
    private final Limits limits;
    private final Policy policy;
    private final VerificationBudget budget;
    private final KeyPacket primary;
    private final SignatureRules rules;
    private final CertificateParts kept;
    private final DropReport dropped;
    private SignatureVerifier verifier;
    private byte[] primaryHashed;
    private final List<SignaturePlace> places = new ArrayList<>();
    private final List<Stray> strays = new ArrayList<>(0);
    private final List<Signature> revocationsByOthers = new ArrayList<>(0);
    private final List<BareRevocation> elsewhere = new ArrayList<>(0);
    private int wrong;
    private long keptBytes;

    /** A user ID or user attribute that is kept if its owner signed it; {@code room} then makes its place. */
    private record UserIdCandidate(
            Packet userId, SignaturePlace place, ThirdPartySignatures others, Function<Packet, List<Packet>> room) {}

    /**
     * A signature of the owner's, in all its forms, that does not belong where it stands, and what is said if it
     * belongs nowhere.
     *
     * @param doubtful where it may be good all the same, though the first two bytes of its digest are wrong
     */
    private record Stray(
            Optional<SignaturePlace> from,
            Optional<SignaturePlace> doubtful,
            String name,
            List<Signature> forms,
            DropRule rule,
            String reason) {}

    CertificateCleaner(RawCertificate raw, Limits limits, Policy policy, VerificationBudget budget) {
        this.raw = raw;
        this.limits = limits;
        this.policy = policy;
        this.budget = budget;
        primary = raw.primary();
        rules = new SignatureRules(primary, policy);
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

    /**
     * Revocations that stood in this certificate and are not by its owner, nor by a revoker that it names: whose, a
     * store may know.
     */
    List<BareRevocation> revocationsOfOthers() {
        return elsewhere;
    }

    private void check() {
        if (raw.refused() != null) {
            return;
        }
        Optional<KeyRules.Objection> against = KeyRules.againstPrimary(primary, policy);
        if (against.isPresent()) {
            raw.refuse(against.get().reason(), against.get().text());
            return;
        }
        try {
            verifier = SignatureVerifier.of(primary, budget);
            primaryHashed = primary.hashed();
        } catch (Malformed e) {
            raw.refuse(Reason.UNSUPPORTED_ALGORITHM, e.getMessage());
        }
    }

    private void cleanParts() {
        keptBytes = primary.packet().length();
        SignaturePlace onPrimary = SignaturePlace.onPrimary(primary, primaryHashed);
        verifyInPlace(
                onPrimary,
                raw.parts().signatures(),
                signature -> dropped.addSignatures(DropReport.PRIMARY, DropRule.BY_ANOTHER_KEY, BY_ANOTHER_KEY, 1));
        List<UserIdCandidate> userIds = new ArrayList<>(raw.parts().userIds().size());
        raw.parts()
                .userIds()
                .forEach((userId, signatures) ->
                        userIds.add(userId(DropReport.userId(userId), userId, signatures, kept::userId)));
        raw.parts()
                .userAttributes()
                .forEach((attribute, signatures) ->
                        userIds.add(userId(DropReport.USER_ATTRIBUTE, attribute, signatures, kept::userAttribute)));
        Map<Packet, SignaturePlace> subkeys = new LinkedHashMap<>();
        raw.parts()
                .subkeys()
                .forEach((subkey, signatures) ->
                        subkey(subkey, signatures).ifPresent(place -> subkeys.put(subkey, place)));
        raw.leftOut().forEach(this::takeLeftOut);
        strays.forEach(this::findPlace);
        kept.signatures().addAll(onPrimary.kept());
        userIds.forEach(this::keepUserId);
        subkeys.forEach(this::keepSubkey);
        takeRevocationsByOthers();
    }

    private void judge() {
        budget.excess().ifPresent(text -> raw.refuse(Reason.TOO_COSTLY, text));
        if (kept.isBare()) {
            refuseEmpty();
        }
        int trimmed = ThirdPartySignatures.trim(kept, primary, limits.maxThirdPartyBytes());
        if (trimmed > 0) {
            dropped.addSignatures(
                    "certificate",
                    DropRule.THIRD_PARTY_ROOM,
                    "no more room for signatures by other keys (upload.max_certificate)",
                    trimmed);
        }
        if (keptBytes > limits.of(Limit.MAX_CERTIFICATE)) {
            raw.refuse(
                    Reason.TOO_LARGE,
                    "the certificate has more than " + limits.of(Limit.MAX_CERTIFICATE) + " bytes that would be kept");
        }
    }

    /** Says which rules left nothing of the certificate. */
    private void refuseEmpty() {
        List<Dropped> causes = dropped.causes();
        boolean tooLong = !causes.isEmpty()
                && causes.stream().allMatch(cause -> cause.rule().isLength());
        String text = tooLong ? "nothing is left to keep" : "nothing in it is signed by its own primary key";
        if (!causes.isEmpty()) {
            text += causes.stream().limit(CAUSES_TOLD).map(Dropped::line).collect(Collectors.joining("; ", ": ", ""));
        }
        if (causes.size() > CAUSES_TOLD) {
            text += "; and " + (causes.size() - CAUSES_TOLD) + " more";
        }
        raw.refuse(tooLong ? Reason.TOO_LARGE : Reason.NO_VALID_SELF_SIGNATURE, text);
    }

    private UserIdCandidate userId(
            String name, Packet userId, List<Packet> signatures, Function<Packet, List<Packet>> room) {
        SignaturePlace place = SignaturePlace.onUserId(name, primary, primaryHashed, userId);
        ThirdPartySignatures others = new ThirdPartySignatures(policy, primary);
        verifyInPlace(place, signatures, others::take);
        return new UserIdCandidate(userId, place, others, room);
    }

    private void keepUserId(UserIdCandidate candidate) {
        List<Signature> valid = candidate.place.valid();
        String name = candidate.place.name();
        if (valid.stream().noneMatch(s -> s.type() != Signature.ATTESTATION)) {
            dropped.add(name, DropRule.NO_SELF_SIGNATURE, "no valid self-signature");
            if (candidate.others.count() > 0) {
                dropped.addSignatures(name, DropRule.ON_DROPPED, ON_DROPPED, candidate.others.count());
            }
            return;
        }
        keptBytes += candidate.userId.length();
        List<Packet> place = candidate.room.apply(candidate.userId);
        place.addAll(candidate.place.kept());
        place.addAll(candidate.others.kept(valid, dropped, name));
    }

    private Optional<SignaturePlace> subkey(Packet subkey, List<Packet> signatures) {
        Optional<KeyPacket> key = KeyRules.subkey(subkey, primary, dropped);
        if (key.isEmpty()) {
            raw.leaveOut("subkey", signatures);
            return Optional.empty();
        }
        SignaturePlace place = SignaturePlace.onSubkey(primary, primaryHashed, key.get(), policy, budget);
        verifyInPlace(
                place,
                signatures,
                signature -> dropped.addSignatures(place.name(), DropRule.BY_ANOTHER_KEY, BY_ANOTHER_KEY, 1));
        return Optional.of(place);
    }

    private void keepSubkey(Packet subkey, SignaturePlace place) {
        if (place.kept().isEmpty()) {
            dropped.add(place.name(), DropRule.NO_BINDING_SIGNATURE, "no valid binding signature");
        } else {
            keptBytes += subkey.length();
            kept.subkey(subkey).addAll(place.kept());
        }
    }

    /** Signatures after something that is not kept may belong to something that is; those that do not went with it. */
    private void takeLeftOut(String name, List<Packet> signatures) {
        for (List<Packet> forms : SignatureIdentity.forms(signatures)) {
            List<Signature> own = new ArrayList<>(1);
            List<Signature> others = sort(name, forms, own);
            if (!own.isEmpty()) {
                strays.add(new Stray(Optional.empty(), Optional.empty(), name, own, DropRule.ON_DROPPED, ON_DROPPED));
            } else if (areKeyRevocations(others)) {
                revocationsByOthers.addAll(others);
            } else if (!others.isEmpty()) {
                dropped.addSignatures(name, DropRule.ON_DROPPED, ON_DROPPED, 1);
            }
        }
    }

    /** Takes the owner's signatures that belong where they stand, and hands on those that other keys made. */
    private void verifyInPlace(SignaturePlace place, List<Packet> signatures, Consumer<Signature> byOthers) {
        places.add(place);
        if (refusedAlready()) {
            return;
        }
        for (List<Packet> forms : place.inOrder(SignatureIdentity.forms(signatures))) {
            List<Signature> own = new ArrayList<>(1);
            List<Signature> others = sort(place.name(), forms, own);
            if (!own.isEmpty() && take(place, own, others.isEmpty())) {
                continue;
            }
            if (areKeyRevocations(others)) {
                revocationsByOthers.addAll(others);
            } else {
                others.stream().findFirst().ifPresent(byOthers);
            }
        }
    }

    private static boolean areKeyRevocations(List<Signature> forms) {
        return !forms.isEmpty() && forms.get(0).type() == Signature.KEY_REVOCATION;
    }

    /** Adds the forms of a signature that may be the owner's to {@code own}; returns those that name another key. */
    private List<Signature> sort(String name, List<Packet> forms, List<Signature> own) {
        List<Signature> others = new ArrayList<>(1);
        Optional<SignatureRules.Objection> objection = Optional.empty();
        for (Packet form : forms) {
            try {
                Signature signature = Signature.parse(form);
                if (rules.isByAnother(signature)) {
                    others.add(signature);
                } else {
                    objection = rules.objection(signature);
                    if (objection.isEmpty()) {
                        own.add(signature);
                    }
                }
            } catch (Malformed e) {
                objection = Optional.of(new SignatureRules.Objection(DropRule.BROKEN, e.getMessage()));
            }
        }
        if (own.isEmpty() && others.isEmpty()) {
            objection.ifPresent(against -> dropped.addSignatures(name, against.rule(), against.text(), 1));
        }
        return others;
    }

    /**
     * Takes a signature that may be the owner's; if it is not good here, it is a stray, or dropped; says whether it was
     * taken.
     */
    private boolean take(SignaturePlace place, List<Signature> forms, boolean owners) {
        Signature first = forms.get(0);
        if (!place.fits(first)) {
            strays.add(new Stray(
                    Optional.of(place), Optional.empty(), place.name(), forms, DropRule.MISPLACED, MISPLACED));
            return owners;
        }
        if (place.bindsTooWeakly(first) || place.isReplaced(first)) {
            dropUnseen(place, first);
            return true;
        }
        SignatureVerifier.VerificationResult outcome =
                policy.verify() ? verify(place, forms) : SignatureVerifier.VerificationResult.VALID;
        Optional<SignaturePlace> here = Optional.of(place);
        Runnable taking = switch (outcome) {
            case VALID -> () -> accept(place, forms);
            case UNLIKELY -> () -> keepAsStray(place, forms, owners, here);
            case WRONG -> () -> keepAsStray(place, forms, owners, Optional.empty());
            case UNAFFORDABLE -> () -> dropTooMuch(place);
        };
        taking.run();
        return outcome == SignatureVerifier.VerificationResult.VALID || owners;
    }

    /** Drops what would not be kept if it verified. */
    private void dropUnseen(SignaturePlace place, Signature signature) {
        if (place.bindsTooWeakly(signature)) {
            dropped.addSignatures(
                    place.name(), DropRule.DOES_NOT_VERIFY, "made with a hash that binds no post-quantum key", 1);
        } else {
            dropped.addSignatures(place.name(), DropRule.REPLACED, SignaturePlace.REPLACED, 1);
        }
    }

    private void keepAsStray(
            SignaturePlace place, List<Signature> forms, boolean owners, Optional<SignaturePlace> doubtful) {
        if (owners) {
            strays.add(new Stray(
                    Optional.of(place), doubtful, place.name(), forms, DropRule.DOES_NOT_VERIFY, "does not verify"));
        }
    }

    /** Tries one form after the other: with zeros before its numbers, a good signature may not verify. */
    private SignatureVerifier.VerificationResult verify(SignaturePlace place, List<Signature> forms) {
        SignatureVerifier.VerificationResult outcome = SignatureVerifier.VerificationResult.UNLIKELY;
        for (Signature form : forms) {
            outcome = verify(place, form);
            if (outcome == SignatureVerifier.VerificationResult.VALID) {
                break;
            }
        }
        return outcome;
    }

    private SignatureVerifier.VerificationResult verify(SignaturePlace place, Signature signature) {
        if (tooManyWrong(place) || refusedAlready()) {
            return SignatureVerifier.VerificationResult.UNAFFORDABLE;
        }
        SignatureVerifier.VerificationResult outcome = verifier.verify(signature, place.content());
        if (outcome == SignatureVerifier.VerificationResult.WRONG) {
            place.countWrong();
            wrong++;
        }
        return outcome;
    }

    private boolean tooManyWrong(SignaturePlace place) {
        return place.wrong() >= WRONG_PER_COMPONENT || wrong >= WRONG_PER_CERTIFICATE;
    }

    private void dropTooMuch(SignaturePlace place) {
        if (tooManyWrong(place)) {
            dropped.addSignatures(place.name(), DropRule.TOO_MANY_WRONG, "not verified after too many wrong ones", 1);
        } else {
            dropped.addSignatures(
                    place.name(), DropRule.TOO_COSTLY, "not verified: too costly (upload.max_certificate_cost)", 1);
        }
    }

    /** Takes a signature that verifies here, in the form in which it is stored. */
    private void accept(SignaturePlace place, List<Signature> forms) {
        if (place.keep(forms)) {
            List<Packet> replaced = place.takeReplaced();
            keptBytes += forms.get(0).packet().length()
                    - replaced.stream().mapToLong(Packet::length).sum();
            if (!replaced.isEmpty()) {
                dropped.addSignatures(place.name(), DropRule.REPLACED, SignaturePlace.REPLACED, replaced.size());
            }
        } else {
            dropped.addSignatures(
                    place.name(), DropRule.NO_BACK_SIGNATURE, "the signing subkey did not sign its binding", 1);
        }
    }

    private void findPlace(Stray stray) {
        Signature signature = stray.forms().get(0);
        for (SignaturePlace place : places) {
            if (stray.from().filter(from -> from == place).isEmpty()
                    && place.fits(signature)
                    && !place.bindsTooWeakly(signature)
                    && budget.allowsSearch(SignatureVerifier.hashedBytes(signature, place.content()))
                    && verify(place, stray.forms()) == SignatureVerifier.VerificationResult.VALID) {
                accept(place, stray.forms());
                return;
            }
        }
        DoubtfulResult result = stray.doubtful()
                .map(place -> acceptDespitePrefix(place, stray.forms()))
                .orElse(DoubtfulResult.WRONG);
        Runnable end = switch (result) {
            case ACCEPTED -> () -> {};
            case UNAFFORDABLE -> () -> dropTooMuch(stray.doubtful().orElseThrow());
            case WRONG -> () -> dropped.addSignatures(stray.name(), stray.rule(), stray.reason(), 1);
        };
        end.run();
    }

    private enum DoubtfulResult {
        ACCEPTED,
        WRONG,
        UNAFFORDABLE
    }

    /**
     * Takes a signature whose first two bytes of the digest are wrong: they are a hint, nothing is signed in them (RFC
     * 9580, section 5.2.3). Tried last, with what is left for searching, so that a flood of them takes nothing from the
     * others.
     */
    private DoubtfulResult acceptDespitePrefix(SignaturePlace place, List<Signature> forms) {
        for (Signature form : forms) {
            if (!budget.allowsSearch(verifier.fullCost(form, place.content()))
                    || tooManyWrong(place)
                    || refusedAlready()) {
                return DoubtfulResult.UNAFFORDABLE;
            }
            Optional<Signature> mended = verifier.withTruePrefix(form, place.content());
            if (mended.isPresent() && verify(place, mended.get()) == SignatureVerifier.VerificationResult.VALID) {
                accept(place, List.of(mended.get()));
                return DoubtfulResult.ACCEPTED;
            }
        }
        return DoubtfulResult.WRONG;
    }

    /**
     * Keeps those by revokers that the owner named; others may be of other certificates, or of this one as the store
     * has it.
     */
    private void takeRevocationsByOthers() {
        if (revocationsByOthers.isEmpty()) {
            return;
        }
        Set<Fingerprint> revokers = DesignatedRevocations.revokers(kept, primary);
        for (Signature signature : revocationsByOthers) {
            if (!signature.exportable()) {
                dropped.addSignatures(DropReport.PRIMARY, DropRule.NOT_EXPORTABLE, "marked as not to be exported", 1);
            } else if (!SignatureVerifier.mayBeOver(signature, budget, primaryHashed)) {
                elsewhere.add(BareRevocation.standingIn(primary.fingerprint(), signature));
            } else if (DesignatedRevocations.revoker(signature, revokers).isPresent()) {
                kept.unverifiedRevocations().add(CanonicalSignature.foreign(signature, primary));
            } else {
                dropped.addSignatures(DropReport.PRIMARY, DropRule.BY_ANOTHER_KEY, BY_ANOTHER_KEY, 1);
                elsewhere.add(BareRevocation.ofCertificate(primary.fingerprint(), signature));
            }
        }
    }

    private boolean refusedAlready() {
        return keptBytes > limits.of(Limit.MAX_CERTIFICATE) || budget.exceeded();
    }
}
