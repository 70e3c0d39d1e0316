package oks.log;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

/** The way to a syslog daemon. Used by the thread of one event loop. */
interface SyslogRoute {

    /** Connects; a channel that could not be connected is closed already. */
    Future<Channel> connect(EventLoop loop);

    /** A packet as it travels on this way. */
    ByteBuf framed(byte[] packet);
}
