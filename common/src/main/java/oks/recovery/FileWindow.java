package oks.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import oks.durable.DurableFile;

/**
 * The part of a file that is being read: one group at its beginning, and what was read ahead. Holds at most twice the
 * longest group and a chunk, however long the file is.
 */
final class FileWindow {
    private static final int CHUNK = 1 << 18;

    private final DurableFile file;
    private long limit;
    private long offset;

    /** Bytes of the file; the window begins at the buffer's position and is filled up to its limit. */
    private ByteBuffer buffer = newBuffer(0);

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

    /** Looks again how long the file is, and forgets what was read ahead of {@link #offset}. */
    void refresh() throws IOException {
        limit = file.size();
        buffer = newBuffer(0);
    }

    /** Where in the file the window begins. */
    long offset() {
        return offset;
    }

    /** The window; index 0 is {@link #offset}. Valid until the next call of {@link #has} or {@link #advance}. */
    ByteBuffer bytes() {
        return buffer.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether the file has this many bytes from the window's beginning; reads them. */
    boolean has(int length) throws IOException {
        if (length > buffer.remaining() && length <= available()) {
            read(length);
        }
        return length <= buffer.remaining();
    }

    /** Bytes that are left from the window's beginning. */
    long available() {
        return Math.max(0, limit - offset);
    }

    /** Moves the window's beginning forward over bytes that were read. */
    void advance(int length) {
        buffer.position(buffer.position() + length);
        offset += length;
    }

    /** Whether nothing but zeros stands from the window's beginning to the end of the file. */
    boolean onlyZerosAhead() throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, available()));
        for (long at = offset; at < limit; at += CHUNK) {
            file.read(chunk.clear().limit((int) Math.min(CHUNK, limit - at)), at);
            chunk.flip();
            while (chunk.hasRemaining()) {
                if (chunk.get() != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private void read(int length) throws IOException {
        int filled = buffer.remaining();
        int wanted = (int) Math.min(Math.max(length, filled + (long) CHUNK), available());
        if (wanted > buffer.capacity()) {
            long doubled = Math.min(2L * buffer.capacity(), RecoveryFormat.MAX_GROUP);
            buffer = newBuffer((int) Math.max(wanted, Math.min(doubled, available())))
                    .put(buffer);
        } else {
            buffer.compact();
        }
        file.read(buffer.limit(wanted), offset + filled);
        buffer.flip();
    }

    private static ByteBuffer newBuffer(int capacity) {
        return ByteBuffer.allocate(capacity);
    }
}
