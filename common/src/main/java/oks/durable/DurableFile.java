package oks.durable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** An open file of a {@link Disk}. Used by one thread at a time, but see {@link ForcedBehind}. */
public interface DurableFile extends Closeable {

    Path path();

    /** Length in bytes. */
    long size() throws IOException;

    /** Reads at an offset until the buffer is full or the file ends; returns the number of bytes read, 0 at the end. */
    int read(ByteBuffer into, long offset) throws IOException;

    /** Writes all bytes of the buffers, one after the other, at an offset; a short write is an error. */
    void write(long offset, ByteBuffer... from) throws IOException;

    /** Forces the file's bytes, and the length if it grew, to disk (fdatasync(2)). */
    void sync() throws IOException;

    /** Forces bytes and all metadata to disk (fsync(2)). */
    void syncAll() throws IOException;

    /** Cuts the file to a length; never makes it longer. */
    void truncate(long length) throws IOException;
}
