package oks.oksd.serve;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import oks.oksd.writer.ExecutorShutdown;
import oks.service.UploadConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work of many clients for a few threads, of which every client gets the same share, whatever it sends: fair queueing
 * by finish times. A client's task is due when it would be done if its client's tasks followed one another and all
 * clients' went on at the same pace; the task that is due first comes next. So nobody waits behind all that another one
 * has sent, and of two new tasks the cheaper comes first. Large tasks leave one thread to small ones, and count for
 * themselves, so that a client's own small ones do not wait for them either. Any thread.
 */
final class FairWork implements AutoCloseable {
    /** A kind of task, with how many may wait, in all and of one client. */
    enum Size {
        /** Takes some milliseconds. Two loads at once fit in, as one client. */
        SMALL(1024, 2 * UploadConnection.MOST_UNANSWERED),
        /** May take seconds. */
        LARGE(128, 16);

        private final int mostWaiting;
        private final int mostOfOne;

        Size(int mostWaiting, int mostOfOne) {
            this.mostWaiting = mostWaiting;
            this.mostOfOne = mostOfOne;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(FairWork.class);

    /** Clients whose turns are remembered though nothing of theirs waits. */
    private static final int MOST_REMEMBERED = 10_000;

    private final String doing;
    private final ExecutorService threads;
    private final int mostLarge;

    @GuardedBy("this") private final Map<Size, PriorityQueue<Task>> waiting = new HashMap<>();

    @GuardedBy("this") private final Map<Turn, Line> lines = new HashMap<>();

    /** The time when the task that was taken last would have begun. */
    @GuardedBy("this") private long now;

    @GuardedBy("this") private long number;

    @GuardedBy("this") private int large;

    /** Turns of threads that were given up because only large tasks waited. */
    @GuardedBy("this") private int left;

    private record Turn(long client, Size size) {}

    /** The waiting tasks of one client, and the time until which they would take. */
    private static final class Line {
        private long end;
        private int waiting;
    }

    private record Task(Turn turn, long begin, long end, long number, Runnable work) {}

    /**
     * @param name of its threads
     * @param doing what they do, for the log
     */
    FairWork(String name, String doing, int threads) {
        this.doing = doing;
        this.mostLarge = threads - 1;
        this.threads = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        Comparator<Task> dueFirst = Comparator.comparingLong(Task::end).thenComparingLong(Task::number);
        for (Size size : Size.values()) {
            waiting.put(size, new PriorityQueue<>(dueFirst));
        }
    }

    /** As many threads as there are cores, so that large tasks leave one of them free; two at least. */
    static FairWork onAllCores(String name, String doing) {
        return new FairWork(name, doing, Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    /**
     * Takes a task for later.
     *
     * @param price what it costs, in any unit that is the same for all
     * @return false where too much waits, of all or of this client, or after {@link #close}; then it is not done
     */
    boolean offer(long client, Size size, long price, Runnable work) {
        return add(new Turn(client, size), price, work, true);
    }

    /** As {@link #offer}, for what is bounded elsewhere. */
    boolean offerUnbounded(long client, Size size, long price, Runnable work) {
        return add(new Turn(client, size), price, work, false);
    }

    private synchronized boolean add(Turn turn, long price, Runnable work, boolean bounded) {
        Line line = lines.getOrDefault(turn, new Line());
        PriorityQueue<Task> tasks = waiting.get(turn.size);
        if (bounded && (tasks.size() >= turn.size.mostWaiting || line.waiting >= turn.size.mostOfOne)) {
            return false;
        }
        try {
            threads.execute(this::work);
        } catch (RejectedExecutionException closed) {
            return false;
        }
        long begin = Math.max(now, line.end);
        line.end = begin + Math.max(1, price);
        line.waiting++;
        lines.put(turn, line);
        tasks.add(new Task(turn, begin, line.end, number++, work));
        return true;
    }

    private void work() {
        Task task = next();
        while (task != null) {
            try {
                task.work.run();
            } catch (RuntimeException e) {
                LOG.error("a task failed while {}", doing, e);
            } finally {
                task = after(task);
            }
        }
    }

    /** The task whose turn it is; null when only large ones wait, and enough of those run. */
    private synchronized Task next() {
        Task small = waiting.get(Size.SMALL).peek();
        Task other = large < mostLarge ? waiting.get(Size.LARGE).peek() : null;
        if (small == null && other == null) {
            left++;
            return null;
        }
        boolean isSmall = other == null || small != null && small.end <= other.end;
        Task task = waiting.get(isSmall ? Size.SMALL : Size.LARGE).remove();
        large += isSmall ? 0 : 1;
        now = Math.max(now, task.begin);
        lines.get(task.turn).waiting--;
        forget();
        return task;
    }

    @GuardedBy("this") private void forget() {
        if (waiting.values().stream().allMatch(PriorityQueue::isEmpty)) {
            lines.clear(); // nobody has had to wait for anybody
        } else if (lines.size() > MOST_REMEMBERED) {
            lines.values().removeIf(line -> line.waiting == 0);
        }
    }

    /**
     * The task that this thread does after the one it has done: one that was left to it when large ones filled the
     * others.
     */
    private synchronized Task after(Task done) {
        if (done.turn.size == Size.SMALL) {
            return null;
        }
        large--;
        if (left == 0) {
            return null;
        }
        left--;
        return next();
    }

    /** Takes nothing more and waits for what was taken. */
    @Override
    public void close() {
        ExecutorShutdown.await(threads, doing);
    }
}
