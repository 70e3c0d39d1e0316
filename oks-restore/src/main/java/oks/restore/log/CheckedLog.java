package oks.restore.log;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.cli.OutputOptions;
import oks.fault.OperatorFault;
import oks.recovery.Change;
import oks.recovery.Group;
import oks.recovery.HistoryFile;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryChain.ChainEnd;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryReader;
import oks.recovery.Seal;
import oks.store.CertificateStore;
import oks.store.Replay;

/**
 * Recovery files that were read to their end before anything is written: every file, every frame, every link. A plan
 * tells what it says; a restore and a standby replay it. One thread.
 */
public final class CheckedLog {
    private final Branch branch;
    private final RecoveryChain chain;
    private final LogPosition from;
    private final OutputOptions options;
    private final RestorableRange reach;
    private final Decision decision;
    private final Optional<TornTail> leftOut;
    private final long changes;

    /**
     * The change that is wanted, or why it cannot be had.
     *
     * @param problem present when the goal is not
     * @param afterGoal what is wrong with the files after the goal
     */
    private record Decision(
            Optional<TargetPosition> goal, Optional<OperatorFault> problem, Optional<OperatorFault> afterGoal) {}

    private CheckedLog(
            Branch branch,
            RecoveryChain chain,
            LogPosition from,
            OutputOptions options,
            RestorableRange reach,
            Decision decision,
            Optional<TornTail> leftOut,
            long changes) {
        this.branch = branch;
        this.chain = chain;
        this.from = from;
        this.options = options;
        this.reach = reach;
        this.decision = decision;
        this.leftOut = leftOut;
        this.changes = changes;
    }

    /**
     * Reads all of it and finds the target; writes nothing. What stands in the way is told by {@link #problem}.
     *
     * @param from where the archive, or the database that is brought forward, stands
     * @param archiveMade when the archive was begun, if it says so
     */
    public static CheckedLog of(
            Branch branch,
            UUID database,
            LogPosition from,
            RecoveryTarget wanted,
            Optional<Instant> archiveMade,
            OutputOptions options)
            throws IOException {
        RecoveryChain chain = RecoveryChain.of(branch.files(), database, from.last());
        LogSurvey survey = new LogSurvey(wanted.target(), from.last(), archiveMade);
        LogPass pass = new LogPass(chain, branch.end(), options);
        Optional<Instant> covered = Optional.empty();
        Optional<TornTail> leftOut = Optional.empty();
        Optional<OperatorFault> broken = Optional.empty();
        try {
            ChainEnd end = pass.run("checking recovery files", from, survey);
            leftOut = leftOut(end);
            covered = covered(end, branch);
        } catch (OperatorFault fault) {
            broken = Optional.of(fault);
        }
        RestorableRange reach = survey.reach(branch.begunAfter(from.last()), covered);
        return new CheckedLog(
                branch, chain, from, options, reach, decide(survey, reach, broken, wanted), leftOut, pass.changes());
    }

    private static Optional<Instant> covered(ChainEnd end, Branch branch) {
        Optional<Instant> sealed = end.end().flatMap(RecoveryReader.End::seal).map(Seal::time);
        return sealed.or(branch::lastBegun);
    }

    private static Decision decide(
            LogSurvey survey, RestorableRange reach, Optional<OperatorFault> broken, RecoveryTarget wanted) {
        if (broken.isPresent() && (!survey.isPassed() || wanted.laterDeletions())) {
            OperatorFault fault = broken.get();
            return new Decision(
                    Optional.empty(),
                    Optional.of(survey.isPassed() ? deletionsUnknown(fault) : fault),
                    Optional.empty());
        }
        try {
            TargetPosition goal = survey.goal(reach);
            return new Decision(
                    Optional.of(wanted.laterDeletions() ? goal : goal.withoutDeletions()), Optional.empty(), broken);
        } catch (OperatorFault unreachable) {
            return new Decision(Optional.empty(), Optional.of(unreachable), Optional.empty());
        }
    }

