package oks.control;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.process.SocketFile;

/** Lines over a UNIX-domain socket, with a limit to how long the other end may be silent. For one thread. */
final class ControlLines implements Closeable {
    /** No limit. */
    static final Duration FOR_EVER = Duration.ZERO;

    private static final int MAX_ANSWER_BYTES = 32 * 1024 * 1024;

    private final Path socket;
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final LineBuffer received = new LineBuffer(MAX_ANSWER_BYTES);

    private ControlLines(Path socket, SocketChannel channel, Selector selector, SelectionKey key) {
        this.socket = socket;
        this.channel = channel;
        this.selector = selector;
        this.key = key;
    }

    /** The other end gave no sign of life for too long. */
    static final class SilentException extends IOException {
        private static final long serialVersionUID = 1;
    }

    /**
     * Connects.
     *
     * @param patience how long a place in the socket's queue is waited for, which is full when nobody takes connections
     *     any more
     * @throws OperatorFault UNREACHABLE as {@link ControlClient#connect(Path)}; {@code silent} when the patience has
     *     ended
     */
    static ControlLines connect(Path socket, Duration patience, Supplier<OperatorFault> silent) {
        SocketFile.requireShort(socket);
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            if (!connected(channel, socket, patience)) {
                throw silent.get();
            }
            channel.configureBlocking(false);
            Selector selector = Selector.open();
            return new ControlLines(socket, channel, selector, channel.register(selector, SelectionKey.OP_READ));
        } catch (IOException e) {
            closeQuietly(channel);
            throw unreachable(socket, e);
        }
    }

    /**
     * Connects in a thread of its own, for connect(2) waits as long as the queue of the socket is full, and without
     * waiting it fails in a way that Java does not tell from a refusal.
     *
     * @return whether the connection came in time; if not, the channel is closed
     */
    private static boolean connected(SocketChannel channel, Path socket, Duration patience) throws IOException {
        FutureTask<Boolean> connecting = new FutureTask<>(() -> channel.connect(UnixDomainSocketAddress.of(socket)));
        Thread thread = new Thread(connecting, "connecting to oksd");
        thread.setDaemon(true);
        thread.start();
        try {
            return connecting.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            channel.close();
            return false;
        } catch (InterruptedException e) {
            channel.close();
            Thread.currentThread().interrupt();
            throw new ClosedByInterruptException();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failed) {
                throw failed;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Looks at the file instead of at the message, which is in the language of the machine. */
    private static OperatorFault unreachable(Path socket, IOException e) {
        try {
            if (!Files.readAttributes(socket, BasicFileAttributes.class).isOther()) {
                return fault("oksd cannot be reached: file \"%s\" is not a socket", socket)
                        .next("name oksd's control socket with --socket SOCKET or its configuration file with "
                                + "--conf FILE")
                        .because(e);
            }
            if (!Files.isWritable(socket)) {
                return denied(socket);
            }
            return fault("oksd cannot be reached: no program is behind socket \"%s\"", socket)
                    .next("oksd has stopped or crashed: read its log, then start it")
                    .because(e);
        } catch (NoSuchFileException missing) {
            return fault("oksd cannot be reached: there is no socket \"%s\"", socket)
                    .next("start oksd, or name its socket with --socket SOCKET or its configuration file with "
                            + "--conf FILE")
                    .because(e);
        } catch (IOException hidden) {
            return denied(socket);
        }
    }

    private static OperatorFault denied(Path socket) {
        return fault(
                        "oksd cannot be reached: user \"%s\" may not use socket \"%s\"",
                        System.getProperty("user.name"), socket)
                .next("become root or the user that runs oksd")
                .because(new AccessDeniedException(socket.toString()));
    }

    private static OperatorFault fault(String format, Object... values) {
        return OperatorFault.of(ExitCode.UNREACHABLE, format, values);
    }

    Path socket() {
        return socket;
    }

    /**
     * Sends a line. A peer that has gone meanwhile is no error here: it may have said why before it went, so
     * {@link #receive} tells.
     */
    void send(String line) {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            key.interestOps(SelectionKey.OP_WRITE);
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) == 0) {
                    await(FOR_EVER);
                }
            }
        } catch (IOException e) {
            // receive() finds out, after what the other end still said
        }
    }

    /** The next line without its end; empty when the other end has closed. */
    Optional<String> receive(Duration silence) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(8 * 1024);
        key.interestOps(SelectionKey.OP_READ);
        while (true) {
            Optional<String> line = received.next();
            if (line.isPresent()) {
                return line;
            }
            await(silence);
            if (channel.read(chunk.clear()) < 0) {
                return Optional.empty();
            }
            received.append(chunk.flip());
        }
    }

    private void await(Duration silence) throws IOException {
        int ready = selector.select(silence.toMillis());
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) { // neither the selector nor a non-blocking channel says so
            throw new ClosedByInterruptException();
        }
        if (ready == 0 && !silence.isZero()) {
            throw new SilentException();
        }
    }

    @Override
    public void close() {
        closeQuietly(selector);
        closeQuietly(channel);
    }

    private static void closeQuietly(Closeable open) {
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            // nothing was promised about a connection that is given up
        }
    }
}
