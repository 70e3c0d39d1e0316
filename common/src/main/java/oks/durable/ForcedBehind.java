package oks.durable;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Future;

/**
 * Forces large files to disk in a thread of its own while more is written, so that little is left to be forced at the
 * end. Used by one thread, which waits when four are still to be forced. What could not be forced is told once, at the
 * next call: the kernel forgets it when it has been told (fsync(2), "EIO").
 */
public final class ForcedBehind implements Closeable {
    private static final int MOST = 4;

    private final Queue<Future<Void>> underway = new ArrayDeque<>();
    private final BackgroundThreads thread = new BackgroundThreads("force");

    /**
     * Forces something, such as by {@link DurableFile#sync}, after what was begun before.
     *
     * @throws IOException when something before could not be forced; this is not begun then
     */
    public void begin(BackgroundThreads.Step forcing) throws IOException {
        while (underway.size() >= MOST) {
            await(underway.remove());
        }
        underway.add(thread.begin(forcing));
    }

    /** Waits until everything is done. */
    public void await() throws IOException {
        while (!underway.isEmpty()) {
            await(underway.remove());
        }
    }

    private static void await(Future<Void> forced) throws IOException {
        BackgroundThreads.await(forced, "files were forced to disk");
    }

    /** Ends the thread after what was begun, without waiting for it. */
    @Override
    public void close() {
        thread.close();
    }
}
