package oks.service;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Bytes on their way into a socket. They are handed over in pieces, as the other end takes them: what the socket has it
 * copies outside the heap. Used on one event loop.
 */
final class Outgoing {
    /** Bytes that are handed over at once. */
    static final int PIECE = 256 << 10;

    private static final int WRITE_QUEUE_BYTES = 1 << 20;

    private final NetSocket socket;
    private final Deque<Message> waiting = new ArrayDeque<>();

    /** @param end told when all of it was handed over */
    private record Message(Buffer bytes, Runnable end) {}

    private int sent; // of the first message

    Outgoing(NetSocket socket) {
        this.socket = socket;
        socket.setWriteQueueMaxSize(WRITE_QUEUE_BYTES);
    }

    /** Sends a message after those that wait. */
    void send(Buffer bytes, Runnable end) {
        if (waiting.isEmpty() && bytes.length() <= PIECE && !socket.writeQueueFull()) {
            socket.write(bytes);
            end.run();
            return;
        }
        waiting.add(new Message(bytes, end));
        goOn();
    }

    /** Hands over what the socket takes. */
    void goOn() {
        while (!waiting.isEmpty() && !socket.writeQueueFull()) {
            Message first = waiting.peek();
            int end = Math.min(sent + PIECE, first.bytes().length());
            socket.write(first.bytes().slice(sent, end));
            sent = end;
            if (sent == first.bytes().length()) {
                sent = 0;
                waiting.remove().end().run();
            }
        }
    }

    /** Whether everything was handed over and more is taken. */
    boolean isFree() {
        return waiting.isEmpty() && !socket.writeQueueFull();
    }

    /** Forgets what waits, because the connection has ended. */
    void clear() {
        waiting.forEach(message -> message.end().run());
        waiting.clear();
    }
}
