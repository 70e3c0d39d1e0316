package oks.durable;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that work on a file beside the one that writes or reads it: they end with the program, and their faults are
 * thrown where their results are awaited. Tasks begin in their order.
 */
public final class BackgroundThreads implements Closeable {
    private final ExecutorService threads;

    /** @param name of the threads, numbered where there are several */
    public BackgroundThreads(String name, int count) {
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(
                count, task -> daemon(count == 1 ? name : name + "-" + number.incrementAndGet(), task));
    }

    /** One thread. */
    public BackgroundThreads(String name) {
        this(name, 1);
    }

    /** A thread that ends with the program; it is not started. */
    public static Thread daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Begins a task as soon as a thread is free. */
    public <T> Future<T> begin(Callable<T> task) {
        return threads.submit(task);
    }

    /** Something that is done without a result. */
    public interface Step {
        void run() throws IOException;
    }

    /** Begins a task without a result. */
    public Future<Void> begin(Step step) {
        return begin(() -> {
            step.run();
            return null;
        });
    }

    /**
     * Waits for a result.
     *
     * @param doing for an interrupt: what was going on, such as "compressing"
     * @throws IOException the fault of the task, if that is one or is checked; {@link InterruptedIOException}
     */
    public static <T> T await(Future<T> task, String doing) throws IOException {
        try {
            return task.get();
        } catch (InterruptedException e) {
            throw interrupted(doing);
        } catch (ExecutionException e) {
            throw fault(e);
        }
    }

    /**
     * Waits for a result for some time.
     *
     * @throws TimeoutException when it is not there yet
     */
    public static <T> T await(Future<T> task, long millis, String doing) throws IOException, TimeoutException {
        try {
            return task.get(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(doing);
        } catch (ExecutionException e) {
            throw fault(e);
        }
    }

    /** The fault of an interrupted thread, whose interrupt stays. */
    public static InterruptedIOException interrupted(String doing) {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while " + doing);
    }

    private static IOException fault(ExecutionException failure) {
        if (failure.getCause() instanceof RuntimeException fault) {
            throw fault;
        }
        return failure.getCause() instanceof IOException fault ? fault : new IOException(failure.getCause());
    }

    /** Ends the threads after what was begun, without waiting for it. */
    @Override
    public void close() {
        threads.shutdown();
    }

    /** Ends the threads; what has not begun is never done. */
    public void closeNow() {
        threads.shutdownNow();
    }
}
