package oks.oksd.writer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The queue of the writer thread: commands, one at a time, and submissions, as many as fit one group. Bounded; any
 * thread may add, only the writer takes.
 */
final class Admission {
    private static final int MAX_WAITING = 20_000;
    private static final long MAX_WAITING_BYTES = 128L << 20;
    private static final int MAX_GROUP = 4_096;
    private static final long MAX_GROUP_BYTES = 4L << 20;

    private final Deque<Runnable> commands = new ArrayDeque<>();
    private final Deque<Submission> submissions = new ArrayDeque<>();
    private long waitingBytes;
    private boolean closed;

    /** Either a command or submissions; both empty when the wait was over first. */
    record Work(Optional<Runnable> command, List<Submission> submissions) {
        private static final Work NONE = new Work(Optional.empty(), List.of());

        boolean isNone() {
            return command.isEmpty() && submissions.isEmpty();
        }
    }

    /** Queues a submission; false when the queue is full or closed. */
    synchronized boolean offer(Submission submission) {
        boolean full = submissions.size() >= MAX_WAITING || waitingBytes + submission.bytes() > MAX_WAITING_BYTES;
        if (closed || full) {
            return false;
        }
        submissions.add(submission);
        waitingBytes += submission.bytes();
        notifyAll();
        return true;
    }

    /** Queues a command; false after {@link #close}. */
    synchronized boolean offer(Runnable command) {
        if (closed) {
            return false;
        }
        commands.add(command);
        notifyAll();
        return true;
    }

    /**
     * Waits for work.
     *
     * @param submissionsToo whether submissions are wanted; a paused server leaves them waiting
     * @param maxMillis how long to wait at most
     */
    synchronized Work take(boolean submissionsToo, long maxMillis) {
        long end = System.nanoTime() + maxMillis * 1_000_000;
        while (commands.isEmpty() && (!submissionsToo || submissions.isEmpty())) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0 || !waitFor(left)) {
                return Work.NONE;
            }
        }
        return commands.isEmpty()
                ? new Work(Optional.empty(), group())
                : new Work(Optional.of(commands.poll()), List.of());
    }

    @SuppressWarnings("WaitNotInLoop") // take() loops
    private boolean waitFor(long millis) {
        try {
            wait(millis);
            return true;
        } catch (InterruptedException e) {
            // Nobody interrupts the writer on purpose: an interrupt during a write would close the recovery file.
            return false;
        }
    }

    private List<Submission> group() {
        List<Submission> group = new ArrayList<>();
        long bytes = 0;
        while (!submissions.isEmpty() && group.size() < MAX_GROUP && bytes < MAX_GROUP_BYTES) {
            Submission submission = submissions.poll();
            bytes += submission.bytes();
            group.add(submission);
        }
        waitingBytes -= bytes;
        return group;
    }

    /** Puts submissions that were taken back to the front, in their order; also when the queue is full or closed. */
    synchronized void giveBack(List<Submission> taken) {
        for (int i = taken.size() - 1; i >= 0; i--) {
            submissions.addFirst(taken.get(i));
            waitingBytes += taken.get(i).bytes();
        }
    }

    /** Takes out the submissions that have waited long enough. */
    synchronized List<Submission> expired(long nowNanos) {
        List<Submission> expired = new ArrayList<>();
        while (!submissions.isEmpty() && submissions.peek().deadlineNanos() - nowNanos <= 0) {
            Submission submission = submissions.poll();
            waitingBytes -= submission.bytes();
            expired.add(submission);
        }
        return expired;
    }

    synchronized boolean closed() {
        return closed;
    }

    /** Takes nothing more in; what waits can still be taken. */
    synchronized void close() {
        closed = true;
    }
}
