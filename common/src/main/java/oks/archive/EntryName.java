package oks.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** The names of tar entries, which somebody else may have chosen. */
final class EntryName {
    private EntryName() {}

    /** Whether this is a relative path without empty parts, {@code .}, {@code ..} and control characters. */
    static boolean isPlain(String path) {
        if (path.isEmpty() || path.codePoints().anyMatch(Character::isISOControl)) {
            return false;
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return true;
    }

    /** The name of an entry inside a directory of the archive; an empty one is the top. */
    static String inside(String directory, String path) {
        return directory.isEmpty() ? path : directory + "/" + path;
    }

    /**
     * The name without {@code ./}, a directory's slash and, as tar does it, the slash of an absolute path; empty for
     * the top directory itself.
     *
     * @throws OperatorFault DAMAGED for a name that could reach outside the directory it is unpacked to
     */
    static String plain(String name) {
        List<String> parts = new ArrayList<>();
        boolean hostile = name.codePoints().anyMatch(Character::isISOControl);
        for (String part : name.split("/")) {
            hostile |= part.equals("..");
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        if (hostile) {
            throw refused("entry \"%s\" could reach outside the directory it is unpacked to", shown(name));
        }
        return String.join("/", parts);
    }

    static OperatorFault refused(String format, Object... values) {
        return OperatorFault.of(ExitCode.DAMAGED, "archive refused: " + format, values)
                .kept("nothing was written outside the directory of the restore")
                .next(
                        "make the archive with %s, or with tar from the directory above the database's",
                        Advice.archive());
    }

    /** The name with control characters made visible, so that it cannot steer a terminal. */
    static String shown(String name) {
        StringBuilder shown = new StringBuilder();
        name.codePoints().forEach(c -> {
            if (Character.isISOControl(c)) {
                shown.append(String.format(Locale.ROOT, "\\u%04x", c));
            } else {
                shown.appendCodePoint(c);
            }
        });
        return shown.toString();
    }
}
