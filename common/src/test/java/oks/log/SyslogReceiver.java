package oks.log;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Stands where a syslog daemon stands: a datagram socket whose packets a test takes one by one. */
final class SyslogReceiver implements AutoCloseable {
    private static final int MOST_SECONDS = 30;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final BlockingQueue<String> packets = new LinkedBlockingQueue<>();
    private final Path socket;
    private final Channel channel;

    SyslogReceiver(Path socket) {
        this.socket = socket;
        channel = new Bootstrap()
                .group(group)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                        packets.add(packet.content().toString(StandardCharsets.UTF_8));
                    }
                })
                .bind(new DomainSocketAddress(socket.toFile()))
                .syncUninterruptibly()
                .channel();
    }

    /** The next packet; fails when none comes. */
    String next() throws InterruptedException {
        String packet = packets.poll(MOST_SECONDS, TimeUnit.SECONDS);
        if (packet == null) {
            throw new AssertionError("no packet at " + socket);
        }
        return packet;
    }

    /** Reads no more until {@link #resume}: the socket's queue fills. */
    void pause() {
        channel.config().setAutoRead(false);
    }

    void resume() {
        channel.config().setAutoRead(true);
    }

    /** Goes away as a syslog daemon does: the socket's file too. */
    @Override
    public void close() throws IOException {
        channel.close().syncUninterruptibly();
        Files.deleteIfExists(socket);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
