package oks.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import oks.config.LogSettings;

/**
 * Sends messages to the local syslog daemon as the C library's syslog(3) does: {@code <PRI>Mmm dd hh:mm:ss tag[pid]: text}
 * in local time (RFC 3164, section 4.1, without the host's name, which the daemon knows).
 */
final class SyslogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final String tag;
    private final LogSettings.Facility facility;
    private final Logger oks;
    private final SyslogSocket socket;
    private final DateTimeFormatter time;

    SyslogAppender(String program, LogSettings settings, Logger oks, ZoneId zone) {
        this.tag = program + "[" + ProcessHandle.current().pid() + "]: ";
        this.facility = settings.facility();
        this.oks = oks;
        this.time = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT).withZone(zone);
        this.socket = new SyslogSocket(settings.syslogSocket(), RETRY, lost -> packet(
                Severity.WARNING, Instant.now(), lost + " messages were lost because syslog did not take them"));
    }

    @Override
    protected void append(ILoggingEvent event) {
        for (String line : MessageLines.of(event, oks)) {
            socket.send(packet(Severity.of(event.getLevel()), event.getInstant(), line));
        }
    }

    @Override
    public void stop() {
        super.stop();
        socket.close();
    }

    private byte[] packet(Severity severity, Instant when, String line) {
        int priority = facility.code() * 8 + severity.code();
        return ("<" + priority + ">" + time.format(when) + " " + tag + line).getBytes(StandardCharsets.UTF_8);
    }
}
