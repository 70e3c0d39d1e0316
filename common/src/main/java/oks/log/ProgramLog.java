package oks.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.function.UnaryOperator;
import oks.config.LogSettings;
import org.slf4j.LoggerFactory;

/**
 * The log of this process: slf4j's loggers lead here.
 *
 * <p>Loggers named {@code oks…} have the level of the settings; those of libraries have {@code warning}. Closing
 * delivers what syslog still has to get; nothing goes to syslog afterwards, standard error stays. Safe in any thread.
 */
public final class ProgramLog implements AutoCloseable {
    private static final String SYSLOG = "syslog";
    private static final String REMOTE = "remote syslog";
    private static final UnaryOperator<String> NO_IDS =
            text -> MessageCatalogue.OTHER; // RFC 3164 has no place for them

    /** Warn at each start where a unit of systemd leaves a daemon no network, which is as it should be. */
    private static final List<String> LOOK_FOR_A_NETWORK = List.of(
            "io.netty.util.NetUtil",
            "io.netty.util.NetUtilInitializations",
            "io.netty.util.internal.MacAddressUtil",
            "io.netty.channel.DefaultChannelId");

    private final String program;
    private final LoggerContext context;
    private final Logger root;
    private final Logger oks;
    private final boolean journal;
    private final StderrAppender stderr;

    ProgramLog(String program, LoggerContext context, PrintStream stderr, boolean journal) {
        this.program = program;
        this.context = context;
        this.journal = journal;
        context.reset();
        root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        LOOK_FOR_A_NETWORK.forEach(name -> context.getLogger(name).setLevel(Level.ERROR));
        oks = context.getLogger("oks");
        this.stderr = new StderrAppender(program, stderr, journal, oks);
        begin("stderr", this.stderr);
    }

    /** Begins the log: messages of level {@code warning} and above go to standard error, until {@link #apply}. */
    public static ProgramLog begin(String program, PrintStream stderr) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        boolean journal = JournalStream.is(System.getenv("JOURNAL_STREAM"), Path.of("/proc/self/fd/2"));
        return new ProgramLog(program, context, stderr, journal);
    }

    /** Takes over level, form, and where messages go. Opens nothing: sockets are opened for the first message. */
    public synchronized void apply(LogSettings settings) {
        level(settings.level());
        stderr.form(settings.stderr());
        endSyslog();
        boolean twice = journal && JournalStream.owns(settings.syslogSocket());
        if (settings.syslog() && !twice) {
            SyslogForm form = SyslogForm.local(program, settings.facility(), ZoneId.systemDefault());
            begin(SYSLOG, new SyslogAppender(form, new LocalRoute(settings.syslogSocket()), NO_IDS, oks));
        }
        settings.remote()
                .ifPresent(server -> begin(
                        REMOTE,
                        new SyslogAppender(
                                SyslogForm.remote(program, settings.facility(), HostName.read()),
                                new RemoteRoute(server, settings.remoteCa()),
                                MessageCatalogue.read()::id,
                                oks)));
    }

    /** Changes the level only; what SIGHUP does. */
    public void level(LogSettings.Level level) {
        oks.setLevel(Severity.levelOf(level));
    }

    @Override
    public synchronized void close() {
        endSyslog();
    }

    private void begin(String name, Appender<ILoggingEvent> appender) {
        appender.setName(name);
        appender.setContext(context);
        appender.start();
        root.addAppender(appender);
    }

    private void endSyslog() {
        for (String name : List.of(SYSLOG, REMOTE)) {
            Appender<ILoggingEvent> appender = root.getAppender(name);
            if (appender != null) {
                root.detachAppender(appender);
                appender.stop();
            }
        }
    }
}
