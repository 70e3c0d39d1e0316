package oks.oksctl.load;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import oks.openpgp.KeyringPiece;
import oks.openpgp.KeyringSplitter;
import oks.openpgp.ParsedUpload.Reason;

/**
 * A keyring or dump, plain or compressed, in pieces. Where compressed data are damaged or grow beyond measure, the
 * pieces before are there, and a last one says what happened. One thread.
 */
final class KeyringFile implements Closeable {
    private static final int BUFFER = 64 << 10;
    private static final long ALWAYS_FINE = 16 << 20;
    private static final int MOST_GROWTH = 200; // keys and signatures are random numbers, which hardly compress

    private final FileBytes file;
    private final InputStream plain;
    private final KeyringSplitter splitter;
    private Optional<KeyringPiece> ended = Optional.empty();

    private KeyringFile(FileBytes file, int maxBytes) throws IOException {
        this.file = file;
        BufferedInputStream buffered = new BufferedInputStream(file, BUFFER);
        FileCompression compression = FileCompression.of(buffered);
        this.plain = compression == FileCompression.NONE ? buffered : new PlainBytes(buffered, compression);
        this.splitter = new KeyringSplitter(plain, maxBytes);
    }

    /**
     * Opens a file; closing this closes it.
     *
     * @param maxBytes the largest piece
     */
    static KeyringFile open(Path path, int maxBytes) throws IOException {
        FileBytes file = new FileBytes(Files.newInputStream(path));
        try {
            return new KeyringFile(file, maxBytes);
        } catch (IOException | RuntimeException e) {
            try (file) {
                throw e;
            }
        }
    }

    /** The next piece, or empty at the end. */
    Optional<KeyringPiece> next() throws IOException {
        Optional<KeyringPiece> piece = splitter.next();
        if (piece.isEmpty()) {
            piece = ended;
            ended = Optional.empty();
        }
        return piece;
    }

    /** How many bytes of the file were read. */
    long bytesRead() {
        return file.count;
    }

    @Override
    public void close() throws IOException {
        try (file;
                plain) {
            ended = Optional.empty();
        }
    }

    /** The bytes of the file: counted, and whether reading them failed, which is no fault of what is in them. */
    private static final class FileBytes extends FilterInputStream {
        private long count;
        private boolean failed;

        FileBytes(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            failed = true;
            int read = super.read(into, offset, length);
            failed = false;
            count += Math.max(read, 0);
            return read;
        }
    }

    /** The bytes that compressed data hold, up to the place where they are damaged. */
    private final class PlainBytes extends InputStream {
        private final InputStream compressed;
        private final FileCompression compression;
        private InputStream in;
        private long count;
        private boolean over;

        PlainBytes(InputStream compressed, FileCompression compression) {
            this.compressed = compressed;
            this.compression = compression;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (over) {
                return -1;
            }
            try {
                in = in == null ? compression.plain(compressed) : in;
                int read = in.read(into, offset, length);
                count += Math.max(read, 0);
                if (count > ALWAYS_FINE && count / MOST_GROWTH > file.count) {
                    return end(
                            Reason.TOO_LARGE,
                            String.format(
                                    Locale.ROOT,
                                    "the %s data grow to more than %d times their size, which no keyring does",
                                    compression.word(),
                                    MOST_GROWTH));
                }
                return read;
            } catch (IOException | RuntimeException e) { // decoders throw both for what is in the file
                if (file.failed) {
                    throw e;
                }
                return end(
                        Reason.MALFORMED,
                        String.format(
                                Locale.ROOT,
                                "the %s data are damaged or cut short after %d bytes of what was compressed",
                                compression.word(),
                                count));
            }
        }

        private int end(Reason reason, String text) {
            over = true;
            ended = Optional.of(new KeyringPiece(new byte[0], Optional.of(reason), text));
            return -1;
        }

        @Override
        public void close() throws IOException {
            if (in != null) {
                in.close();
            }
        }
    }
}