    private static OperatorFault deletionsUnknown(OperatorFault problem) {
        return OperatorFault.of(problem.code(), "%s", problem.what())
                .kept("%s", problem.kept())
                .next(
                        "%s; the target is before that, but later deletions cannot be read: "
                                + "--without-later-deletions restores without them",
                        problem.next());
    }

    /**
     * The change that is wanted.
     *
     * @throws OperatorFault DAMAGED or GAP_OR_FORK naming what is wrong before the target (or after it, where deletions
     *     are looked for), TARGET_UNREACHABLE
     */
    public TargetPosition goal() {
        return decision.goal().orElseThrow(() -> decision.problem().orElseThrow());
    }

    /** The change that is wanted; empty when there is a problem. */
    public Optional<TargetPosition> goalIfReachable() {
        return decision.goal();
    }

    /** Why the target cannot be restored; empty when it can. */
    public Optional<OperatorFault> problem() {
        return decision.problem();
    }

    /** What is wrong with the files after the target. */
    public Optional<OperatorFault> afterGoal() {
        return decision.afterGoal();
    }

    /** What can be reached, as far as the files could be read. */
    public RestorableRange reach() {
        return reach;
    }

    /**
     * Brings a store up to the goal, or to the last group before it, verifying again on the way.
     *
     * @throws OperatorFault as {@link #goal}
     */
    public ReplayedLog replay(CertificateStore store) throws IOException {
        TargetPosition goal = goal();
        try (Replay replay = new Replay(store)) {
            UpTo upTo = new UpTo(goal, !goal.latest() || afterGoal().isPresent(), replay);
            upTo.reached = upTo.endsAtGoal && goal.lsn().equals(from.last());
            ChainEnd end = new LogPass(chain, branch.end(), options).run("replaying", from, upTo);
            replay.finish();
            boolean sameChange = goal.latest()
                    && end.position().last().equals(store.position().last());
            if (sameChange && end.position().ordinal() > store.position().ordinal()
                    || sameChange && end.position().length() > store.position().length()) {
                store.moveTo(end.position()); // the next recovery file follows the last one that was read
            }
            return new ReplayedLog(upTo.part, replay.changes() + upTo.part.size(), upTo.groups);
        }
    }

    /** Hands groups over until the goal is reached. */
    private static final class UpTo implements RecoveryChain.GroupVisitor {
        private final TargetPosition goal;
        private final boolean endsAtGoal;
        private final Replay replay;
        private final List<Change> part = new ArrayList<>();
        private long groups;
        private boolean reached;

        /**
         * @param endsAtGoal whether nothing is to be read after it: other changes, or what is wrong with the files
         *     there
         */
        UpTo(TargetPosition goal, boolean endsAtGoal, Replay replay) {
            this.goal = goal;
            this.endsAtGoal = endsAtGoal;
            this.replay = replay;
        }

        @Override
        public void visit(Group group) {
            if (group.last().isAfter(goal.lsn())) {
                group.changes().stream()
                        .filter(change -> !change.lsn().isAfter(goal.lsn()))
                        .forEach(part::add);
                reached = true;
            } else {
                replay.visit(group);
                groups++;
                reached = group.last().equals(goal.lsn()) && endsAtGoal;
            }
        }

        @Override
        public boolean hasEnough() {
            return reached;
        }
    }

    /** The files that are read, in order. */
    public List<Path> files() {
        return chain.files().stream().map(HistoryFile::path).toList();
    }

    /** The recovery files that were given, told apart by their history. */
    public Branch branch() {
        return branch;
    }

    /** The length of all files. */
    public long bytes() throws IOException {
        return chain.bytes();
    }

    /** How many changes follow the archive, as far as the files could be read. */
    public long changes() {
        return changes;
    }

    /** The bytes at the end of the log that belong to no whole group; empty when there are none. */
    public Optional<TornTail> leftOut() {
        return leftOut;
    }

    private static Optional<TornTail> leftOut(ChainEnd end) throws IOException {
        if (!end.torn()) {
            return Optional.empty();
        }
        RecoveryFile file = end.file().orElseThrow();
        long length = end.position().length();
        return Optional.of(new TornTail(
                file.path(), length, file.size() - length, end.position().last()));
    }
}
