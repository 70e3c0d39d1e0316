package oks.http.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Clients that close their sending half when they have sent their request, as {@code nc -N} does, and wait for the
 * answer. The framework would close the connection with it. Not with TLS, which has an end of its own.
 */
final class HalfClosing extends ChannelInboundHandlerAdapter {
    private final Runnable closed;

    private HalfClosing(Runnable closed) {
        this.closed = closed;
    }

    /** Lets a connection's client close its half; {@code closed} is told on the connection's event loop. */
    static void allow(HttpConnection connection, Runnable closed) {
        if (connection instanceof ConnectionBase base && !connection.isSsl()) {
            Channel channel = base.channel();
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            channel.pipeline().addFirst(new HalfClosing(closed)); // the last one hears no events
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        super.userEventTriggered(context, event);
        if (event == ChannelInputShutdownReadComplete.INSTANCE) {
            closed.run();
        }
    }
}
