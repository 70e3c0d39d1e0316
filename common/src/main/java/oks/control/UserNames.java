package oks.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import java.util.Optional;

/** Names of numeric users, without a native library: the owner of a process's directory in proc(5) is its user. */
final class UserNames {
    private static final Path SELF = Path.of("/proc/self");

    private UserNames() {}

    /** The user that runs this process. */
    static long own() throws IOException {
        return (int) Files.getAttribute(SELF, "unix:uid") & 0xffff_ffffL;
    }

    /**
     * The name of a process's user. Both come from one look at the file, so another process that got the same pid, or
     * one that hides its user (PR_SET_DUMPABLE of prctl(2)), gives no name instead of a wrong one.
     */
    static Optional<String> of(long uid, int pid) {
        try {
            Map<String, Object> seen = Files.readAttributes(Path.of("/proc", Integer.toString(pid)), "unix:uid,owner");
            boolean same = ((int) seen.get("uid") & 0xffff_ffffL) == uid;
            return same ? Optional.of(((UserPrincipal) seen.get("owner")).getName()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
