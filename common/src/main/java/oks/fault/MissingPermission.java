package oks.fault;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;

/** Advice for a missing permission: the file's owner, the user who asked, and the command that helps. */
public final class MissingPermission {
    private static final String USER = System.getProperty("user.name");

    private MissingPermission() {}

    /**
     * Such as {@code : "/srv/a" belongs to user "root" (rw-------), and this runs as "oks"}; empty for any other
     * failure.
     */
    public static String whose(IOException failure) {
        return denied(failure)
                .map(there -> String.format(
                        Locale.ROOT,
                        ": \"%s\" belongs to user \"%s\" (%s), and this runs as \"%s\"",
                        there.path(),
                        there.user(),
                        there.mode(),
                        USER))
                .orElse("");
    }

    /** The command that helps; empty for any other failure. */
    public static Optional<String> next(IOException failure) {
        return denied(failure)
                .map(there -> there.user().equals(USER)
                        ? String.format(Locale.ROOT, "give its owner the right with \"chmod u+rwX %s\"", there.path())
                        : String.format(
                                Locale.ROOT,
                                "run this as user \"%s\" or as root; or, if what is there should belong to \"%s\", "
                                        + "run \"chown %s%s: %s\" as root",
                                there.user(),
                                USER,
                                there.directory() ? "-R " : "",
                                USER,
                                there.path()));
    }

    /** Adds the command that helps to a fault, if a permission was what was missing. */
    public static OperatorFault explain(OperatorFault fault, IOException failure) {
        return next(failure).map(next -> fault.next("%s", next)).orElse(fault);
    }

    private record Owned(Path path, boolean directory, String user, String mode) {}

    /** The file itself or, where it is not there or hidden, the directory above it that can be seen. */
    private static Optional<Owned> denied(IOException failure) {
        if (!(failure instanceof AccessDeniedException denied) || denied.getFile() == null) {
            return Optional.empty();
        }
        for (Path path = Path.of(denied.getFile()).toAbsolutePath(); path != null; path = path.getParent()) {
            Optional<Owned> there = read(path);
            if (there.isPresent()) {
                return there;
            }
        }
        return Optional.empty();
    }

    private static Optional<Owned> read(Path path) {
        try {
            PosixFileAttributes there =
                    Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return Optional.of(new Owned(
                    path,
                    there.isDirectory(),
                    there.owner().getName(),
                    PosixFilePermissions.toString(there.permissions())));
        } catch (IOException | UnsupportedOperationException unseen) {
            return Optional.empty();
        }
    }
}
