package oks.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;

/** Sends messages to a syslog daemon, of this machine or elsewhere. */
final class SyslogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final SyslogForm form;
    private final UnaryOperator<String> ids;
    private final Logger oks;
    private final SyslogSocket socket;

    /** @param ids gives the id of a message whose text this is */
    SyslogAppender(SyslogForm form, SyslogRoute route, UnaryOperator<String> ids, Logger oks) {
        this.form = form;
        this.ids = ids;
        this.oks = oks;
        this.socket = new SyslogSocket(
                route,
                RETRY,
                lost -> form.packet(
                        Severity.WARNING,
                        Instant.now(),
                        MessageCatalogue.OTHER,
                        "messages lost because syslog did not take them: " + lost));
    }

    @Override
    protected void append(ILoggingEvent event) {
        String id = ids.apply(event.getMessage());
        for (String line : MessageLines.of(event, oks)) {
            socket.send(form.packet(Severity.of(event.getLevel()), event.getInstant(), id, line));
        }
    }

    @Override
    public void stop() {
        super.stop();
        socket.close();
    }
}
