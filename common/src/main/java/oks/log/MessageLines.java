package oks.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.util.ArrayList;
import java.util.List;

/** The printable lines of a message: one, unless debugging, when an exception's trace follows it. */
final class MessageLines {
    /** Syslog daemons cut at 8 KiB by default; characters outside ASCII take up to four bytes there. */
    private static final int LONGEST = 4000;

    private MessageLines() {}

    /** @param oks the logger above all of ours: its level says whether traces are wanted */
    static List<String> of(ILoggingEvent event, Logger oks) {
        List<String> lines = new ArrayList<>();
        IThrowableProxy thrown = event.getThrowableProxy();
        lines.add(
                cut(Printable.of(event.getFormattedMessage() + (thrown == null ? "" : " (" + summary(thrown) + ")"))));
        if (thrown != null && oks.getEffectiveLevel().levelInt <= Level.DEBUG_INT) {
            for (IThrowableProxy cause = thrown; cause != null; cause = cause.getCause()) {
                trace(cause, lines);
            }
        }
        return lines;
    }

    private static String summary(IThrowableProxy thrown) {
        String name = thrown.getClassName().substring(thrown.getClassName().lastIndexOf('.') + 1);
        return thrown.getMessage() == null ? name : name + ": " + thrown.getMessage();
    }

    private static void trace(IThrowableProxy thrown, List<String> lines) {
        lines.add(cut(Printable.of("  " + summary(thrown))));
        for (StackTraceElementProxy step : thrown.getStackTraceElementProxyArray()) {
            lines.add(cut(Printable.of("    " + step.getSTEAsString())));
        }
    }

    private static String cut(String line) {
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "… (" + line.length() + " characters)";
    }
}
