package oks.durable;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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

    /** Whether a file or directory is there; of a link, what it points to. */
    boolean exists(Path file);

    /** Whether a regular file is there, or a link to one. */
    boolean isFile(Path file);

    /** Whether a directory is there, or a link to one. */
    boolean isDirectory(Path file);

    /** Whether a symbolic link is there, whatever it points to. */
    boolean isLink(Path file);

    /** Whether anything has this name, a link that leads nowhere included. */
    default boolean isTaken(Path file) {
        return exists(file) || isLink(file);
    }

    /** Whether this process may write the file or, of a directory, make and take away names in it. */
    boolean isWritable(Path file);

    /** Whether both are on one file system, so that a file can be renamed from one to the other. */
    boolean isSameFileSystem(Path one, Path other) throws IOException;

    /** Length of a file in bytes. */
    long size(Path file) throws IOException;

    /** When a file was written last, or a name in a directory was made or taken away. */
    FileTime lastModified(Path file) throws IOException;

    /** What tells a file from another one that comes to have its name; compared with {@code equals}. */
    Object identity(Path file) throws IOException;

    /** Makes a directory and those around it, as far as they are missing (mode 0750). */
    void makeDirectories(Path directory) throws IOException;

    /** Makes a directory with a name that no other one has, for its owner alone; returns its path. */
    Path makeTemporaryDirectory(Path parent, String prefix) throws IOException;

    /** Deletes a directory and everything below it, if it is there; follows no link. */
    void deleteTree(Path directory) throws IOException;

    /** Bytes that can still be written to the file system that holds this path. */
    long usableBytes(Path path) throws IOException;
}
