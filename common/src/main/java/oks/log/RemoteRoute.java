package oks.log;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseNotifier;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import oks.config.RemoteSyslog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * To a syslog server elsewhere: a datagram per packet (RFC 5426), or a stream of packets that each begin with their
 * length ("octet counting", RFC 6587, section 3.4.1), plain or in TLS (RFC 5425). A server whose certificate is not
 * valid for its name, or not signed by whom the settings name, gets nothing.
 */
final class RemoteRoute implements SyslogRoute {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteRoute.class);
    private static final int CONNECT_MILLIS = 10_000;

    private final RemoteSyslog server;
    private final Optional<Path> authorities;
    private String told = ""; // why the server is not reached

    RemoteRoute(RemoteSyslog server, Optional<Path> authorities) {
        this.server = server;
        this.authorities = authorities;
    }

    @Override
    public Future<Channel> connect(EventLoop loop) {
        Future<Channel> connected = begin(loop);
        connected.addListener((Future<Channel> done) -> tell(done.cause()));
        return connected;
    }

    private Future<Channel> begin(EventLoop loop) {
        // Resolved anew each time, on this thread, which has nothing else to do.
        SocketAddress address = InetSocketAddress.createUnresolved(server.host(), server.port());
        Bootstrap bootstrap = new Bootstrap().group(loop);
        return switch (server.transport()) {
            case UDP ->
                LocalRoute.connected(
                        loop,
                        bootstrap.channel(EpollDatagramChannel.class).handler(new ChannelInboundHandlerAdapter()),
                        address);
            case TCP ->
                LocalRoute.connected(loop, stream(bootstrap).handler(new ChannelInboundHandlerAdapter()), address);
            case TLS -> encrypted(loop, stream(bootstrap), address);
        };
    }

    private static Bootstrap stream(Bootstrap bootstrap) {
        return bootstrap
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS);
    }

    private Future<Channel> encrypted(EventLoop loop, Bootstrap bootstrap, SocketAddress address) {
        SslHandler handler;
        try {
            handler = context().newHandler(ByteBufAllocator.DEFAULT, server.host(), server.port());
        } catch (SSLException | IllegalArgumentException e) { // the file of certificates cannot be read or used
            return loop.newFailedFuture(e);
        }
        Promise<Channel> agreed = loop.newPromise();
        LocalRoute.connected(loop, bootstrap.handler(handler), address).addListener((Future<Channel> connected) -> {
            if (connected.isSuccess()) {
                Future<Channel> unused = PromiseNotifier.cascade(
                        handler.handshakeFuture(), agreed); // which closes the channel when it fails
            } else {
                agreed.setFailure(connected.cause());
            }
        });
        return agreed;
    }

    private SslContext context() throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient().endpointIdentificationAlgorithm("HTTPS");
        authorities.ifPresent(file -> builder.trustManager(file.toFile()));
        return builder.build();
    }

    @Override
    public ByteBuf framed(byte[] packet) {
        if (server.transport() == RemoteSyslog.Transport.UDP) {
            return Unpooled.wrappedBuffer(packet);
        }
        return Unpooled.wrappedBuffer((packet.length + " ").getBytes(StandardCharsets.US_ASCII), packet);
    }

    /** Once for each reason while the server is away, and once when it is back. */
    private void tell(Throwable cause) {
        String why = cause == null ? "" : why(cause);
        if (!why.isEmpty() && !why.equals(told)) {
            LOG.warn("syslog server {} is not reached, messages for it wait: {}", name(), why);
        } else if (why.isEmpty() && !told.isEmpty()) {
            LOG.info("syslog server {} gets messages", name());
        }
        told = why;
    }

    private String name() {
        return server.transport().name().toLowerCase(Locale.ROOT) + "://" + server.host() + ":" + server.port();
    }

    private static String why(Throwable cause) {
        Throwable first = cause;
        while (first.getCause() != null) {
            first = first.getCause(); // TLS wraps what is wrong with a certificate several times
        }
        return first.getMessage() == null ? first.toString() : first.getMessage();
    }
}
