package oks.backup.output;

import java.io.Closeable;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An action that is also done when a signal ends the process before its owner came to it. */
public final class AtExit implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(AtExit.class);

    private final Thread hook;

    private AtExit(Thread hook) {
        this.hook = hook;
    }

    public static AtExit register(Closeable action) {
        Thread hook = new Thread(
                () -> {
                    try {
                        action.close();
                    } catch (IOException | RuntimeException e) {
                        LOG.warn("interrupted, and not everything could be removed: {}", e.getMessage());
                    }
                },
                "at-exit");
        Runtime.getRuntime().addShutdownHook(hook);
        return new AtExit(hook);
    }

    /** The owner takes care of it now. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the process is ending: the action is done there");
        }
    }
}
