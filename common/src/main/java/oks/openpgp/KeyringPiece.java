package oks.openpgp;

import java.util.Optional;
import oks.openpgp.ParsedUpload.Reason;

/**
 * A piece of a keyring.
 *
 * @param bytes what to upload; empty when {@code reason} says why that makes no sense
 * @param reason why this piece is refused already; empty when it is to be uploaded
 * @param text for people, when there is a reason
 */
public record KeyringPiece(byte[] bytes, Optional<Reason> reason, String text) {
    static KeyringPiece of(byte[] bytes) {
        return new KeyringPiece(bytes, Optional.empty(), "");
    }

    static KeyringPiece refused(Reason reason, String text) {
        return new KeyringPiece(new byte[0], Optional.of(reason), text);
    }
}
