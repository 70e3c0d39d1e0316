package oks.control;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The peer of one session, and what is to be done when it goes. Safe in any thread. */
final class ConnectedPeer implements ControlPeer {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectedPeer.class);

    private final long uid;
    private final long gid;
    private final int pid;
    private final Optional<String> user;
    private final Executor executor;

    @GuardedBy("this") private final List<Runnable> actions = new ArrayList<>();

    @GuardedBy("this") private boolean gone;

    ConnectedPeer(long uid, long gid, int pid, Optional<String> user, Executor executor) {
        this.uid = uid;
        this.gid = gid;
        this.pid = pid;
        this.user = user;
        this.executor = executor;
    }

    @Override
    public long uid() {
        return uid;
    }

    @Override
    public long gid() {
        return gid;
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public Optional<String> user() {
        return user;
    }

    @Override
    public synchronized boolean closed() {
        return gone;
    }

    @Override
    public void onClose(Runnable action) {
        synchronized (this) {
            if (!gone) {
                actions.add(action);
                return;
            }
        }
        executor.execute(() -> run(List.of(action)));
    }

    /** The peer has gone; the second and later calls change nothing. */
    void gone() {
        List<Runnable> due;
        synchronized (this) {
            gone = true;
            due = List.copyOf(actions);
            actions.clear();
        }
        if (!due.isEmpty()) {
            executor.execute(() -> run(due));
        }
    }

    private void run(List<Runnable> due) {
        for (Runnable action : due) {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.error("a pause or snapshot of {} could not be ended with its connection", describe(), e);
            }
        }
    }
}
