package oks.backup.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import oks.recovery.Hash;

/** Counts and hashes what is written, so that what is read back, or arrives elsewhere, can be compared. */
final class MeasuredStream extends OutputStream {
    private final OutputStream out;
    private final MessageDigest sha256 = Hash.sha256();
    private long bytes;

    MeasuredStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        out.write(from, offset, length);
        sha256.update(from, offset, length);
        bytes += length;
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    long bytes() {
        return bytes;
    }

    /** The hash of everything; called once, after the last byte. */
    Hash sha256() {
        return Hash.of(sha256.digest());
    }
}
