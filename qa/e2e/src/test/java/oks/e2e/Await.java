package oks.e2e;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waiting for other processes, always bounded. */
final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long STEP_MILLIS = 20;

    private Await() {}

    /** Something that becomes true; an exception means "not yet". */
    interface Condition {
        boolean holds() throws Exception;
    }

    /** Waits until a condition holds, at most a minute. */
    static void until(String what, Condition condition) throws InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        Exception last = null;
        while (System.nanoTime() - end < 0) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                last = e;
            }
            pass(Duration.ofMillis(STEP_MILLIS));
        }
        fail("waited a minute for: " + what, last);
    }

    /** Lets time pass, where time is what the test is about. */
    static void pass(Duration time) throws InterruptedException {
        new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
    }
}
