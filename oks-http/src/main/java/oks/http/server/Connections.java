package oks.http.server;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * The open connections of one event loop, their number over all event loops, and how long each may keep us waiting.
 *
 * <p>A client has {@code patience} for the whole of a request's header, and for a body or an answer {@code patience}
 * plus a second for every {@value #SLOWEST_BYTES_PER_SECOND} bytes, in all and for each next {@value #PIECE} bytes: who
 * stops has not saved time by having been quick before. While oksd is asked, time does not count. With HTTP/2, several
 * requests of a connection are in work at once, each with a clock of its own.
 */
public final class Connections {
    static final int SLOWEST_BYTES_PER_SECOND = 16 << 10;
    /** Time for which a client that sends nothing more is taken to be still reading. */
    private static final long BENEFIT_OF_DOUBT_NANOS = 2_000_000_000L;
    /** Progress is measured in pieces of this many bytes. */
    static final int PIECE = 256 << 10;

    private final Map<HttpConnection, Client> open = new IdentityHashMap<>();
    private final AtomicInteger total;
    private final int most;
    private final long patienceNanos;
    private final LongSupplier nanoTime;
    private final ClientLimits limits;

    public Connections(AtomicInteger total, int most, Duration patience, LongSupplier nanoTime, ClientLimits limits) {
        this.limits = limits;
        this.total = total;
        this.most = most;
        this.patienceNanos = patience.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * Takes in a new connection, or closes it at once: when there are too many, in all or of its address, or when it
     * says whom it is for without being a configured proxy.
     */
    public void opened(HttpConnection connection) {
        ClientAddress peer = ClientAddress.ofPeer(host(connection.remoteAddress()), limits.rules());
        boolean unwanted = !limits.connect(peer)
                || !ClientAddress.mayTell(
                        host(connection.remoteAddress(true)), host(connection.remoteAddress()), limits.rules());
        boolean tooMany = total.incrementAndGet() > most || unwanted;
        open.put(connection, new Client(connection));
        HalfClosing.allow(connection, () -> open.get(connection).sendsNoMore());
        connection.closeHandler(nothing -> {
            open.remove(connection);
            total.decrementAndGet();
            limits.disconnect(peer);
        });
        if (tooMany) {
            connection.close();
        }
    }

    /** Whether requests of a connection are still taken: not after one that was its last. */
    public boolean takes(HttpConnection connection) {
        Client client = open.get(connection);
        return client == null || !client.ending;
    }

    /** A request has come on a connection; the time until its answer is ours. */
    public Activity begin(HttpConnection connection) {
        Client client = open.get(connection);
        Activity activity =
                new Activity(client != null ? client : new Client(connection)); // none: it has gone meanwhile
        activity.client.requests.add(activity);
        return activity;
    }

    /** Closes what has kept us waiting for too long. */
    public void closeOverdue() {
        long now = nanoTime.getAsLong();
        List<Runnable> overdue = new ArrayList<>();
        for (Client client : open.values()) {
            if (client.requests.isEmpty() && client.idle.isOver(now)) {
                overdue.add(client.connection::close);
            }
            for (Activity activity : client.requests) {
                if (activity.isOver(now)) {
                    overdue.add(activity::expire);
                }
            }
        }
        overdue.forEach(Runnable::run);
    }

    private static String host(SocketAddress address) {
        return address == null ? null : address.hostAddress();
    }

    private Wait waitFor(long bytes) {
        return new Wait(nanoTime.getAsLong(), bytes);
    }

    /** A client is waited for; each byte of {@code bytes} gives it more time. */
    private final class Wait {
        private final long since;
        private long deadline;

        Wait(long since, long bytes) {
            this.since = since;
            allow(bytes);
        }

        void allow(long bytes) {
            deadline = since + patienceNanos + bytes * 1_000_000_000L / SLOWEST_BYTES_PER_SECOND;
        }

        boolean isOver(long now) {
            return now - deadline >= 0;
        }
    }

    /** The other end of one connection. */
    private final class Client {
        private final HttpConnection connection;
        private final ClientAddress address;
        private final Set<Activity> requests = Collections.newSetFromMap(new IdentityHashMap<>(2));
        private Wait idle = waitFor(0);
        private boolean ending;
        private volatile boolean sendsNoMore; // written on the event loop, read by anyone, as is the next
        private volatile long sendsNoMoreSince;

        Client(HttpConnection connection) {
            this.connection = connection;
            this.address = ClientAddress.of(host(connection.remoteAddress()), List.of(), limits.rules());
        }

        /** Closes what can get no answer any more: no request is whole that has not been answered. */
        void sendsNoMore() {
            if (!sendsNoMore) {
                sendsNoMoreSince = nanoTime.getAsLong();
                sendsNoMore = true;
            }
            if (requests.stream().allMatch(request -> request.whenOverdue != null)) {
                connection.close();
            }
        }
    }

    /** The activity of one request, and its deadline. */
    final class Activity {
        private final Client client;
        private Wait waiting; // null while the time is ours
        private Wait piece; // for the next one; null, too
        private long piecesRead;
        private Runnable whenOverdue;

        private Activity(Client client) {
            this.client = client;
        }

        /** The peer's address; a request may be for another client, through a proxy. */
        ClientAddress peer() {
            return client.address;
        }

        /** A body begins to come; {@code overdue} answers for it when it does not come to its end. */
        void reading(Runnable overdue) {
            waiting = waitFor(0);
            piece = waitFor(PIECE);
            whenOverdue = overdue;
        }

        /** So much of the body has come. */
        void read(long bytes) {
            if (waiting != null) {
                waiting.allow(bytes);
                if (bytes / PIECE > piecesRead) {
                    piecesRead = bytes / PIECE;
                    piece = waitFor(PIECE);
                }
            }
        }

        /** The body is here; the time is ours again. */
        void working() {
            waiting = null;
            piece = null;
            whenOverdue = null;
        }

        /** The answer is on its way. */
        void writing(long bytes) {
            waiting = waitFor(bytes);
            wrote();
            whenOverdue = null;
        }

        /** The client has taken what was handed over; the next piece begins. */
        void wrote() {
            piece = waitFor(PIECE);
        }

        /** The answer has left; the next request may come. */
        void end() {
            client.requests.remove(this);
            client.idle = waitFor(0);
            if (client.sendsNoMore) {
                client.sendsNoMore();
            }
        }

        /**
         * Whether the client closed its sending half a while ago, or all of it: that cannot be told apart before
         * something is sent.
         */
        boolean mayHaveGone() {
            return client.sendsNoMore && nanoTime.getAsLong() - client.sendsNoMoreSince > BENEFIT_OF_DOUBT_NANOS;
        }

        void close() {
            client.connection.close();
        }

        /** Takes no request after this one. */
        void isLast() {
            client.ending = true;
        }

        private boolean isOver(long now) {
            return waiting != null && (waiting.isOver(now) || piece.isOver(now));
        }

        private void expire() {
            Runnable overdue = whenOverdue;
            if (overdue == null) {
                client.connection.close();
            } else {
                waiting = waitFor(0); // time to take the answer
                piece = waitFor(PIECE);
                whenOverdue = null;
                overdue.run();
            }
        }
    }
}
