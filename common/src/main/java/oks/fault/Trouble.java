package oks.fault;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * An operating system's refusal in an operator's words: what was wrong with which file and, where permissions were, whose
 * the file is, who asked, and what would help.
 */
public final class Trouble {
    private Trouble() {}

    /** A fault that names the file. */
    public static OperatorFault with(FileSystemException failure) {
        OperatorFault fault = OperatorFault.of(ExitCode.FAILED, "file \"%s\": %s", failure.getFile(), reason(failure)).because(failure);
        permission(failure).ifPresent(next -> fault.next("%s", next));
        return fault;
    }

    /** What happened, with the name of the file but never that of a class. */
    public static String why(IOException failure) {
        if (failure instanceof FileSystemException file) {
            return "file \"%s\": %s".formatted(file.getFile(), reason(file));
        }
        return failure.getMessage() == null ? "the system gave no reason" : failure.getMessage();
    }

    /** What would help where a permission is missing; empty where something else is wrong. */
    public static Optional<String> permission(IOException failure) {
        return failure instanceof AccessDeniedException denied && denied.getFile() != null
                ? existing(Path.of(denied.getFile())).map(Trouble::permission)
                : Optional.empty();
    }

    private static String permission(Owned there) {
        String user = System.getProperty("user.name");
        return there.user().equals(user)
                ? "give its owner the right with \"chmod u+rwX %s\"".formatted(there.path())
                : ("run this as user \"%s\" or as root; or, if what is there should belong to \"%s\", run "
                        + "\"chown -R %s: %s\" as root").formatted(there.user(), user, user, there.path());
    }

    private static String reason(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return "does not exist";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied" + existing(Path.of(failure.getFile()))
                    .map(there -> ": \"%s\" belongs to user \"%s\" (%s), and this runs as \"%s\""
                            .formatted(there.path(), there.user(), there.mode(), System.getProperty("user.name")))
                    .orElse("");
        }
        if (failure instanceof FileAlreadyExistsException) {
            return "exists already";
        }
        return failure.getReason() == null ? "the system gave no reason" : failure.getReason();
    }

    private record Owned(Path path, String user, String mode) {}

    /** The file itself or, where it is not there or hidden, the directory above it that can be seen. */
    private static Optional<Owned> existing(Path file) {
        for (Path path = file.toAbsolutePath(); path != null; path = path.getParent()) {
            try {
                PosixFileAttributes there = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                return Optional.of(new Owned(path, there.owner().getName(), PosixFilePermissions.toString(there.permissions())));
            } catch (IOException | UnsupportedOperationException unseen) {
                continue;
            }
        }
        return Optional.empty();
    }
}
