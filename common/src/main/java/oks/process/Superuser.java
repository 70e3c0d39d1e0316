package oks.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** The superuser, as whom no daemon runs by mistake: its files would be in the way of the user that runs it next. */
public final class Superuser {
    private Superuser() {}

    /**
     * Refuses to go on as root. The kernel's word counts, not a name: in a container, user 0 may have none.
     *
     * @param program names who is refused
     * @param allowed what process.allow_root says
     * @throws OperatorFault USAGE when this process is root's and that is not allowed
     */
    public static void refuse(String program, boolean allowed) throws IOException {
        if (!allowed && Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw OperatorFault.of(ExitCode.USAGE, "%s runs as root, but process.allow_root is false", program)
                    .kept("nothing was opened")
                    .next("start it as a user of its own, such as \"oks\", or set process.allow_root to true");
        }
    }
}
