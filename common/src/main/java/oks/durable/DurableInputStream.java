package oks.durable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Reads a file of a {@link Disk} from its beginning. Closing the stream closes the file. One thread at a time. */
public final class DurableInputStream extends InputStream {
    private final DurableFile file;
    private long offset;

    private DurableInputStream(DurableFile file) {
        this.file = file;
    }

    /** Opens a file. The caller closes the stream. */
    public static InputStream open(Disk disk, Path file) throws IOException {
        return new DurableInputStream(disk.openForReading(file));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        int read = file.read(ByteBuffer.wrap(into, from, length), offset);
        offset += read;
        return read == 0 ? -1 : read;
    }

    @Override
    public long skip(long bytes) throws IOException {
        long skipped = Math.max(0, Math.min(bytes, file.size() - offset));
        offset += skipped;
        return skipped;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
