package oks.openpgp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
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

    /**
     * The native code, with its version, that verifies what it can besides Bouncy Castle; empty when none is installed.
     */
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
        if (body.length > limits.of(Limit.MAX_BYTES)) {
            sequence.refuse(
                    Reason.TOO_LARGE,
                    "the upload has " + body.length + " bytes, more than " + limits.of(Limit.MAX_BYTES));
        } else if (body.length == 0) {
            sequence.refuse(Reason.NO_CERTIFICATE, "the upload is empty");
        } else {
            read(body, sequence);
        }
        return sequence.result();
    }

    /**
     * Estimated cost of verifying these bytes, in RSA verifications with 2048 bits, hashing included; made from sizes,
     * without verifying anything. A {@link VerificationBudget} bounds what it does cost.
     */
    public long price(byte[] body) {
        if (body.length == 0 || body.length > limits.of(Limit.MAX_BYTES)) {
            return 0;
        }
        UploadPrice price = new UploadPrice(limits);
        read(body, price);
        return price.units() + VerificationBudget.ofHashing(body.length);
    }

    private void read(byte[] body, BinaryPieces sequence) {
        try {
            SlidingBytes bytes = SlidingBytes.of(body);
            bytes.skipBlanks();
            KeyringFormat format = KeyringFormat.of(bytes);
            if (format == KeyringFormat.BINARY) {
                int from = Math.toIntExact(bytes.position());
                sequence.read(from == 0 ? body : Arrays.copyOfRange(body, from, body.length));
            } else {
                readArmor(new ArmoredKeyring(bytes, format, limits.of(Limit.MAX_BYTES)), sequence);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is nothing but memory to read from
        }
    }

    private void readArmor(ArmoredKeyring armor, BinaryPieces sequence) throws IOException {
        Optional<KeyringPiece> piece = armor.next();
        for (int count = 0; piece.isPresent() && count <= limits.of(Limit.MAX_CERTIFICATES); count++) {
            if (piece.get().reason().isPresent()) {
                sequence.refuse(piece.get().reason().get(), piece.get().text());
            } else {
                sequence.read(piece.get().bytes());
            }
            piece = armor.next();
        }
    }
}
