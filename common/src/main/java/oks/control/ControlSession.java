package oks.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.unix.PeerCredentials;
import io.netty.handler.codec.TooLongFrameException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the control server. Requests wait in a short queue and run one after the other; the event loop
 * keeps reading meanwhile, so that it sees at once when the peer goes.
 *
 * <p>Fields without a word about threads belong to the event loop.
 */
final class ControlSession extends SimpleChannelInboundHandler<ByteBuf> {
    /** More requests than this, sent before the first is answered, end the connection. */
    static final int MAX_WAITING = 16;

    private static final long LOOK_AGAIN_SECONDS = 1;
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);
    private static final Logger LOG = LoggerFactory.getLogger(ControlSession.class);

    private final ControlSessions sessions;
    private final EpollDomainSocketChannel channel;
    private final ConnectedPeer peer;
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    private boolean busy;
    private boolean refused;

    ControlSession(ControlSessions sessions, EpollDomainSocketChannel channel) throws IOException {
        this.sessions = sessions;
        this.channel = channel;
        PeerCredentials credentials = channel.peerCredentials();
        long uid = Integer.toUnsignedLong(credentials.uid());
        this.peer = new ConnectedPeer(
                uid,
                Integer.toUnsignedLong(credentials.gids()[0]),
                credentials.pid(),
                UserNames.of(uid, credentials.pid()),
                sessions::run);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        sessions.admit(peer).ifPresent(fault -> {
            LOG.warn("control connection refused: {}, from {}", fault.what(), peer.describe());
            refuse(fault);
        });
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf line) {
        if (refused) {
            return;
        }
        if (waiting.size() == MAX_WAITING) {
            refuse(RequestLine.refused("more than %d requests wait on one connection", MAX_WAITING));
            return;
        }
        try {
            ControlRequest request = RequestLine.parse(text(line));
            waiting.add(() -> sessions.run(() -> carryOut(request)));
        } catch (OperatorFault fault) {
            waiting.add(() -> answer(new ControlAnswer.Failed(fault)));
        }
        next();
    }

    private static String text(ByteBuf line) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(line.nioBuffer()).toString();
        } catch (CharacterCodingException e) {
            throw RequestLine.refused("the request is not text in UTF-8");
        }
    }

    /** Begins the next request, if the one before has been answered; ends the connection when no more can come. */
    private void next() {
        if (busy) {
            return;
        }
        Runnable request = waiting.poll();
        if (request != null) {
            busy = true;
            request.run();
        } else if (peer.closed()) {
            ChannelFuture unused = channel.close();
        }
    }

    private void carryOut(ControlRequest request) {
        String command = request.kind().word();
        if (request.kind() == ControlRequest.Kind.STATUS || request.kind() == ControlRequest.Kind.EXPORT_NEXT) {
            LOG.debug("command {} from {}", command, peer.describe()); // asked again and again by one program
        } else {
            LOG.info("command {} from {}", command, peer.describe());
        }
        answer(sessions.withinBound(request.kind(), () -> result(request)));
        sessions.handler().answered(request);
    }

    /** Every path of a command ends here in one answer. */
    private ControlAnswer result(ControlRequest request) {
        try {
            return new ControlAnswer.Done(sessions.handler().handle(request, peer, this::progress));
        } catch (OperatorFault fault) {
            return new ControlAnswer.Failed(fault);
        } catch (RuntimeException | Error e) {
            String command = request.kind().word();
            LOG.error("command {} failed", command, e);
            return new ControlAnswer.Failed(
                    OperatorFault.of(ExitCode.FAILED, "command \"%s\" failed inside oksd: %s", command, e)
                            .next("read oksd's log and report it"));
        }
    }

    private void progress(Progress progress) {
        if (!channel.isOpen()) {
            throw OperatorFault.of(
                    ExitCode.FAILED, "the program that gave the command has gone, so it was not completed");
        }
        if (channel.isWritable()) {
            send(new ControlAnswer.Underway(progress), channel.newPromise());
        }
    }

    /** Ends the command that runs; in any thread. */
    private void answer(ControlAnswer answer) {
        if (!channel.isOpen()) {
            return; // nobody is left to tell
        }
        send(answer, channel.newPromise().addListener(sent -> {
            busy = false;
            next();
        }));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            peer.gone();
            next(); // requests that came before are still answered: printf … | nc -NU
            closeWhenNobodyReads();
        }
    }

    /**
     * Ends the connection once the client has closed both halves, so that its place is free again however long its
     * command runs. Netty tells only of the first half. A write of no bytes sends nothing, and fails with EPIPE when
     * the other half has gone, too (unix_stream_sendmsg in Linux).
     */
    private void closeWhenNobodyReads() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.fd().write(NOTHING, 0, 0);
        } catch (IOException gone) {
            ChannelFuture unused = channel.close();
            return;
        }
        Future<?> unused =
                channel.eventLoop().schedule(this::closeWhenNobodyReads, LOOK_AGAIN_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.clear();
        peer.gone();
        sessions.left(); // also when a command of it still runs: that one has a bound of its own
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof TooLongFrameException) {
            refuse(RequestLine.refused("the request is longer than %d bytes", ControlRequest.MAX_LINE_BYTES));
        } else {
            LOG.debug("control connection of {} ended: {}", peer.describe(), cause.toString());
            ChannelFuture unused = channel.close();
        }
    }

    /** Says why, and ends the connection. */
    private void refuse(OperatorFault fault) {
        if (!refused) {
            refused = true;
            waiting.clear();
            send(new ControlAnswer.Failed(fault), channel.newPromise().addListener(ChannelFutureListener.CLOSE));
        }
    }

    /**
     * Sends an answer; all that follows is in the promise already, since the event loop may end as soon as the answer
     * is out.
     */
    private void send(ControlAnswer answer, ChannelPromise sent) {
        ChannelFuture unused =
                channel.writeAndFlush(Unpooled.copiedBuffer(answer.toLine() + "\n", StandardCharsets.UTF_8), sent);
    }
}
