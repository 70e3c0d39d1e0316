package oks.service;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import oks.service.ServiceAnswer.Failure;
import oks.service.ServiceAnswer.FailureCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One gateway's connection, seen from oksd.
 *
 * <p>Lives on one event loop. Replies come from any thread: they are stacked, and the one that finds the stack empty
 * schedules the flush that writes them all at once. Reading stops while too many requests are unanswered or the gateway
 * does not take its answers; when it takes none for long, the connection ends. Requests and answers are held within
 * budgets that all connections share: above them, a request is answered {@link FailureCode#OVERLOADED}.
 */
final class ServerConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

    /** Requests up to this many bytes are bounded by their number. */
    private static final int COUNTED = 4 << 10;
    /** How long a gateway may take for the next piece of its answers. */
    private static final long PATIENCE_MILLIS = 30_000;

    private static final long NO_TIMER = -1;
    private static final int RETRY_AFTER_SECONDS = 2;

    private final Context context;
    private final NetSocket socket;
    private final ServerOptions options;
    private final ServiceHandler handler;
    private final ServerMemory memory;
    private final FrameAssembler frames;
    private final Outgoing outgoing;
    private final Deque<Reply> waiting = new ArrayDeque<>();
    private final AtomicReference<Reply> replies = new AtomicReference<>();
    /**
     * Not Netty's map of numbers: those that follow one another stand side by side there, and a removal looks at all.
     */
    private final Map<Integer, Reply> open = new HashMap<>();

    private boolean greeted;
    private boolean draining;
    private volatile boolean closed; // written on the event loop, read by anyone
    private int version;
    private boolean paused;
    private int unanswered;
    private long stallTimer = NO_TIMER;
    private String peer = "a gateway";

    ServerConnection(Context context, NetSocket socket, ServerOptions options, ServiceHandler handler) {
        this.context = context;
        this.socket = socket;
        this.options = options;
        this.memory = options.memory();
        this.frames = new FrameAssembler(memory.requests());
        this.outgoing = new Outgoing(socket);
        this.handler = handler;
    }

    /** Begins to serve; on the connection's event loop. */
    void begin() {
        socket.handler(this::received);
        socket.drainHandler(nothing -> drained());
        socket.exceptionHandler(e -> LOG.debug("connection of {}", peer, e));
        socket.closeHandler(nothing -> ended());
        socket.shutdownHandler(this::drain);
    }

    /**
     * Reads no more, answers what was read, closes; Vert.x calls it for every close, and closes itself after the grace.
     */
    private void drain(Duration grace) {
        if (closed || grace.isZero()) {
            socket.close();
            return;
        }
        draining = true;
        readAsAllowed();
        endWhenDrained();
    }

    private void ended() {
        closed = true;
        context.owner().cancelTimer(stallTimer);
        frames.release();
        outgoing.clear();
        flush();
    }

    private void received(Buffer chunk) {
        if (closed) {
            return;
        }
        try {
            frames.feed(chunk, sink);
        } catch (BadFrameException e) {
            LOG.warn("ended the connection of {}: {}", peer, e.getMessage());
            closed = true;
            socket.close();
            return;
        }
        readAsAllowed();
    }

    private final FrameAssembler.Sink sink = new FrameAssembler.Sink() {
        @Override
        public void frame(int type, int flags, int id, ByteBuffer payload) throws BadFrameException {
            ServerConnection.this.frame(type, flags, id, payload);
        }

        @Override
        public void thrownAway(int type, int id) throws BadFrameException {
            if (!greeted) {
                throw new BadFrameException("a frame of type " + type + " before the greeting");
            }
            unanswered++;
            new Reply(id, 0, Asker.NOBODY).accept(overloaded("too many requests are waiting"));
        }
    };

    private static Failure overloaded(String why) {
        return new Failure(FailureCode.OVERLOADED, RETRY_AFTER_SECONDS, why);
    }

    private void frame(int type, int flags, int id, ByteBuffer payload) throws BadFrameException {
        if (!greeted) {
            greet(type, payload);
            return;
        }
        if (type == FrameCodec.CANCEL) {
            cancel(id);
            return;
        }
        int bytes = payload.remaining() <= COUNTED ? 0 : payload.remaining();
        if (bytes > 0 && !memory.requests().take(bytes)) {
            sink.thrownAway(type, id);
            return;
        }
        Reply reply;
        ServiceRequest request;
        try {
            reply = new Reply(id, bytes, FrameCodec.client(flags, payload));
            request = FrameCodec.request(type, payload);
        } catch (BadFrameException e) {
            memory.requests().give(bytes);
            throw e;
        }
        open.put(id, reply);
        unanswered++;
        try {
            handler.handle(request, reply);
        } catch (RuntimeException e) {
            LOG.error("could not answer a request of {}", peer, e);
            reply.accept(new Failure(FailureCode.INTERNAL, 0, "internal error, see the log of oksd"));
        }
    }

    private void cancel(int id) {
        Reply reply = open.get(id);
        if (reply != null) { // else it has been answered meanwhile
            reply.cancelled = true;
        }
    }

    private void greet(int type, ByteBuffer payload) throws BadFrameException {
        if (type != FrameCodec.HELLO) {
            throw new BadFrameException("a frame of type " + type + " before the greeting");
        }
        Hello hello = FrameCodec.clientHello(payload);
        peer = "gateway \"" + printable(hello.program()) + "\"";
        greeted = true;
        version = Math.min(hello.version(), Hello.VERSION);
        LOG.debug("{} connected", peer);
        Buffer out = Buffer.buffer(64);
        FrameCodec.appendServerHello(out, new Hello(version, options.name(), options.database()));
        socket.write(out);
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    /** Reads on, or stops reading: in the end the gateway's own limit of requests in flight takes hold. */
    private void readAsAllowed() {
        boolean pause = draining || unanswered >= options.maxInFlight() || !outgoing.isFree();
        if (pause == paused || closed) {
            return;
        }
        paused = pause;
        if (pause) {
            socket.pause();
        } else {
            socket.resume();
        }
    }

    private void flush() {
        Reply newestFirst = replies.getAndSet(null);
        Reply reply = null; // oldest first again
        while (newestFirst != null) {
            Reply next = newestFirst.next;
            newestFirst.next = reply;
            reply = newestFirst;
            newestFirst = next;
        }
        for (; reply != null; reply = reply.next) {
            memory.requests().give(reply.bytes);
            waiting.add(reply);
        }
        send();
    }

    /** Makes frames of as many answers as the gateway takes now. */
    private void send() {
        if (closed) {
            waiting.forEach(reply -> memory.answers().give(reply.held));
            waiting.clear();
            return;
        }
        while (!waiting.isEmpty() && outgoing.isFree()) {
            sendSome();
        }
        watch();
        readAsAllowed();
        endWhenDrained();
    }

    private void sendSome() {
        long size = waiting.peek().held;
        Buffer out = Buffer.buffer((int) Math.max(size, Math.min(sizeOfWaiting(), Outgoing.PIECE)));
        long held = 0;
        do {
            Reply reply = waiting.remove();
            FrameCodec.append(out, reply.id, AnswerSize.spoken(reply.answer, version));
            held += reply.held;
            open.remove(reply.id);
            unanswered--;
        } while (!waiting.isEmpty() && out.length() + waiting.peek().held <= Outgoing.PIECE);
        long sent = held;
        outgoing.send(out, () -> memory.answers().give(sent));
    }

    private long sizeOfWaiting() {
        long size = 0;
        for (Reply reply : waiting) {
            size += reply.held;
            if (size > Outgoing.PIECE) {
                break;
            }
        }
        return size;
    }

    private void drained() {
        context.owner().cancelTimer(stallTimer);
        stallTimer = NO_TIMER;
        outgoing.goOn();
        send();
    }

    /** Ends the connection when the gateway takes nothing for long: what is held for it others cannot have. */
    private void watch() {
        if (stallTimer == NO_TIMER && !outgoing.isFree()) {
            stallTimer = context.owner().setTimer(PATIENCE_MILLIS, timer -> {
                LOG.warn("ended the connection of {}: it takes no answers", peer);
                socket.close();
            });
        }
    }

    private void endWhenDrained() {
        if (draining && unanswered == 0 && outgoing.isFree() && !closed) {
            socket.end();
        }
    }

    /** Takes one request's answer and is the stack's node at the same time. */
    private final class Reply extends AtomicBoolean implements Asker {
        private static final long serialVersionUID = 1;

        private final transient int id;
        private final transient int bytes;
        private final transient long client;
        private transient volatile boolean cancelled; // written on the event loop, read by anyone
        private transient ServiceAnswer answer;
        private transient long held; // bytes of the answers' budget, the frame's size
        private transient Reply next;

        Reply(int id, int bytes, long client) {
            this.id = id;
            this.bytes = bytes;
            this.client = client;
        }

        @Override
        public long client() {
            return client;
        }

        @Override
        public boolean waits() {
            return !cancelled && !closed;
        }

        @Override
        public void accept(ServiceAnswer given) {
            if (!compareAndSet(false, true)) {
                LOG.error("a request of {} was answered twice; the second answer is dropped", peer);
                return;
            }
            answer = AnswerSize.fitted(given, memory.maxAnswer());
            held = AnswerSize.of(answer);
            if (!memory.answers().take(held)) {
                answer = overloaded("too many answers are on their way");
                held = 0;
            }
            Reply below;
            do {
                below = replies.get();
                next = below;
            } while (!replies.compareAndSet(below, this));
            if (below == null) {
                context.runOnContext(nothing -> flush());
            }
        }
    }
}
