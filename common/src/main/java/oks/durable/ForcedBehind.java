package oks.durable;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Forces large files to disk in a thread of its own while more is written, so that little is left to be forced at the
 * end. Used by one thread, which waits when four are still to be forced. What could not be forced is told once, at the
 * next call: the kernel forgets it when it has been told (fsync(2), "EIO").
 */
public final class ForcedBehind implements Closeable {
    private static final int MOST = 4;

    private final Queue<Future<Void>> underway = new ArrayDeque<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread forcing = new Thread(task, "force");
        forcing.setDaemon(true);
        return forcing;
    });

    /** Forces something, such as {@link DurableFile#sync}. */
    public interface Forcing {
        void run() throws IOException;
    }

    /**
     * Has this done after what was begun before.
     *
     * @throws IOException when something before could not be forced; this is not begun then
     */
    public void begin(Forcing forcing) throws IOException {
        while (underway.size() >= MOST) {
            await(underway.remove());
        }
        underway.add(thread.submit(() -> {
            forcing.run();
            return null;
        }));
    }

    /** Waits until everything is done. */
    public void await() throws IOException {
        while (!underway.isEmpty()) {
            await(underway.remove());
        }
    }

    private static void await(Future<Void> forced) throws IOException {
        try {
            forced.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while files were forced to disk");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        }
    }

    /** Ends the thread after what was begun, without waiting for it. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
