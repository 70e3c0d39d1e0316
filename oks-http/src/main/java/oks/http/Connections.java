package oks.http;

import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The open connections of one event loop, their number over all event loops, and how long each may keep us waiting.
 *
 * <p>A client has {@code patience} for the whole of a request's header, and for a body or an answer {@code patience} plus a
 * second for every {@value #SLOWEST_BYTES_PER_SECOND} bytes. While oksd is asked, time does not count.
 */
final class Connections {
    static final int SLOWEST_BYTES_PER_SECOND = 16 << 10;

    private final Map<HttpConnection, Activity> open = new IdentityHashMap<>();
    private final AtomicInteger total;
    private final int most;
    private final long patienceNanos;
    private final LongSupplier nanoTime;
    private final ClientLimits limits;

    Connections(AtomicInteger total, int most, Duration patience, LongSupplier nanoTime, ClientLimits limits) {
        this.limits = limits;
        this.total = total;
        this.most = most;
        this.patienceNanos = patience.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Takes in a new connection, or closes it at once when there are too many, in all or of its address. */
    void opened(HttpConnection connection) {
        ClientAddress peer = ClientAddress.ofPeer(
                connection.remoteAddress() == null ? null : connection.remoteAddress().hostAddress(), limits.rules());
        boolean tooManyOfOne = !limits.connect(peer);
        boolean tooMany = total.incrementAndGet() > most || tooManyOfOne;
        open.put(connection, new Activity(connection));
        connection.closeHandler(nothing -> {
            open.remove(connection);
            total.decrementAndGet();
            limits.disconnect(peer);
        });
        if (tooMany) {
            connection.close();
        }
    }

    Activity of(HttpConnection connection) {
        return open.computeIfAbsent(connection, Activity::new);
    }

    /** Closes what has kept us waiting for too long. */
    void closeOverdue() {
        long now = nanoTime.getAsLong();
        List<Activity> overdue = new ArrayList<>();
        for (Activity activity : open.values()) {
            if (activity.limited && now - activity.deadline >= 0) {
                overdue.add(activity);
            }
        }
        overdue.forEach(Activity::expire);
    }

    /** What one connection is doing and until when it may. */
    final class Activity {
        private final HttpConnection connection;
        private Exchange current;
        private boolean limited;
        private long since;
        private long deadline;
        private Runnable whenOverdue;

        private Activity(HttpConnection connection) {
            this.connection = connection;
            waitFor(0);
        }

        /** A request has come; the time until its answer is ours. */
        void begin(Exchange exchange) {
            current = exchange;
            limited = false;
        }

        /** A body begins to come; {@code overdue} answers for it when it does not come to its end. */
        void reading(Runnable overdue) {
            waitFor(0);
            whenOverdue = overdue;
        }

        /** So much of the body has come. */
        void read(long bytes) {
            deadline = since + allowed(bytes);
        }

        /** The body is here; the time is ours again. */
        void working() {
            limited = false;
            whenOverdue = null;
        }

        /** The answer is on its way. */
        void writing(long bytes) {
            waitFor(bytes);
        }

        /** The answer has left; the next request may come. */
        void end(Exchange exchange) {
            if (current == exchange) { // else a pipelined request has already begun
                current = null;
                waitFor(0);
            }
        }

        void close() {
            connection.close();
        }

        private void waitFor(long bytes) {
            limited = true;
            since = nanoTime.getAsLong();
            deadline = since + allowed(bytes);
            whenOverdue = null;
        }

        private long allowed(long bytes) {
            return patienceNanos + bytes * 1_000_000_000L / SLOWEST_BYTES_PER_SECOND;
        }

        private void expire() {
            Runnable overdue = whenOverdue;
            if (overdue == null) {
                connection.close();
            } else {
                waitFor(0); // time to take the answer
                overdue.run();
            }
        }
    }
}
