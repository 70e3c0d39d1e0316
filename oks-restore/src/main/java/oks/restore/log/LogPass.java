package oks.restore.log;

import java.io.IOException;
import oks.cli.OutputOptions;
import oks.cli.ProgressDisplay;
import oks.fault.Count;
import oks.recovery.Group;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryChain.ChainEnd;

/** One reading of recovery files that shows progress and counts what it hands over. One thread; used once. */
final class LogPass {
    private final RecoveryChain chain;
    private final Lsn end;
    private final OutputOptions options;
    private long changes;
    private long groups;

    /** @param end of the history; later groups of its last file are void */
    LogPass(RecoveryChain chain, Lsn end, OutputOptions options) {
        this.chain = chain;
        this.end = end;
        this.options = options;
    }

    /**
     * Reads from a position to the end of the history, or until the visitor has enough.
     *
     * @param what for the progress display
     */
    ChainEnd run(String what, LogPosition from, RecoveryChain.GroupVisitor visitor) throws IOException {
        try (ProgressDisplay display =
                options.progress(what, chain.bytes(), "bytes").also(() -> Count.of(changes, "change"))) {
            return chain.read(from, new Counting(visitor, display));
        }
    }

    /** Changes that were handed over. */
    long changes() {
        return changes;
    }

    /** Groups that were handed over, each ended by a COMMIT with a state digest. */
    long groups() {
        return groups;
    }

    private final class Counting implements RecoveryChain.GroupVisitor {
        private final RecoveryChain.GroupVisitor visitor;
        private final ProgressDisplay display;
        private final BytesRead bytes = new BytesRead();
        private boolean ended;

        Counting(RecoveryChain.GroupVisitor visitor, ProgressDisplay display) {
            this.visitor = visitor;
            this.display = display;
        }

        @Override
        public void visit(Group group) throws IOException {
            ended = group.last().isAfter(end);
            if (ended) {
                return; // void for this history, which has no file yet that would say so
            }
            visitor.visit(group);
            changes += group.changes().size();
            groups++;
            display.to(bytes.upTo(group));
        }

        @Override
        public void passed(Group group) throws IOException {
            visitor.passed(group);
            display.to(bytes.upTo(group));
        }

        @Override
        public boolean hasEnough() {
            return ended || visitor.hasEnough();
        }
    }

    /** The number of bytes read so far, over all files. */
    private static final class BytesRead {
        private long earlierFiles;
        private long ordinal;
        private long length;

        long upTo(Group group) {
            if (group.end().ordinal() != ordinal) {
                earlierFiles += length;
                ordinal = group.end().ordinal();
            }
            length = group.end().length();
            return earlierFiles + length;
        }
    }
}
