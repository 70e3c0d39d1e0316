package oks.control;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;
import oks.process.SocketFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens on oksd's control socket; specified in oks-control(5).
 *
 * <p>One event loop reads and writes; commands run on daemon threads of their own, at most one per connection. Netty's
 * native transport is here because the JDK does not tell the peer's process and numeric user.
 */
public final class ControlServer implements Closeable {
    private static final boolean STAY_CLOSED = true; // a connection that comes during close() ends at once
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private final SocketFile file;
    private final ControlSessions sessions;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("control", true), EpollIoHandler.newFactory());
    private final ExecutorService workers =
            Executors.newCachedThreadPool(new DefaultThreadFactory("control-command", true));
    private final ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, STAY_CLOSED);

    private ControlServer(SocketFile file, ControlAccess access, ControlHandler handler, long ownUid) {
        this.file = file;
        this.sessions = new ControlSessions(access, handler, workers, ownUid);
    }

    /**
     * Makes the socket and begins to listen. The socket has mode 0600, or 0666 where {@code access} names users: then
     * everybody may connect, and who is not named is told so and disconnected.
     *
     * @throws OperatorFault BUSY if another oksd listens there; USAGE if the path cannot be a control socket; FAILED if
     *     the machine has no native transport
     */
    public static ControlServer open(Path socket, ControlAccess access, ControlHandler handler) {
        if (!Epoll.isAvailable()) {
            throw OperatorFault.of(
                            ExitCode.FAILED,
                            "control socket \"%s\" cannot be made: no native transport for this machine (%s, %s)",
                            socket,
                            System.getProperty("os.name"),
                            System.getProperty("os.arch"))
                    .next("use Linux on x86_64 or aarch64, and look whether java.io.tmpdir is mounted noexec")
                    .because(Epoll.unavailabilityCause());
        }
        try {
            SocketFile file = SocketFile.prepare("control", socket);
            ControlServer server = new ControlServer(file, access, handler, UserNames.own());
            server.listen(mode(access));
            return server;
        } catch (IOException e) {
            throw OperatorFault.of(
                            ExitCode.FAILED,
                            "control socket \"%s\" could not be made: %s",
                            socket,
                            IoReason.withFile(e))
                    .next("look at the rights of its directory")
                    .because(e);
        }
    }

    private void listen(Set<PosixFilePermission> mode) throws IOException {
        try {
            Channel listening = new ServerBootstrap()
                    .group(loop)
                    .channel(EpollServerDomainSocketChannel.class)
                    .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .childHandler(new ChannelInitializer<EpollDomainSocketChannel>() {
                        @Override
                        protected void initChannel(EpollDomainSocketChannel channel) throws IOException {
                            channels.add(channel);
                            begin(channel);
                        }
                    })
                    .bind(new DomainSocketAddress(file.bindAt().toFile()))
                    .syncUninterruptibly()
                    .channel();
            channels.add(listening);
            file.publish(mode);
        } catch (IOException | RuntimeException e) {
            try (this) {
                throw e;
            }
        }
    }

    private void begin(EpollDomainSocketChannel channel) throws IOException {
        boolean stripLineEnd = true;
        boolean failAtOnce = true;
        channel.pipeline()
                .addLast(
                        new LineBasedFrameDecoder(ControlRequest.MAX_LINE_BYTES, stripLineEnd, failAtOnce),
                        new ControlSession(sessions, channel));
    }

    /** Lets other users in from now on; connections that exist stay. */
    public void allow(ControlAccess access) {
        sessions.allow(access);
        try {
            file.setMode(mode(access));
        } catch (IOException e) {
            throw OperatorFault.of(
                            ExitCode.FAILED, "the control socket's mode could not be changed: %s", IoReason.withFile(e))
                    .kept("commands are taken from the users named now, but only if the mode lets them connect")
                    .next("restart oksd")
                    .because(e);
        }
    }

    private static Set<PosixFilePermission> mode(ControlAccess access) {
        return PosixFilePermissions.fromString(access.users().isEmpty() ? "rw-------" : "rw-rw-rw-");
    }

    /**
     * Stops listening, removes the socket and ends every connection; what their peers hold ends with them. Commands
     * that still run are not interrupted, and their answers are lost; answers given before are sent. Who asked oksd to
     * stop waits for this end, so released the database first.
     */
    @Override
    public void close() {
        try {
            file.remove(); // first: who connects from now on is told that there is no socket
        } catch (IOException e) {
            LOG.warn("the control socket could not be removed: {}", IoReason.withFile(e));
        }
        // The group closes after what was answered before. Shutting the loop down alone does not always close
        // connections:
        // without a quiet period Netty may leave its last round before it comes to them.
        channels.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        workers.shutdown();
    }
}
