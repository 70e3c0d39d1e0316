package oks.openpgp;

import java.io.IOException;
import java.util.Optional;
import oks.openpgp.ArmorBlock.Fault;
import oks.openpgp.ParsedUpload.Reason;

/**
 * Finds the blocks of a text and cuts what is in them as {@link BinaryKeyring} does, while it is decoded. One thread.
 *
 * <p>A block begins at the beginning of a line. Before that may stand what nobody put there on purpose: white space, a
 * byte order mark, the marks of quoted mail, which gpg or sq take, too, and the escape of a signed text. What people
 * put there keeps the block from being read: gpg's colon before a revocation certificate does no less.
 */
final class ArmoredKeyring {
    private static final int STEP = 4 << 10; // most blocks hold one certificate

    private final ArmorLines lines;
    private final String nothingFound;
    private final int maxBytes;
    private BinaryKeyring pieces;
    private SlidingBytes decoded;
    private ArmorBlock block;
    private Optional<KeyringPiece> later = Optional.empty();
    private boolean foundAny;
    private Optional<ArmorFault> mentioned = Optional.empty();

    ArmoredKeyring(SlidingBytes text, KeyringFormat format, int maxBytes) {
        this.lines = new ArmorLines(text);
        this.nothingFound = format.nothingFound();
        this.maxBytes = maxBytes;
    }

    Optional<KeyringPiece> next() throws IOException {
        if (later.isPresent()) {
            Optional<KeyringPiece> now = later;
            later = Optional.empty();
            return now;
        }
        while (block == null) {
            if (!lines.next()) {
                return nothingFound();
            }
            Optional<ArmorMarker> marker = lines.marker().filter(ArmorMarker::begins);
            Optional<KeyringPiece> refused = marker.isPresent() ? begin(marker.get()) : Optional.empty();
            if (refused.isPresent()) {
                return refused;
            }
        }
        return piece();
    }

    private Optional<KeyringPiece> begin(ArmorMarker first) {
        Optional<ArmorFault> fault = first.fault();
        if (fault.isPresent() && !first.isWholeLine()) {
            mentioned = mentioned.or(() -> fault);
            return Optional.empty();
        }
        foundAny = true;
        if (first.isPrivateKey()) {
            return Optional.of(
                    KeyringPiece.refused(Reason.PRIVATE_KEY, PacketSequence.PRIVATE_KEY_TEXT)); // not even decoded
        }
        if (!first.mayBeCertificate() && first.closed()) {
            return Optional.of(
                    KeyringPiece.refused(Reason.NO_CERTIFICATE, "an armored block that is no public key block"));
        }
        if (fault.isPresent()) {
            return Optional.of(
                    KeyringPiece.refused(Reason.MALFORMED, fault.get().text()));
        }
        block = new ArmorBlock(lines, first);
        decoded = new SlidingBytes(block, maxBytes, STEP);
        pieces = new BinaryKeyring(decoded, maxBytes);
        return Optional.empty();
    }

    /** The next piece of the block; a certificate that a fault has touched is refused for it as a whole. */
    private Optional<KeyringPiece> piece() throws IOException {
        boolean empty = decoded.position() == 0;
        Optional<KeyringPiece> piece = pieces.next();
        long end = decoded.position();
        Optional<Fault> fault = faultBefore(end);
        if (piece.isPresent() && fault.isEmpty() && goesOn()) {
            Optional<KeyringPiece> rest = pieces.next(); // of the same certificate, or of nothing
            fault = faultBefore(decoded.position());
            if (fault.isEmpty() || fault.get().offset() == end) {
                later = refusedFor(fault, rest);
                fault = Optional.empty();
            }
        }
        while (fault.isPresent() && goesOn() && pieces.next().isPresent()) {
            faultBefore(decoded.position()); // one report is enough
        }
        if (piece.isEmpty() || fault.isPresent() && !decoded.has(0)) {
            block = null;
        }
        Optional<KeyringPiece> judged = refusedFor(fault, piece);
        if (judged.isPresent()) {
            return judged;
        }
        return empty
                ? Optional.of(KeyringPiece.refused(Reason.NO_CERTIFICATE, "an armored block with nothing in it"))
                : next();
    }

    /** Whether something follows that begins no certificate. */
    private boolean goesOn() throws IOException {
        return decoded.has(0) && !KeyringFormat.beginsWithKey(decoded.at(0));
    }

    private Optional<Fault> faultBefore(long offset) throws IOException {
        return block.faultBefore(offset, !decoded.has(0), pieces.whole());
    }

    private static Optional<KeyringPiece> refusedFor(Optional<Fault> fault, Optional<KeyringPiece> piece) {
        boolean isPrivateKey = piece.flatMap(KeyringPiece::reason)
                .filter(Reason.PRIVATE_KEY::equals)
                .isPresent();
        return fault.isEmpty() || isPrivateKey
                ? piece
                : Optional.of(KeyringPiece.refused(
                        Reason.MALFORMED, fault.get().what().text()));
    }

    private Optional<KeyringPiece> nothingFound() {
        if (foundAny) {
            return Optional.empty();
        }
        foundAny = true;
        return Optional.of(mentioned
                .map(fault -> KeyringPiece.refused(Reason.MALFORMED, fault.text()))
                .orElseGet(() -> KeyringPiece.refused(Reason.NOT_OPENPGP, nothingFound)));
    }
}
