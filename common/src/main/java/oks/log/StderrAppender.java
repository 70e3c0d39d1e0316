package oks.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import oks.config.LogSettings.Stderr;
import oks.fault.UtcTime;

/**
 * Writes messages to standard error, one write per line: {@code 2026-11-22T10:49:02Z warning oksd: text}; where
 * standard error is the journal, which knows time and program itself, {@code <4>text} (sd-daemon(3)); or, where wanted,
 * JSON.
 */
final class StderrAppender extends AppenderBase<ILoggingEvent> {
    private final String program;
    private final PrintStream stderr;
    private final boolean journal;
    private final Logger oks;
    private volatile Stderr form = Stderr.TEXT;
    private MessageCatalogue catalogue; // read when needed: most runs of tools never do

    StderrAppender(String program, PrintStream stderr, boolean journal, Logger oks) {
        this.program = program;
        this.stderr = stderr;
        this.journal = journal;
        this.oks = oks;
    }

    void form(Stderr wanted) {
        form = wanted;
    }

    @Override
    protected void append(ILoggingEvent event) {
        Severity severity = Severity.of(event.getLevel());
        for (String line : MessageLines.of(event, oks)) {
            stderr.println(
                    switch (form) {
                        case JSON -> json(event, severity, line);
                        case TEXT -> journal ? "<" + severity.code() + ">" + line : dated(event, severity, line);
                    });
        }
        stderr.flush();
    }

    private String dated(ILoggingEvent event, Severity severity, String line) {
        Instant second = event.getInstant().truncatedTo(ChronoUnit.SECONDS);
        return second + " " + severity.word() + " " + program + ": " + line;
    }

    private String json(ILoggingEvent event, Severity severity, String line) {
        if (catalogue == null) {
            catalogue = MessageCatalogue.read();
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("time", UtcTime.of(event.getInstant()))
                .put("severity", severity.word())
                .put("program", program)
                .put("pid", ProcessHandle.current().pid())
                .put("id", catalogue.id(event.getMessage()))
                .put("message", line)
                .toString();
    }
}
