package oks.oksd.start;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import oks.control.ControlStatus;
import oks.recovery.Group;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryFileName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts how far a replay has come: for the status at each group, for the log now and then while it lasts long. */
final class ReplayProgress implements RecoveryChain.GroupVisitor {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(ReplayProgress.class);

    private final RecoveryChain.GroupVisitor replay;
    private final long allBytes;
    private final Consumer<ControlStatus.Replay> listener;
    private final LongSupplier nanoTime;
    private RecoveryFileName file;
    private long bytesInFilesBefore;
    private long bytesInFile;
    private long toldNanos;
    private long changes;

    /**
     * @param replay what each group is handed on to
     * @param allBytes of all files together
     * @param listener told at each group
     */
    ReplayProgress(
            RecoveryChain.GroupVisitor replay,
            long allBytes,
            Consumer<ControlStatus.Replay> listener,
            LongSupplier nanoTime) {
        this.replay = replay;
        this.allBytes = allBytes;
        this.listener = listener;
        this.nanoTime = nanoTime;
        this.toldNanos = nanoTime.getAsLong();
    }

    @Override
    public void visit(Group group) throws IOException {
        replay.visit(group);
        changes += group.changes().size();
        read(group);
        if (nanoTime.getAsLong() - toldNanos >= INTERVAL.toNanos()) {
            toldNanos = nanoTime.getAsLong();
            LOG.info(
                    "replaying: changes so far: {}, up to LSN {}, in recovery file \"{}\"",
                    changes,
                    group.last(),
                    file);
        }
    }

    @Override
    public void passed(Group group) throws IOException {
        replay.passed(group);
        read(group);
    }

    private void read(Group group) {
        LogPosition end = group.end();
        if (!end.file().equals(file)) {
            file = end.file();
            bytesInFilesBefore += bytesInFile;
        }
        bytesInFile = end.length();
        listener.accept(new ControlStatus.Replay(
                group.last().number(), Math.min(bytesInFilesBefore + bytesInFile, allBytes), allBytes));
    }
}
