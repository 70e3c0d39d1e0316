package oks.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Writes messages to standard error, one write per line: {@code 2026-11-22T10:49:02Z warning oksd: text}; where standard
 * error is the journal, which knows time and program itself, {@code <4>text} (sd-daemon(3)).
 */
final class StderrAppender extends AppenderBase<ILoggingEvent> {
    private final String program;
    private final PrintStream stderr;
    private final boolean journal;
    private final Logger oks;

    StderrAppender(String program, PrintStream stderr, boolean journal, Logger oks) {
        this.program = program;
        this.stderr = stderr;
        this.journal = journal;
        this.oks = oks;
    }

    @Override
    protected void append(ILoggingEvent event) {
        Severity severity = Severity.of(event.getLevel());
        for (String line : MessageLines.of(event, oks)) {
            stderr.println(journal ? "<" + severity.code() + ">" + line : dated(event, severity, line));
        }
        stderr.flush();
    }

    private String dated(ILoggingEvent event, Severity severity, String line) {
        Instant second = event.getInstant().truncatedTo(ChronoUnit.SECONDS);
        return second + " " + severity.word() + " " + program + ": " + line;
    }
}
