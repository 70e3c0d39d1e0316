package oks.oksd;

import java.time.Duration;

/** A change was not made, and is worth trying again later. */
final class UnavailableException extends RuntimeException {
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

    static UnavailableException overloaded() {
        return new UnavailableException("temporarily unavailable: too many uploads are waiting", true, 1);
    }

    static UnavailableException givenUp() {
        return new UnavailableException("temporarily unavailable: nobody waited for the answer any longer", false, 1);
    }

    boolean isOverload() {
        return overloaded;
    }

    int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
