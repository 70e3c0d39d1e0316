package oks.openpgp;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import oks.openpgp.ParsedUpload.Reason;

/**
 * Takes uploads apart: armored or binary, one certificate or thousands, honest or not.
 *
 * <p>Immutable; parses in any number of threads at once.
 */
public final class UploadParser {
    private final Limits limits;
    private final Policy policy;

    public UploadParser(Limits limits, Policy policy) {
        this.limits = Objects.requireNonNull(limits);
        this.policy = Objects.requireNonNull(policy);
    }

    /** The native code, with its version, that verifies what it can besides Bouncy Castle; empty when none is installed. */
    public static Optional<String> nativeVerification() {
        return QuickVerification.installed().map(QuickVerification::toString);
    }

    /**
     * Everything that is in these bytes. Never throws for what the bytes are: what cannot be accepted is in
     * {@link ParsedUpload#refused}, and an upload with nothing in it is refused as a whole.
     *
     * @param body the upload; not changed, and must not change meanwhile
     */
    public ParsedUpload parse(byte[] body) {
        return parse(body, new VerificationBudget(limits));
    }

    /**
     * As {@link #parse(byte[])}.
     *
     * @param budget what this upload may cost, spent further by whoever verifies the bare revocations in it
     */
    public ParsedUpload parse(byte[] body, VerificationBudget budget) {
        PacketSequence sequence = new PacketSequence(limits, policy, budget);
        if (body.length > limits.maxUploadBytes()) {
            sequence.refuse(Reason.TOO_LARGE, "the upload has " + body.length + " bytes, more than "
                    + limits.maxUploadBytes());
        } else if (body.length == 0) {
            sequence.refuse(Reason.NO_CERTIFICATE, "the upload is empty");
        } else if (PacketSplitter.beginsWithKey(body)) {
            sequence.read(body); // whatever its user IDs say, it is no armor
        } else {
            parseTextOrBinary(body, sequence);
        }
        return sequence.result();
    }

    private void parseTextOrBinary(byte[] body, PacketSequence sequence) {
        List<Armor.Block> blocks = Armor.blocks(body, limits.maxCertificatesPerUpload() + 1);
        if (blocks.isEmpty() && body[0] < 0) {
            sequence.read(body); // nothing in OpenPGP begins with a byte below 0x80
        } else if (blocks.isEmpty()) {
            sequence.refuse(Reason.NOT_OPENPGP, "neither binary OpenPGP nor an armored block");
        }
        for (Armor.Block block : blocks) {
            if (block.isPrivateKey()) {
                sequence.refuse(Reason.PRIVATE_KEY, PacketSequence.PRIVATE_KEY_TEXT);
            } else if (!block.broken().isEmpty()) {
                sequence.refuse(Reason.MALFORMED, block.broken());
            } else if (!block.isCertificate()) {
                sequence.refuse(Reason.NO_CERTIFICATE, "an armored block that is no public key block");
            } else {
                sequence.read(block.binary());
            }
        }
    }
}
