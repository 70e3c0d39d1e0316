package oks.oksd.writer;

import java.time.Duration;

/** A change was not made, and is worth trying again later. */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean overloaded;
    private final int retryAfterSeconds;

    private UnavailableException(String why, boolean overloaded, int retryAfterSeconds) {
        super(why);
        this.overloaded = overloaded;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    static UnavailableException paused(String reason, Duration retryAfter) {
        return new UnavailableException(
                "temporarily unavailable: " + reason, false, (int) Math.max(1, retryAfter.toSeconds()));
    }

    public static UnavailableException overloaded() {
        return new UnavailableException("temporarily unavailable: too many uploads are waiting", true, 1);
    }

    public static UnavailableException givenUp() {
        return new UnavailableException("temporarily unavailable: nobody waited for the answer any longer", false, 1);
    }

    public boolean isOverload() {
        return overloaded;
    }

    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
