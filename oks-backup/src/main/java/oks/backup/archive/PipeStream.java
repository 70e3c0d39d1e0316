package oks.backup.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/** Standard output as a stream that fails when nobody reads it any more; a PrintStream does not tell. */
final class PipeStream extends OutputStream {
    private final PrintStream out;

    PipeStream(PrintStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        out.write(b);
        check();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        check();
    }

    private void check() throws IOException {
        if (out.checkError()) {
            throw new IOException("standard output was closed before the archive was complete");
        }
    }

    /** Leaves standard output open. */
    @Override
    public void close() throws IOException {
        check();
    }
}
