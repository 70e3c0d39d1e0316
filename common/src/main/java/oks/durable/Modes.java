package oks.durable;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The permissions of a database and its backups, however open the umask is: all for their owner, reading for the group.
 */
public final class Modes {
    public static final FileAttribute<?> FILE = mode("rw-r-----");
    public static final FileAttribute<?> DIRECTORY = mode("rwxr-x---");

    private Modes() {}

    private static FileAttribute<?> mode(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }
}
