package oks.log;

import ch.qos.logback.classic.Level;
import java.util.Locale;
import oks.config.LogSettings;

/** The severities of RFC 3164, section 4.1.1, that OKS uses, with their names in messages. */
enum Severity {
    ERROR(3),
    WARNING(4),
    INFO(6),
    DEBUG(7);

    private final int code;

    Severity(int code) {
        this.code = code;
    }

    /** The number that syslog and the journal know this severity by. */
    int code() {
        return code;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Severity of(Level level) {
        if (level.isGreaterOrEqual(Level.ERROR)) {
            return ERROR;
        }
        if (level.isGreaterOrEqual(Level.WARN)) {
            return WARNING;
        }
        return level.isGreaterOrEqual(Level.INFO) ? INFO : DEBUG;
    }

    static Level levelOf(LogSettings.Level level) {
        return switch (level) {
            case ERROR -> Level.ERROR;
            case WARNING -> Level.WARN;
            case INFO -> Level.INFO;
            case DEBUG -> Level.DEBUG;
        };
    }
}
