package oks.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import oks.durable.DurableFile;

/** The part of a file that is being read: one group at its beginning, and what was read ahead. */
final class FileWindow {
    private static final int CHUNK = 1 << 18;

    private final DurableFile file;
    private long limit;
    private long offset;
    private ByteBuffer bytes = newBuffer(CHUNK);
    private int filled;

    FileWindow(DurableFile file, long offset) throws IOException {
        this.file = file;
        this.offset = offset;
        this.limit = file.size();
    }

    /** Bytes of the file at and after this offset are treated as not there. */
    void limit(long length) {
        limit = Math.min(limit, length);
    }

    long limit() {
        return limit;
    }

    /** Where in the file the window begins. */
    long offset() {
        return offset;
    }

    /** The buffer; index 0 is {@link #offset}. Valid until the next call of {@link #has}. */
    ByteBuffer bytes() {
        return bytes;
    }

    /** Whether the file has this many bytes from the window's beginning; reads them. */
    boolean has(int length) throws IOException {
        if (length > filled) {
            read(length);
        }
        return length <= filled;
    }

    /** Bytes that are left from the window's beginning. */
    long available() {
        return Math.max(0, limit - offset);
    }

    /** Moves the window's beginning forward over bytes that were read. */
    void advance(int length) {
        bytes.position(length).limit(filled);
        bytes.compact().clear();
        filled -= length;
        offset += length;
    }

    /** Whether nothing but zeros stands from the window's beginning to the end of the file. */
    boolean onlyZerosAhead() throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (long at = offset; at < limit; ) {
            chunk.clear().limit((int) Math.min(CHUNK, limit - at));
            int read = file.read(chunk, at);
            for (int i = 0; i < read; i++) {
                if (chunk.get(i) != 0) {
                    return false;
                }
            }
            at += Math.max(read, 1);
        }
        return true;
    }

    private void read(int length) throws IOException {
        long wanted = Math.min(Math.max(length, filled + CHUNK), available());
        if (wanted <= filled) {
            return;
        }
        if (wanted > bytes.capacity()) {
            int capacity = (int) Math.max(wanted, Math.min(2L * bytes.capacity(), RecoveryReader.MAX_GROUP));
            bytes = newBuffer(capacity).put(bytes.clear().limit(filled)).clear();
        }
        filled += file.read(bytes.position(filled).limit((int) wanted), offset + filled);
        bytes.clear();
    }

    private static ByteBuffer newBuffer(int capacity) {
        return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
    }
}
