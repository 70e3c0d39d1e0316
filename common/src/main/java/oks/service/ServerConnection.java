package oks.service;

import io.netty.util.collection.IntObjectHashMap;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
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
 * schedules the flush that writes them all at once. Reading stops while too many requests are unanswered, too many bytes
 * of them are held, or the gateway does not take its answers.
 */
final class ServerConnection {
    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

    /** Bytes of unanswered requests after which reading stops. */
    private static final long MAX_HELD_BYTES = 64L << 20;
    /** Bytes of answers not yet taken by the gateway at which reading stops. */
    private static final int WRITE_QUEUE_BYTES = 1 << 20;

    private final Context context;
    private final NetSocket socket;
    private final ServiceServer.Options options;
    private final ServiceHandler handler;
    private final FrameAssembler frames = new FrameAssembler();
    private final AtomicReference<Reply> replies = new AtomicReference<>();
    private final IntObjectHashMap<Reply> open = new IntObjectHashMap<>();

    private boolean greeted;
    private boolean draining;
    private volatile boolean closed; // written on the event loop, read by anyone
    private int version;
    private boolean paused;
    private int unanswered;
    private long heldBytes;
    private String peer = "a gateway";

    ServerConnection(Context context, NetSocket socket, ServiceServer.Options options, ServiceHandler handler) {
        this.context = context;
        this.socket = socket;
        this.options = options;
        this.handler = handler;
    }

    /** Begins to serve; on the connection's event loop. */
    void begin() {
        socket.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
        socket.handler(this::received);
        socket.drainHandler(nothing -> readAsAllowed());
        socket.exceptionHandler(e -> LOG.debug("connection of {}", peer, e));
        socket.closeHandler(nothing -> closed = true);
        socket.shutdownHandler(this::drain);
    }

    /** Reads no more, answers what was read, closes; Vert.x calls it for every close, and closes itself after the grace. */
    private void drain(Duration grace) {
        if (closed || grace.isZero()) {
            socket.close();
            return;
        }
        draining = true;
        readAsAllowed();
        endWhenDrained();
    }

    private void received(Buffer chunk) {
        if (closed) {
            return;
        }
        try {
            frames.feed(chunk, this::frame);
        } catch (BadFrameException e) {
            LOG.warn("ended the connection of {}: {}", peer, e.getMessage());
            closed = true;
            socket.close();
            return;
        }
        readAsAllowed();
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
        int bytes = payload.remaining();
        Reply reply = new Reply(id, bytes, FrameCodec.client(flags, payload));
        ServiceRequest request = FrameCodec.request(type, payload);
        open.put(id, reply);
        unanswered++;
        heldBytes += bytes;
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
        boolean pause = draining || unanswered >= options.maxInFlight() || heldBytes >= MAX_HELD_BYTES
                || socket.writeQueueFull();
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
        if (closed) {
            return;
        }
        Reply reply = null; // oldest first again
        long size = 0;
        while (newestFirst != null) {
            Reply next = newestFirst.next;
            newestFirst.next = reply;
            reply = newestFirst;
            size += FrameCodec.size(reply.answer);
            newestFirst = next;
        }
        Buffer out = Buffer.buffer((int) Math.min(size, FrameAssembler.MAX_LENGTH));
        for (; reply != null; reply = reply.next) {
            FrameCodec.append(out, reply.id, version < Hello.WITH_CLIENTS ? FrameCodec.plain(reply.answer) : reply.answer);
            open.remove(reply.id);
            unanswered--;
            heldBytes -= reply.bytes;
        }
        socket.write(out);
        readAsAllowed();
        endWhenDrained();
    }

    private void endWhenDrained() {
        if (draining && unanswered == 0 && !closed) {
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
        private transient Reply next;

        Reply(int id, int bytes, long client) {
            this.id = id;
            this.bytes = bytes;
            this.client = client;
        }

        @Override public long client() {
            return client;
        }

        @Override public boolean waits() {
            return !cancelled && !closed;
        }

        @Override public void accept(ServiceAnswer given) {
            if (!compareAndSet(false, true)) {
                LOG.error("a request of {} was answered twice; the second answer is dropped", peer);
                return;
            }
            answer = FrameCodec.fitted(given);
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
