package oks.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * The socket to a syslog daemon.
 *
 * <p>Any thread sends; a sender never waits. Packets queue here and one thread delivers them in order, so a daemon that
 * is slow, is started again or is missing delays nobody. When the queue is full, packets are lost and counted, and the
 * count is sent once there is room. Nothing is opened before the first packet.
 */
final class SyslogSocket implements AutoCloseable {
    private static final int LONGEST_QUEUE = 2000;
    private static final int MOST_ATTEMPTS = 3;
    private static final long CLOSE_SECONDS = 1;

    private enum State {
        IDLE,
        CONNECTING,
        CONNECTED,
        WRITING,
        WAITING
    }

    private final SyslogRoute route;
    private final Duration retry;
    private final LongFunction<byte[]> lossReport;
    private final BlockingQueue<byte[]> pending = new ArrayBlockingQueue<>(LONGEST_QUEUE);
    private final AtomicLong lost = new AtomicLong();
    private final CountDownLatch drained = new CountDownLatch(1);

    @GuardedBy("this") private MultiThreadIoEventLoopGroup group;

    @GuardedBy("this") private boolean closed;

    // Of the group's only thread:
    private EventLoop loop;
    private State state = State.IDLE;
    private Channel channel;
    private int attempts;
    private boolean closing;

    /**
     * @param retry how long to wait after a socket that was missing or did not answer
     * @param lossReport makes the packet that says how many packets were lost
     */
    SyslogSocket(SyslogRoute route, Duration retry, LongFunction<byte[]> lossReport) {
        this.route = route;
        this.retry = retry;
        this.lossReport = lossReport;
    }

    /** Takes a packet for delivery; returns at once. */
    void send(byte[] packet) {
        EventLoop running = started();
        if (running == null || running.inEventLoop()) {
            return; // messages about this socket's own trouble would go round for ever
        }
        if (!pending.offer(packet)) {
            lost.incrementAndGet();
        }
        running.execute(this::deliver);
    }

    /** Delivers what is queued if the syslog daemon takes it within a second, and ends the thread. */
    @Override
    public void close() {
        MultiThreadIoEventLoopGroup ending;
        synchronized (this) {
            closed = true;
            ending = group;
            group = null;
        }
        if (ending == null) {
            return;
        }
        loop.execute(() -> {
            closing = true;
            deliver();
        });
        try {
            drained.await(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ending.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private synchronized EventLoop started() {
        if (closed || !Epoll.isAvailable()) {
            return null;
        }
        if (group == null) {
            group = new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("syslog", true), EpollIoHandler.newFactory());
            loop = group.next();
        }
        return loop;
    }

    private void deliver() {
        while (state == State.CONNECTED && !pending.isEmpty()) {
            write(pending.peek());
        }
        if (state == State.IDLE && !pending.isEmpty()) {
            connect();
        }
        if (closing && (pending.isEmpty() || state == State.WAITING)) {
            drained.countDown();
        }
    }

    private void connect() {
        state = State.CONNECTING;
        route.connect(loop).addListener((Future<Channel> done) -> {
            if (done.isSuccess()) {
                channel = done.getNow();
                state = State.CONNECTED;
                channel.closeFuture().addListener(ended -> noteEnd(done.getNow()));
                deliver();
            } else {
                waitAndRetry();
            }
        });
    }

    /** A daemon that ended its stream would otherwise be noticed by the loss of the next packet. */
    private void noteEnd(Channel ended) {
        if (ended == channel && state == State.CONNECTED) {
            state = State.IDLE;
        }
    }

    private void write(byte[] packet) {
        state = State.WRITING;
        ChannelFuture written = channel.writeAndFlush(route.framed(packet));
        if (written.isDone()) {
            finish(written);
        } else {
            written.addListener((Future<Object> done) -> {
                finish(done);
                deliver();
            });
        }
    }

    private void finish(Future<?> written) {
        if (written.isSuccess()) {
            state = State.CONNECTED;
            attempts = 0;
            pending.poll();
            reportLoss();
            return;
        }
        ChannelFuture unused = channel.close();
        attempts++;
        if (attempts >= MOST_ATTEMPTS) { // the packet is the trouble, not the daemon
            pending.poll();
            attempts = 0;
            lost.incrementAndGet();
        }
        if (attempts == 1) { // the daemon was started again: as syslog(3), connect anew and send once more
            state = State.IDLE;
        } else {
            waitAndRetry();
        }
    }

    private void reportLoss() {
        long count = lost.get();
        if (count > 0 && pending.offer(lossReport.apply(count))) {
            lost.addAndGet(-count);
        }
    }

    private void waitAndRetry() {
        state = State.WAITING;
        Future<?> unused = loop.schedule(
                () -> {
                    state = State.IDLE;
                    deliver();
                },
                retry.toMillis(),
                TimeUnit.MILLISECONDS);
        if (closing) {
            drained.countDown();
        }
    }
}
