package oks.service;

import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import oks.service.ServiceAnswer.Failure;
import oks.service.ServiceAnswer.FailureCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gateway's end of the service socket: one connection, many requests in flight, those of one event-loop tick in one
 * write.
 *
 * <p>Made, used and closed on one event loop. Connects by itself again and again, with pauses from 50 ms to 1 s, and at
 * once when another client of the same {@link Reachability} has found oksd. While there is no connection every request
 * is answered at once with {@link FailureCode#TEMPORARILY_UNAVAILABLE}; so are those in flight when the connection is
 * lost, and whoever sent an upload among them does not know whether it was done: uploads may be repeated.
 */
public final class ServiceClient implements ServiceHandler {
    /**
     * The options of a client.
     *
     * @param socket oksd's service socket
     * @param name program and version, told to oksd
     * @param maxInFlight most requests in flight; more are answered {@link FailureCode#OVERLOADED}
     * @param timeout how long a lookup may take; an upload may take {@value #UPLOAD_PATIENCE} times as long, because
     *     its signatures are verified
     * @param uploads where uploads are counted until oksd has them
     * @param answers where large answers are counted until they were passed on
     */
    public record Options(
            Path socket, String name, int maxInFlight, Duration timeout, ByteBudget uploads, ByteBudget answers) {
        private static final int PART_OF_HEAP = 4;

        /** A quarter of the heap for uploads, and one for answers. */
        public Options(Path socket, String name, int maxInFlight, Duration timeout) {
            this(socket, name, maxInFlight, timeout, ByteBudget.ofHeap(PART_OF_HEAP), ByteBudget.ofHeap(PART_OF_HEAP));
        }
    }

    /** How much longer an upload may take than a lookup. */
    public static final int UPLOAD_PATIENCE = 6;

    /** The pauses before connecting again: the first one, and the longest after doubling. Milliseconds. */
    record Pauses(long first, long longest) {
        static final Pauses STANDARD = new Pauses(50, 1000);
    }

    private static final long NO_TIMER = -1;
    /** How long it takes at most until oksd hears that somebody has gone. */
    private static final long LONGEST_TICK_MILLIS = 250;

    private static final Logger LOG = LoggerFactory.getLogger(ServiceClient.class);
    private static final int RETRY_AFTER_SECONDS = 2;
    /** Uploads from this size on are sent as they are, not copied beside others. */
    private static final int LARGE = 64 << 10;

    private final Vertx vertx;
    private final Context context;
    private final Options options;
    private final Reachability reachability;
    private final Pauses pauses;
    private final Runnable foundByAnother;
    private final NetClient net;
    private final Map<Integer, Pending> inFlight = new HashMap<>();

    private FrameAssembler frames;
    private Outgoing outgoing;
    private NetSocket socket;
    private volatile boolean greeted; // written on the event loop, read by anyone
    private int version;
    private boolean closed;
    private long pauseMillis;
    private long pauseTimer = NO_TIMER;
    private long clockTimer;
    private int lastId;
    private Buffer out;

    private record Pending(Asker asker, long deadlineNanos) {}

    /**
     * A client on the current event loop, which does not connect yet.
     *
     * @param reachability told when oksd is found and lost; the same one for all clients of a program
     */
    public ServiceClient(Vertx vertx, Options options, Reachability reachability) {
        this(vertx, options, reachability, Pauses.STANDARD);
    }

    ServiceClient(Vertx vertx, Options options, Reachability reachability, Pauses pauses) {
        this.reachability = reachability;
        this.pauses = pauses;
        this.pauseMillis = pauses.first();
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.options = options;
        this.foundByAnother = () -> context.runOnContext(nothing -> connectNow());
        this.net = vertx.createNetClient();
    }

    /** Begins to connect. */
    public void start() {
        long tick = Math.max(1, Math.min(LONGEST_TICK_MILLIS, options.timeout().toMillis() / 4));
        clockTimer = vertx.setPeriodic(tick, timer -> giveUp());
        reachability.join(foundByAnother);
        connect();
    }

    /** Ends the connection; what is in flight is answered {@link FailureCode#TEMPORARILY_UNAVAILABLE}. */
    public void close() {
        closed = true;
        reachability.leave(foundByAnother);
        vertx.cancelTimer(clockTimer);
        if (socket != null) {
            socket.close();
        }
        failAll("the gateway is stopping");
        net.close();
    }

    /** Whether oksd has greeted on the present connection; from any thread. */
    public boolean connected() {
        return greeted;
    }

    /**
     * Sends a request; {@code asker} gets its answer on this event loop, before this method returns when there is
     * nobody to ask. When it waits no longer, or for too long, oksd is told.
     */
    @Override
    public void handle(ServiceRequest request, Asker asker) {
        if (!greeted) {
            asker.accept(unavailable("oksd is not reachable"));
            return;
        }
        if (version < Hello.WITH_CLIENTS && request instanceof ServiceRequest.Lookup lookup && lookup.skip() > 0) {
            asker.accept(new Failure(
                    FailureCode.BAD_REQUEST, 0, "oksd is older than this gateway and gives the first page only"));
            return;
        }
        if (version < Hello.WITH_DOMAINS
                && request instanceof ServiceRequest.Lookup lookup
                && !lookup.domains().isEmpty()) {
            asker.accept(new Failure(
                    FailureCode.BAD_REQUEST, 0, "oksd is older than this gateway and knows no search.domains"));
            return;
        }
        boolean large = request instanceof ServiceRequest.Upload upload && upload.body().length >= LARGE;
        if (inFlight.size() >= options.maxInFlight()
                || large && !options.uploads().take(((ServiceRequest.Upload) request).body().length)) {
            asker.accept(
                    new Failure(FailureCode.OVERLOADED, RETRY_AFTER_SECONDS, "too many requests are waiting for oksd"));
            return;
        }
        int id = ++lastId;
        inFlight.put(
                id, new Pending(asker, System.nanoTime() + patience(request).toNanos()));
        if (large) {
            sendLarge(id, (ServiceRequest.Upload) request, asker.client());
        } else if (version < Hello.WITH_CLIENTS) {
            FrameCodec.append(beingWritten(), id, request);
        } else {
            FrameCodec.append(beingWritten(), id, request, asker.client());
        }
    }

    private Duration patience(ServiceRequest request) {
        return request.kind() == ServiceRequest.Kind.UPLOAD
                ? options.timeout().multipliedBy(UPLOAD_PATIENCE)
                : options.timeout();
    }

    /** The bytes that leave in one write at the end of this event-loop tick. */
    private Buffer beingWritten() {
        if (out == null) {
            out = Buffer.buffer(1024);
            context.runOnContext(nothing -> flush());
        }
        return out;
    }

    private void flush() {
        Buffer written = out;
        out = null;
        if (greeted && written != null) {
            outgoing.send(written, () -> {});
        }
    }

    /** Sends an upload after what is being written, without a copy of its body. */
    private void sendLarge(int id, ServiceRequest.Upload upload, long client) {
        flush();
        Buffer head = Buffer.buffer(64);
        FrameCodec.appendHead(head, id, upload, version < Hello.WITH_CLIENTS ? Asker.NOBODY : client);
        outgoing.send(head, () -> {});
        outgoing.send(
                BufferInternal.buffer(Unpooled.wrappedBuffer(upload.body())),
                () -> options.uploads().give(upload.body().length));
    }

    private void connect() {
        if (closed) {
            return;
        }
        net.connect(SocketAddress.domainSocketAddress(
                        options.socket().toAbsolutePath().toString()))
                .onSuccess(this::connectedTo)
                .onFailure(e -> connectLater(e.getMessage() == null ? "nobody listens" : e.getMessage()));
    }

    private void connectedTo(NetSocket connection) {
        if (closed) {
            connection.close();
            return;
        }
        socket = connection;
        frames = new FrameAssembler(options.answers());
        outgoing = new Outgoing(connection);
        connection.handler(this::received);
        connection.drainHandler(nothing -> outgoing.goOn());
        connection.exceptionHandler(e -> LOG.debug("connection to oksd", e));
        connection.closeHandler(nothing -> lost(connection));
        Buffer hello = Buffer.buffer(64);
        FrameCodec.appendClientHello(hello, new Hello(Hello.VERSION, options.name(), ""));
        connection.write(hello);
    }

    private void connectLater(String reason) {
        if (closed) {
            return;
        }
        reachability.lost(options.socket(), reason);
        pauseTimer = vertx.setTimer(pauseMillis, timer -> {
            pauseTimer = NO_TIMER;
            connect();
        });
        pauseMillis = Math.min(2 * pauseMillis, pauses.longest());
    }

    /** Ends a pause. An attempt that is under way goes on; should it fail, the next one is soon. */
    private void connectNow() {
        pauseMillis = pauses.first();
        if (pauseTimer != NO_TIMER && vertx.cancelTimer(pauseTimer)) {
            pauseTimer = NO_TIMER;
            connect();
        }
    }

    private void received(Buffer chunk) {
        try {
            frames.feed(chunk, sink);
        } catch (BadFrameException e) {
            LOG.error("ended the connection to oksd: {}", e.getMessage());
            socket.close();
        }
    }

    private final FrameAssembler.Sink sink = new FrameAssembler.Sink() {
        @Override
        public void frame(int type, int flags, int id, ByteBuffer payload) throws BadFrameException {
            ServiceClient.this.frame(type, flags, id, payload);
        }

        @Override
        public void thrownAway(int type, int id) {
            Pending pending = inFlight.remove(id);
            if (pending != null) {
                give(
                        pending,
                        new Failure(FailureCode.OVERLOADED, RETRY_AFTER_SECONDS, "too many answers are on their way"));
            }
        }
    };

    private void frame(int type, int unusedFlags, int id, ByteBuffer payload) throws BadFrameException {
        if (!greeted) {
            greet(type, payload);
            return;
        }
        ServiceAnswer answer = FrameCodec.answer(type, payload);
        Pending pending = inFlight.remove(id);
        if (pending != null) { // else it came too late
            give(pending, answer);
        }
    }

    private void greet(int type, ByteBuffer payload) throws BadFrameException {
        if (type != FrameCodec.HELLO) {
            throw new BadFrameException("a frame of type " + type + " before the greeting");
        }
        Hello hello = FrameCodec.serverHello(payload);
        if (hello.version() > Hello.VERSION) {
            throw new BadFrameException("version " + hello.version() + " of the protocol was chosen, but none above "
                    + Hello.VERSION + " is known here");
        }
        version = hello.version();
        greeted = true;
        pauseMillis = pauses.first();
        reachability.found(hello);
    }

    private void lost(NetSocket connection) {
        if (connection != socket) {
            return;
        }
        socket = null;
        greeted = false;
        out = null;
        frames.release();
        outgoing.clear();
        failAll("the connection to oksd was lost");
        connectLater("the connection was lost");
    }

    private void failAll(String reason) {
        List<Pending> all = new ArrayList<>(inFlight.values());
        inFlight.clear();
        all.forEach(pending -> give(pending, unavailable(reason)));
    }

    private void give(Pending pending, ServiceAnswer answer) {
        try {
            pending.asker().accept(answer);
        } catch (RuntimeException e) {
            LOG.error("could not use an answer of oksd", e);
        }
    }

    /**
     * Answers what has waited for too long or is of no use any longer, and tells oksd; a late answer, should it come,
     * is dropped.
     */
    private void giveUp() {
        long now = System.nanoTime();
        List<Integer> ended = new ArrayList<>();
        inFlight.forEach((id, pending) -> {
            if (now - pending.deadlineNanos() >= 0 || !pending.asker().waits()) {
                ended.add(id);
            }
        });
        for (int id : ended) {
            Pending pending = inFlight.remove(id);
            if (pending != null) {
                cancel(id);
                give(pending, unavailable("oksd did not answer in time"));
            }
        }
    }

    private void cancel(int id) {
        if (greeted && version >= Hello.WITH_CLIENTS) {
            FrameCodec.appendCancel(beingWritten(), id);
        }
    }

    private static Failure unavailable(String reason) {
        return new Failure(FailureCode.TEMPORARILY_UNAVAILABLE, RETRY_AFTER_SECONDS, reason);
    }
}
