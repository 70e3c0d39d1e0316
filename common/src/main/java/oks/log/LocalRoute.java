package oks.log;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.SocketAddress;
import java.nio.file.Path;

/** To the daemon of this machine: a datagram per packet into its UNIX-domain socket. */
final class LocalRoute implements SyslogRoute {
    private final Path socket;

    LocalRoute(Path socket) {
        this.socket = socket;
    }

    @Override
    public Future<Channel> connect(EventLoop loop) {
        return connected(
                loop,
                new Bootstrap()
                        .group(loop)
                        .channel(EpollDomainDatagramChannel.class)
                        .handler(new ChannelInboundHandlerAdapter()),
                new DomainSocketAddress(socket.toFile()));
    }

    @Override
    public ByteBuf framed(byte[] packet) {
        return Unpooled.wrappedBuffer(packet);
    }

    /** Connects to an address; closes what could not be connected. */
    static Promise<Channel> connected(EventLoop loop, Bootstrap bootstrap, SocketAddress address) {
        Promise<Channel> connected = loop.newPromise();
        bootstrap.connect(address).addListener((ChannelFuture done) -> {
            if (done.isSuccess()) {
                connected.setSuccess(done.channel());
            } else {
                ChannelFuture unused = done.channel().close();
                connected.setFailure(done.cause());
            }
        });
        return connected;
    }
}
