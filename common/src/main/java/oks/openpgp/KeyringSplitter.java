package oks.openpgp;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Cuts a keyring or dump of any size, binary or armored, into pieces that can be uploaded one by one: a certificate
 * each, as its bytes stand. Nothing is verified. Memory is bounded by the largest piece; what is broken is a piece of
 * its own, so that it never costs its neighbours. One thread; the caller closes the stream.
 */
public final class KeyringSplitter {
    private final SlidingBytes bytes;
    private final ArmoredKeyring armored;
    private final BinaryKeyring binary;

    /**
     * @param in a keyring from its first byte; read in large steps, so it need not be buffered
     * @param maxBytes the largest piece; a larger certificate is refused
     */
    public KeyringSplitter(InputStream in, int maxBytes) throws IOException {
        bytes = new SlidingBytes(in, maxBytes);
        bytes.skipBlanks();
        KeyringFormat format = KeyringFormat.of(bytes);
        boolean isBinary = !bytes.has(0) || format == KeyringFormat.BINARY;
        binary = isBinary ? new BinaryKeyring(bytes, maxBytes) : null;
        armored = isBinary ? null : new ArmoredKeyring(bytes, format, maxBytes);
    }

    /** How many bytes were read from the stream, some of them ahead of the last piece. */
    public long bytesRead() {
        return bytes.bytesRead();
    }

    /** The next piece, or empty at the end. */
    public Optional<KeyringPiece> next() throws IOException {
        return binary != null ? binary.next() : armored.next();
    }
}
