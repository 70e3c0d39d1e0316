package oks.config;

import static oks.config.Setting.Change.RELOAD;
import static oks.config.Setting.Change.RESTART;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Settings of a daemon's log; the table {@code [log]} of both configuration files.
 *
 * @param level the least level that is logged
 * @param syslog whether messages also go to the local syslog socket
 * @param syslogSocket the local syslog socket, usually {@code /dev/log}
 * @param facility the syslog facility
 * @param stderr what messages look like on standard error
 * @param remote the syslog server elsewhere that gets messages, too
 * @param remoteCa the PEM file with the certificates that sign a tls server's; empty for those that Java trusts
 */
public record LogSettings(
        Level level,
        boolean syslog,
        Path syslogSocket,
        Facility facility,
        Stderr stderr,
        Optional<RemoteSyslog> remote,
        Optional<Path> remoteCa) {

    /** Forms of a message on standard error. */
    public enum Stderr {
        /** A line of text; where the journal reads it, with a priority instead of a time. */
        TEXT,
        /** A line of JSON. */
        JSON
    }

    /** Levels, the most important first. */
    public enum Level {
        ERROR,
        WARNING,
        INFO,
        DEBUG
    }

    /** The facilities of RFC 3164, section 4.1.1, that a daemon may use. */
    public enum Facility {
        USER(1),
        MAIL(2),
        DAEMON(3),
        AUTH(4),
        NEWS(7),
        LOCAL0(16),
        LOCAL1(17),
        LOCAL2(18),
        LOCAL3(19),
        LOCAL4(20),
        LOCAL5(21),
        LOCAL6(22),
        LOCAL7(23);

        private final int code;

        Facility(int code) {
            this.code = code;
        }

        /** The number that stands in the priority, times eight. */
        public int code() {
            return code;
        }
    }

    static final String TABLE = "log";
    static final String ABOUT = "messages go to standard error, to the local syslog, and elsewhere when wanted";

    static final Setting<Level> LEVEL = new Setting<>(
            "log.level",
            SettingTypes.choice(Level.class),
            "info",
            RELOAD,
            "The least important messages that are still logged.");
    static final Setting<Boolean> SYSLOG = new Setting<>(
            "log.syslog",
            SettingTypes.trueOrFalse(),
            true,
            RESTART,
            "Whether messages also go to the local syslog socket.");
    static final Setting<Path> SYSLOG_SOCKET = new Setting<>(
            "log.syslog_socket",
            SettingTypes.path(),
            "/dev/log",
            RESTART,
            "The local syslog socket; without it, the program runs all the same.");
    static final Setting<Facility> FACILITY = new Setting<>(
            "log.facility",
            SettingTypes.choice(Facility.class),
            "daemon",
            RESTART,
            "The syslog facility of all messages.");

    static final Setting<Stderr> STDERR = new Setting<>(
            "log.stderr",
            SettingTypes.choice(Stderr.class),
            "text",
            RESTART,
            "What messages look like on standard error: lines of text, or of JSON.");
    static final Setting<Optional<RemoteSyslog>> REMOTE = new Setting<>(
            "log.remote",
            SettingTypes.remoteSyslog(),
            "",
            RESTART,
            "A syslog server elsewhere that also gets all messages, in the form of RFC 5424.");
    static final Setting<String> REMOTE_CA = new Setting<>(
            "log.remote_ca",
            SettingTypes.pathOrNothing(),
            "",
            RESTART,
            "The PEM file with the certificates that may sign that of a tls server; empty: those that Java trusts.");

    static final List<Setting<?>> SETTINGS = List.of(LEVEL, SYSLOG, SYSLOG_SOCKET, FACILITY, STDERR, REMOTE, REMOTE_CA);

    /** The defaults: what counts before a configuration file was read. */
    public static LogSettings standard() {
        Path root = Path.of("/");
        return new LogSettings(
                LEVEL.standard(root),
                SYSLOG.standard(root),
                SYSLOG_SOCKET.standard(root),
                FACILITY.standard(root),
                STDERR.standard(root),
                REMOTE.standard(root),
                Optional.empty());
    }

    /** Messages of these levels to standard error as text, and to a local syslog socket where wanted. */
    public static LogSettings local(Level level, boolean syslog, Path syslogSocket, Facility facility) {
        return new LogSettings(level, syslog, syslogSocket, facility, Stderr.TEXT, Optional.empty(), Optional.empty());
    }

    static LogSettings of(Configuration values) {
        String ca = values.get(REMOTE_CA);
        return new LogSettings(
                values.get(LEVEL),
                values.get(SYSLOG),
                values.get(SYSLOG_SOCKET),
                values.get(FACILITY),
                values.get(STDERR),
                values.get(REMOTE),
                ca.isEmpty() ? Optional.empty() : Optional.of(Path.of(ca)));
    }
}
