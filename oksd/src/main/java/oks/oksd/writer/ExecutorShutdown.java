package oks.oksd.writer;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The end of threads that read the store: it must not be closed under them. */
public final class ExecutorShutdown {
    private static final Logger LOG = LoggerFactory.getLogger(ExecutorShutdown.class);
    private static final long PATIENCE_SECONDS = 30;

    private ExecutorShutdown() {}

    /** Takes no more work and waits for what runs; goes on without it when that takes too long. */
    public static void await(ExecutorService threads, String doing) {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("still {} after {} s; not waiting any longer", doing, PATIENCE_SECONDS);
            }
        } catch (InterruptedException e) {
            // Not passed on: an interrupt would close the recovery file before it is sealed.
            LOG.warn("interrupted while {}", doing);
        }
    }
}
