package oks.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells whether a stream of this process leads to the systemd journal. */
final class JournalStream {

    private JournalStream() {}

    /**
     * Compares JOURNAL_STREAM, "device:inode", with an open file, as systemd.exec(5) says: the variable alone is
     * inherited by programs whose standard error leads elsewhere.
     *
     * @param variable the value of JOURNAL_STREAM, or null
     * @param stream such as {@code /proc/self/fd/2}
     */
    static boolean is(String variable, Path stream) {
        if (variable == null) {
            return false;
        }
        try {
            return variable.equals(
                    Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino"));
        } catch (IOException | UnsupportedOperationException e) {
            return false; // not Linux, or no such stream: then it is not the journal either
        }
    }

    /** Whether a syslog socket is the journal's own, so that messages on standard error are already there. */
    static boolean owns(Path syslogSocket) {
        try {
            return syslogSocket.toRealPath().startsWith("/run/systemd/journal");
        } catch (IOException e) {
            return false; // nobody listens there now
        }
    }
}
