package oks.oksd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import oks.durable.DurableFile;
import oks.durable.ForwardingDisk;
import oks.durable.RealDisk;

/** The real disk, but forced writes of new files fail or hang when a test wants it. Any thread. */
final class UnwillingDisk extends ForwardingDisk {
    private static final long BOUND_SECONDS = 30;

    private final AtomicBoolean failing = new AtomicBoolean();
    private final CountDownLatch blocked = new CountDownLatch(1);
    private volatile CountDownLatch healed = new CountDownLatch(0);

    UnwillingDisk() {
        super(new RealDisk());
    }

    /** The next forced write fails. */
    void failNextSync() {
        failing.set(true);
    }

    /** Forced writes hang from now on, until {@link #heal}. */
    void blockSyncs() {
        healed = new CountDownLatch(1);
    }

    /** Waits until one hangs. */
    void awaitBlocked() throws InterruptedException {
        assertThat(blocked.await(BOUND_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    void heal() {
        healed.countDown();
    }

    @Override
    public DurableFile create(Path file) throws IOException {
        return new Unwilling(super.create(file));
    }

    private void beforeSync() throws IOException {
        if (failing.getAndSet(false)) {
            throw new IOException("Input/output error");
        }
        CountDownLatch now = healed;
        if (now.getCount() > 0) {
            blocked.countDown();
            try {
                now.await();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }
    }

    private final class Unwilling implements DurableFile {
        private final DurableFile file;

        Unwilling(DurableFile file) {
            this.file = file;
        }

        @Override
        public Path path() {
            return file.path();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            return file.read(into, offset);
        }

        @Override
        public void write(long offset, ByteBuffer... from) throws IOException {
            file.write(offset, from);
        }

        @Override
        public void sync() throws IOException {
            beforeSync();
            file.sync();
        }

        @Override
        public void syncAll() throws IOException {
            file.syncAll();
        }

        @Override
        public void truncate(long length) throws IOException {
            file.truncate(length);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
