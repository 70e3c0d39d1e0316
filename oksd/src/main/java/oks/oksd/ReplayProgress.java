package oks.oksd;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import oks.recovery.Group;
import oks.recovery.RecoveryChain;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log now and then how far a long replay has come: nobody can ask oksd before it is over. */
final class ReplayProgress implements RecoveryChain.GroupVisitor {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(ReplayProgress.class);

    private final RecoveryChain.GroupVisitor replay;
    private final LongSupplier nanoTime;
    private long toldNanos;
    private long changes;

    /** @param replay what each group is handed on to */
    ReplayProgress(RecoveryChain.GroupVisitor replay, LongSupplier nanoTime) {
        this.replay = replay;
        this.nanoTime = nanoTime;
        this.toldNanos = nanoTime.getAsLong();
    }

    @Override
    public void visit(Group group) throws IOException {
        replay.visit(group);
        changes += group.changes().size();
        if (nanoTime.getAsLong() - toldNanos >= INTERVAL.toNanos()) {
            toldNanos = nanoTime.getAsLong();
            LOG.info("replaying: {} changes so far, up to LSN {}, in recovery file \"{}\"",
                    changes, group.last(), group.end().file());
        }
    }
}
