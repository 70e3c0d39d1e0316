package oks.config;

/**
 * The source of a setting's value.
 *
 * @param kind which of the three places
 * @param line of the configuration file, from 1; 0 for the other places, and where the file's reader did not say
 * @param variable the environment variable; empty for the other places
 */
public record Origin(Kind kind, int line, String variable) {

    /** The places, the later ones before the earlier ones. */
    public enum Kind {
        DEFAULT,
        FILE,
        ENVIRONMENT
    }

    static final Origin STANDARD = new Origin(Kind.DEFAULT, 0, "");

    static Origin line(int line) {
        return new Origin(Kind.FILE, line, "");
    }

    static Origin variable(String name) {
        return new Origin(Kind.ENVIRONMENT, 0, name);
    }

    /** {@code default}, {@code line 12} or {@code environment OKS_RECOVERY_RETRY_AFTER}. */
    @Override
    public String toString() {
        return switch (kind) {
            case DEFAULT -> "default";
            case FILE -> line == 0 ? "file" : "line " + line;
            case ENVIRONMENT -> "environment " + variable;
        };
    }
}
