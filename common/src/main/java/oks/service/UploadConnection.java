package oks.service;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.vertx.core.buffer.Buffer;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.process.SocketFile;

/**
 * A connection to oksd's service socket for a program that does nothing but upload: one thread sends and waits for
 * room, another one of this class reads the answers. Uploads without an answer are bounded in number and bytes, and
 * fewer are sent at once after oksd said that it has too many.
 */
public final class UploadConnection implements Closeable {
    /**
     * Uploads that oksd verifies: enough for all its cores, and half of those that it lets one client have waiting, for
     * all who do not say who they are count as one.
     */
    public static final int MOST_UNANSWERED = 256;

    /**
     * Uploads with a ticket: as many as oksd reads before it has answered one, with its standard settings. What waits
     * there is one group for the writer, and a large group costs less for each certificate.
     */
    private static final int MOST_UNANSWERED_TRUSTED = 1024;

    private static final int MAX_UNANSWERED_BYTES = 16 << 20;

    private final Path socket;
    private final SocketChannel channel;

    @GuardedBy("this") private final Map<Integer, Waiting> waiting = new HashMap<>();

    @GuardedBy("this") private int nextId;

    @GuardedBy("this") private long waitingBytes;

    @GuardedBy("this") private final SendWindow window = new SendWindow();

    @GuardedBy("this") private IOException ended;

    private record Waiting(int bytes, Consumer<ServiceAnswer> answered) {}

    private UploadConnection(Path socket, SocketChannel channel) {
        this.socket = socket;
        this.channel = channel;
    }

    /**
     * Connects.
     *
     * @throws OperatorFault UNREACHABLE if nobody listens there, or this user may not use the socket
     */
    public static UploadConnection connect(Path socket, String program) {
        SocketFile.requireShort(socket);
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                UploadConnection connection = new UploadConnection(socket, channel);
                connection.greet(program);
                Thread reader = new Thread(connection::read, "answers");
                reader.setDaemon(true);
                reader.start();
                return connection;
            } catch (IOException | RuntimeException e) {
                try (channel) { // still ours: no connection exists yet
                    throw e;
                }
            }
        } catch (IOException e) {
            throw OperatorFault.of(
                            ExitCode.UNREACHABLE,
                            "oksd's service socket \"%s\" cannot be used: %s",
                            socket,
                            e.getMessage())
                    .kept("nothing was sent")
                    .next("become root, oksd's user or a member of its group, and look whether oksd runs")
                    .because(e);
        }
    }

    private void greet(String program) throws IOException {
        Buffer hello = Buffer.buffer();
        FrameCodec.appendClientHello(hello, new Hello(Hello.VERSION, program, ""));
        write(hello);
    }

    /**
     * Sends an upload, when there is room for it.
     *
     * @param answered told the answer, on the thread that reads answers; not told when the connection ends first
     * @throws OperatorFault UNREACHABLE when the connection has ended
     */
    public void send(ServiceRequest.Upload upload, Consumer<ServiceAnswer> answered) throws InterruptedException {
        int most = upload.ticket().isEmpty() ? MOST_UNANSWERED : MOST_UNANSWERED_TRUSTED;
        int id = waitForRoom(most, upload.body().length, answered);
        Buffer frame = Buffer.buffer(upload.body().length + 64);
        FrameCodec.append(frame, id, upload);
        try {
            write(frame);
        } catch (IOException e) {
            end(e);
            throw gone(e);
        }
    }

    private synchronized int waitForRoom(int most, int bytes, Consumer<ServiceAnswer> answered)
            throws InterruptedException {
        while (ended == null
                && !waiting.isEmpty()
                && (waiting.size() >= window.room(most) || waitingBytes + bytes > MAX_UNANSWERED_BYTES)) {
            wait();
        }
        refuseEnded();
        waiting.put(++nextId, new Waiting(bytes, answered));
        waitingBytes += bytes;
        return nextId;
    }

    @GuardedBy("this") private void refuseEnded() {
        if (ended != null) {
            throw gone(ended);
        }
    }

    /** Throws once the connection has ended, as {@link #send} does. */
    public synchronized void requireOpen() {
        refuseEnded();
    }

    private OperatorFault gone(IOException why) {
        return OperatorFault.of(
                        ExitCode.UNREACHABLE,
                        "oksd ended the connection to socket \"%s\": %s",
                        socket,
                        why.getMessage())
                .kept("every certificate that was answered is on disk")
                .next("look whether oksd runs, then load again: what is stored already is only counted as unchanged")
                .because(why);
    }

    private void write(Buffer frame) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(frame.getBytes());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void read() {
        FrameAssembler assembler = new FrameAssembler();
        ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
        try {
            while (channel.read(chunk.clear()) >= 0) {
                assembler.feed(Buffer.buffer(java.util.Arrays.copyOf(chunk.array(), chunk.position())), this::frame);
            }
            end(new IOException("it stopped or restarts"));
        } catch (IOException e) {
            end(e);
        } catch (BadFrameException e) {
            end(new IOException("it sent " + e.getMessage(), e));
        }
    }

    private void frame(int type, int flags, int id, ByteBuffer payload) throws BadFrameException {
        if (type == FrameCodec.HELLO) {
            FrameCodec.serverHello(payload);
            return;
        }
        ServiceAnswer answer = FrameCodec.answer(type, payload);
        Waiting request;
        synchronized (this) {
            request = waiting.remove(id);
            if (request == null) {
                throw new BadFrameException("an answer to no request");
            }
            waitingBytes -= request.bytes();
            window.answered(id, nextId, answer);
            notifyAll();
        }
        request.answered().accept(answer);
    }

    private synchronized void end(IOException why) {
        ended = ended == null ? why : ended;
        notifyAll();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            end(e); // nothing was promised about a connection that is given up
        }
    }
}
