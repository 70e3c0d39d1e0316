package oks.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import oks.config.LogSettings;

/** The form of a message as a packet for syslog. */
interface SyslogForm {

    /**
     * @param id of the message in the catalogue
     * @param line printable text
     */
    byte[] packet(Severity severity, Instant when, String id, String line);

    /**
     * As the C library's syslog(3) sends it: {@code <PRI>Mmm dd hh:mm:ss tag[pid]: text} in local time (RFC 3164,
     * section 4.1, without the host's name, which the daemon knows).
     */
    static SyslogForm local(String program, LogSettings.Facility facility, ZoneId zone) {
        DateTimeFormatter time =
                DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT).withZone(zone);
        String tag = program + "[" + ProcessHandle.current().pid() + "]: ";
        return (severity, when, id, line) ->
                utf8("<" + priority(facility, severity) + ">" + time.format(when) + " " + tag + line);
    }

    /**
     * {@code <PRI>1 TIMESTAMP HOST PROGRAM PID ID - text} (RFC 5424, section 6), with milliseconds and the id of the
     * catalogue. Without byte order mark: section 6.4 lets the text be anything, and receivers would show the mark.
     */
    static SyslogForm remote(String program, LogSettings.Facility facility, String host) {
        DateTimeFormatter time = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
                .withZone(ZoneOffset.UTC);
        String source =
                " " + host + " " + program + " " + ProcessHandle.current().pid() + " ";
        return (severity, when, id, line) ->
                utf8("<" + priority(facility, severity) + ">1 " + time.format(when) + source + id + " - " + line);
    }

    private static int priority(LogSettings.Facility facility, Severity severity) {
        return facility.code() * 8 + severity.code();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
