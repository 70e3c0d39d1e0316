package oks.process;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * Actions on signals (signal(7)). They run one after the other on a thread of their own, so an action may block; the
 * handler itself only queues.
 */
public final class ProcessSignals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessSignals.class);

    private final ExecutorService actions = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "signals");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Runs an action at each arrival of a signal.
     *
     * @param name without "SIG": "USR1", "CONT", "HUP", "TERM", "INT"
     */
    @SuppressWarnings("sunapi") // the JDK has no other way to hear signals
    public void on(String name, Runnable action) {
        Signal.handle(new Signal(name), signal -> actions.execute(() -> run(name, action)));
    }

    private static void run(String name, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("signal {}: {}", name, e.getMessage(), e);
        }
    }

    /** Runs no further action; signals that arrive later do nothing. */
    @Override
    public void close() {
        actions.shutdown();
    }
}
