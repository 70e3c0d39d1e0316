package oks.archive;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Byte arrays that go round between two threads: one takes, the other gives back. They are made as they are needed, for
 * a short stream takes one, up to 1 MiB together; then who takes waits.
 */
final class Chunks {
    private static final int SIZE = 1 << 18;

    /** Of them at once, at most. */
    static final int MOST = 4;

    private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(MOST);
    private int made; // used by the thread that takes

    byte[] take() throws InterruptedException {
        if (free.isEmpty() && made < MOST) {
            made++;
            return new byte[SIZE];
        }
        return free.take();
    }

    void giveBack(byte[] chunk) {
        free.add(chunk);
    }
}
