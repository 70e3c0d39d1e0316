package oks.process;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd what this program is doing: ready, stopping, alive (sd_notify(3), systemd.service(5): Type=notify and
 * WatchdogSec). Without NOTIFY_SOCKET in the environment nothing is opened and nothing happens. Safe in any thread.
 */
public final class ServiceManager implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceManager.class);
    private static final long SEND_SECONDS = 5;

    private final Optional<DomainSocketAddress> address;
    private final long watchdogMicros;
    private EventLoopGroup loop;
    private Channel channel;

    private ServiceManager(Optional<DomainSocketAddress> address, long watchdogMicros) {
        this.address = address;
        this.watchdogMicros = watchdogMicros;
    }

    /**
     * The service manager that this environment names, if it does.
     *
     * @param environment NOTIFY_SOCKET: a path, or "@" and an abstract name; WATCHDOG_USEC: microseconds
     */
    public static ServiceManager of(Map<String, String> environment) {
        String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        Optional<DomainSocketAddress> address = socket.isEmpty() || !Epoll.isAvailable()
                ? Optional.empty()
                : Optional.of(new DomainSocketAddress(socket.startsWith("@") ? "\0" + socket.substring(1) : socket));
        String watchdog = environment.getOrDefault("WATCHDOG_USEC", "");
        return new ServiceManager(address, watchdog.matches("[0-9]{1,18}") ? Long.parseLong(watchdog) : 0);
    }

    /** The program has opened what it needs and answers. */
    public void ready(String status) {
        send("READY=1\nSTATUS=" + status.replace('\n', ' '));
    }

    /**
     * The program is still starting.
     *
     * @param status how far it has come
     * @param patience when systemd may take it for stuck, if it hears nothing more; only ever extends the unit's own
     *     limit
     */
    public void starting(String status, Duration patience) {
        send("EXTEND_TIMEOUT_USEC=" + patience.toNanos() / 1000 + "\nSTATUS=" + status.replace('\n', ' '));
    }

    /** The program has begun to stop. */
    public void stopping() {
        send("STOPPING=1");
    }

    /**
     * Begins to say at half the wanted interval that the program is alive; does nothing where no interval is wanted.
     *
     * @param sign called on this object's own thread; calls {@code alive} once it knows that the program works, from
     *     any thread. When it does not, systemd ends the program and starts it again.
     */
    public synchronized void watch(Sign sign) {
        if (watchdogMicros == 0 || !open()) {
            return;
        }
        long half = Math.max(1, watchdogMicros / 2);
        Future<?> unused =
                loop.scheduleAtFixedRate(() -> sign.ask(() -> send("WATCHDOG=1")), 0, half, TimeUnit.MICROSECONDS);
    }

    /** A way to find out whether the program works. */
    public interface Sign {
        void ask(Runnable alive);
    }

    private synchronized void send(String text) {
        if (!open()) {
            return;
        }
        channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8))
                .addListener(sent -> {
                    if (!sent.isSuccess()) {
                        LOG.warn(
                                "systemd could not be told \"{}\": {}",
                                text,
                                sent.cause().toString());
                    }
                });
    }

    /** Connects once; a service manager that does not listen is none. */
    private boolean open() {
        if (loop == null && address.isPresent()) {
            loop = new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("service-manager", true), EpollIoHandler.newFactory());
            ChannelFuture connecting = new Bootstrap()
                    .group(loop)
                    .channel(EpollDomainDatagramChannel.class)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(address.get())
                    .awaitUninterruptibly();
            if (connecting.isSuccess()) {
                channel = connecting.channel();
            } else {
                LOG.warn(
                        "systemd does not listen at NOTIFY_SOCKET: {}",
                        connecting.cause().toString());
            }
        }
        return channel != null;
    }

    /** Sends what was said, and says nothing more. */
    @Override
    public synchronized void close() {
        if (channel != null) {
            channel.close().awaitUninterruptibly(SEND_SECONDS, TimeUnit.SECONDS);
            channel = null;
        }
        if (loop != null) {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(SEND_SECONDS, TimeUnit.SECONDS);
        }
    }
}
