package oks.durable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The operations on files whose effects must be known to survive a crash.
 *
 * <p>Creating, renaming or deleting a file is durable only after {@link #syncDirectory} of its directory; written bytes
 * are durable only after {@link DurableFile#sync}. Tests replace {@link RealDisk} by a disk that loses, tears and
 * reorders whatever was not forced.
 */
public interface Disk {

    /** Creates a file that must not exist yet, open for reading and writing. The caller closes it. */
    DurableFile create(Path file) throws IOException;

    /** Opens an existing file for reading and writing. The caller closes it. */
    DurableFile open(Path file) throws IOException;

    /** Opens an existing file for reading only. The caller closes it. */
    DurableFile openForReading(Path file) throws IOException;

    /** Renames within one file system, replacing the target as one step (rename(2)). */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file if it is there. */
    void delete(Path file) throws IOException;

    /** Takes away everybody's permission to write (mode 0440). */
    void makeReadOnly(Path file) throws IOException;

    /** Whether the owner may not write the file, for example since {@link #makeReadOnly}. */
    boolean isReadOnly(Path file) throws IOException;

    /** Forces the names in a directory to disk (fsync(2) on the directory). */
    void syncDirectory(Path directory) throws IOException;

    /** The names in a directory, sorted; empty when the directory does not exist. */
    List<Path> list(Path directory) throws IOException;

    boolean exists(Path file);

    /** Bytes that can still be written to the file system that holds this path. */
    long usableBytes(Path path) throws IOException;
}
