package oks.http.server;

/**
 * A defect for the log: what kind it is and where it happened, without its message, which may repeat what a client
 * searched for.
 */
final class Speechless extends Exception {
    private static final long serialVersionUID = 1;

    private final String kind;

    private Speechless(Throwable cause) {
        super(null, cause.getCause() == null ? null : new Speechless(cause.getCause()));
        kind = cause.getClass().getName();
        setStackTrace(cause.getStackTrace());
    }

    static Speechless of(Throwable cause) {
        return new Speechless(cause);
    }

    @Override
    public String toString() {
        return kind;
    }
}
