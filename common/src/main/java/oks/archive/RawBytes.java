package oks.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.LongConsumer;

/** The archive as it is stored: counts what is read, and remembers when reading itself failed. */
final class RawBytes extends BlockInputStream {
    private final InputStream in;
    private final LongConsumer progress;
    private IOException failure;

    RawBytes(InputStream in, LongConsumer progress) {
        this.in = in;
        this.progress = progress;
    }

    /** Why the bytes could not be read; empty when they could. */
    Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        try {
            int read = in.read(into, offset, length);
            if (read > 0) {
                progress.accept(read);
            }
            return read;
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
