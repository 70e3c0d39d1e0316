package oks.openpgp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A part of an uploaded certificate that signatures stand on: the primary key, a user ID, a user attribute or a subkey.
 */
final class SignaturePlace {
    /** Why older signatures of SLH-DSA keys are left out. */
    static final String REPLACED = "replaced by a newer one, and too large to keep all";

    private final KeyPacket primary;
    private final Optional<KeyPacket> subkey;
    private final String name;
    private final Predicate<Signature> fits;
    private final byte[][] content;
    private final Function<Signature, Optional<Packet>> canonical;
    private final List<Signature> valid = new ArrayList<>(2);
    private final List<Packet> kept = new ArrayList<>(2);
    private int wrong;

    private SignaturePlace(
            KeyPacket primary,
            Optional<KeyPacket> subkey,
            String name,
            Predicate<Signature> fits,
            Function<Signature, Optional<Packet>> canonical,
            byte[]... content) {
        this.primary = primary;
        this.subkey = subkey;
        this.name = name;
        this.fits = fits;
        this.canonical = canonical;
        this.content = content;
    }

    static SignaturePlace onPrimary(KeyPacket primary, byte[] primaryHashed) {
        return new SignaturePlace(
                primary, Optional.empty(), DropReport.PRIMARY, SignaturePlace::fitsPrimary, by(primary), primaryHashed);
    }

    /** @param userId a user ID or a user attribute */
    static SignaturePlace onUserId(String name, KeyPacket primary, byte[] primaryHashed, Packet userId) {
        return new SignaturePlace(
                primary,
                Optional.empty(),
                name,
                SignaturePlace::fitsUserId,
                by(primary),
                primaryHashed,
                UserIds.hashed(userId));
    }

    static SignaturePlace onSubkey(
            KeyPacket primary, byte[] primaryHashed, KeyPacket subkey, Policy policy, VerificationBudget budget) {
        byte[] hashed = subkey.hashed();
        BackSignature back = new BackSignature(primary, primaryHashed, subkey, hashed, policy, budget);
        return new SignaturePlace(
                primary,
                Optional.of(subkey),
                "subkey " + subkey.fingerprint(),
                SignaturePlace::fitsSubkey,
                back::kept,
                primaryHashed,
                hashed);
    }

    private static Function<Signature, Optional<Packet>> by(KeyPacket primary) {
        return signature -> Optional.of(CanonicalSignature.of(signature, primary));
    }

    private static boolean fitsPrimary(Signature signature) {
        return signature.type() == Signature.DIRECT_KEY || signature.type() == Signature.KEY_REVOCATION;
    }

    private static boolean fitsUserId(Signature signature) {
        return signature.isCertification()
                || signature.type() == Signature.CERTIFICATION_REVOCATION
                || signature.type() == Signature.ATTESTATION;
    }

    private static boolean fitsSubkey(Signature signature) {
        return signature.type() == Signature.SUBKEY_BINDING || signature.type() == Signature.SUBKEY_REVOCATION;
    }

    /** The name of the part in reports. */
    String name() {
        return name;
    }

    /** Whether signatures of its type stand on such a part. */
    boolean fits(Signature signature) {
        return fits.test(signature);
    }

    /** Whether it is a binding with a hash that must not bind such a subkey (RFC 9980, section 7.2). */
    boolean bindsTooWeakly(Signature signature) {
        return signature.type() == Signature.SUBKEY_BINDING
                && subkey.filter(key -> Algorithm.isPostQuantum(key.algorithm()))
                        .isPresent()
                && signature.hashAlgorithm() <= HashAlgorithm.RIPEMD160;
    }

    /** Signatures in the order in which to verify them: the newest first where only that is kept. */
    List<List<Packet>> inOrder(List<List<Packet>> signatures) {
        if (!NewestSignatures.isLimited(primary, subkey)) {
            return signatures;
        }
        List<List<Packet>> newestFirst = new ArrayList<>(signatures); // the time stands before all that differs
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    /** Whether a signature would not be kept even if it were good, since a newer one is. */
    boolean isReplaced(Signature signature) {
        return NewestSignatures.isLimited(primary, subkey)
                && valid.stream().anyMatch(kept -> NewestSignatures.replaces(kept, signature, subkey.orElse(primary)));
    }

    /** Takes away, and gives, the signatures that newer ones replaced. */
    List<Packet> takeReplaced() {
        List<Packet> replaced = new ArrayList<>(kept);
        List<Packet> newest = NewestSignatures.of(kept, primary, subkey);
        replaced.removeAll(newest);
        kept.retainAll(newest);
        return replaced;
    }

    /** The content over which signatures here are made. */
    byte[][] content() {
        return content;
    }

    /**
     * Keeps a signature that the owner made on this part, in canonical form; says whether it does: a signing subkey
     * must have signed its binding, too.
     *
     * @param forms which differ in what nobody signed, such as the signature that a subkey made
     */
    boolean keep(List<Signature> forms) {
        List<Packet> good =
                forms.stream().flatMap(form -> canonical.apply(form).stream()).toList();
        if (!good.isEmpty()) {
            valid.add(forms.get(0));
            kept.addAll(SignatureIdentity.distinct(good));
        }
        return !good.isEmpty();
    }

    /** The owner's signatures that were found to belong here. */
    List<Signature> valid() {
        return valid;
    }

    /** The same in the form in which they are stored. */
    List<Packet> kept() {
        return kept;
    }

    /** Signatures here that turned out wrong at full cost. */
    int wrong() {
        return wrong;
    }

    void countWrong() {
        wrong++;
    }
}
