package oks.config;

/**
 * The source of a setting's value.
 *
 * @param place which of the three places
 * @param line of the configuration file, from 1; 0 for the other places, and where the file's reader did not say
 * @param variable the environment variable; empty for the other places
 */
public record Origin(Place place, int line, String variable) {

    /** The places, the later ones before the earlier ones. */
    public enum Place {
        DEFAULT,
        FILE,
        ENVIRONMENT
    }

    static final Origin STANDARD = new Origin(Place.DEFAULT, 0, "");

    static Origin line(int line) {
        return new Origin(Place.FILE, line, "");
    }

    static Origin variable(String name) {
        return new Origin(Place.ENVIRONMENT, 0, name);
    }

    /** {@code default}, {@code line 12} or {@code environment OKS_RECOVERY_RETRY_AFTER}. */
    @Override
    public String toString() {
        return switch (place) {
            case DEFAULT -> "default";
            case FILE -> line == 0 ? "file" : "line " + line;
            case ENVIRONMENT -> "environment " + variable;
        };
    }
}
