package oks.restore.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.cli.OutputOptions;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.fault.Count;
import oks.fault.OperatorFault;
import oks.recovery.Change;
import oks.recovery.Group;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryChain.ChainEnd;
import oks.recovery.RecoveryReader;
import oks.recovery.Seal;
import oks.store.CertificateStore;
import oks.store.Replay;

/** The recovery files of a restore, read once to verify them and find the target, and once to replay them. */
public final class LogReading {
    private final Branch branch;
    private final RecoveryChain chain;
    private final LogPosition from;
    private final OutputOptions options;
    private long changes;
    private long groups;
    private Optional<LeftOut> leftOut = Optional.empty();
    private Optional<OperatorFault> afterGoal = Optional.empty();

    /** @param from where the archive stands */
    public LogReading(Disk disk, Branch branch, UUID database, LogPosition from, OutputOptions options)
            throws IOException {
        this.branch = branch;
        this.chain = RecoveryChain.of(disk, branch.files(), database, from.last());
        this.from = from;
        this.options = options;
    }

    /**
     * What reading all of it came to.
     *
     * @param reach what can be reached, as far as the files could be read
     * @param problem what ended the reading early
     */
    public record Survey(LogSurvey target, Reach reach, Optional<OperatorFault> problem) {}

    /**
     * Reads every file, every frame and every link; writes nothing.
     *
     * @param archiveMade when the archive was begun, if it says so
     */
    public Survey survey(Target target, Optional<Instant> archiveMade) throws IOException {
        LogSurvey survey = new LogSurvey(target, from.last(), archiveMade);
        try {
            ChainEnd end = read("checking recovery files", survey);
            leftOut = leftOut(end);
            return new Survey(survey, survey.reach(begunAfter(), covered(end)), Optional.empty());
        } catch (OperatorFault problem) {
            return new Survey(survey, survey.reach(begunAfter(), Optional.empty()), Optional.of(problem));
        }
    }

    private Optional<Instant> begunAfter() {
        return branch.begunAfter(from.last());
    }

    private Optional<Instant> covered(ChainEnd end) {
        Optional<Instant> sealed = end.end().flatMap(RecoveryReader.End::seal).map(Seal::time);
        return sealed.or(branch::lastBegun);
    }

    /**
     * What is to be restored.
     *
     * @throws OperatorFault DAMAGED or GAP_OR_FORK naming what is wrong before the target (or after it, where deletions
     *     are looked for), TARGET_UNREACHABLE
     */
    public Goal goal(Survey survey, Wanted wanted) {
        if (survey.problem().isPresent()) {
            requireNotNeeded(survey.problem().get(), survey.target(), wanted);
        }
        Goal goal = survey.target().goal(survey.reach());
        return wanted.laterDeletions() ? goal : goal.withoutDeletions();
    }

    private void requireNotNeeded(OperatorFault problem, LogSurvey target, Wanted wanted) {
        if (!target.isPassed()) {
            throw problem;
        }
        if (wanted.laterDeletions()) {
            throw OperatorFault.of(problem.code(), "%s", problem.what())
                    .kept("%s", problem.kept())
                    .next(
                            "%s; the target is before that, but deletions after it are not known then: "
                                    + "--without-later-deletions does without them",
                            problem.next());
        }
        afterGoal = Optional.of(problem);
    }

    /**
     * Brings a store up to the goal, or to the last group before it, verifying again on the way.
     *
     * @return the changes up to the goal of the group in which it lies; empty when it lies at the end of a group
     */
    public List<Change> replay(CertificateStore store, Goal goal) throws IOException {
        try (Replay replay = new Replay(store)) {
            return replay(store, new UpTo(goal, !goal.latest() || afterGoal.isPresent(), replay));
        }
    }

    private List<Change> replay(CertificateStore store, UpTo upTo) throws IOException {
        Goal goal = upTo.goal;
        upTo.reached = upTo.endsAtGoal && goal.lsn().equals(from.last());
        ChainEnd end = read("replaying", upTo);
        upTo.replay.finish();
        boolean sameChange =
                goal.latest() && end.position().last().equals(store.position().last());
        if (sameChange && end.position().ordinal() > store.position().ordinal()
                || sameChange && end.position().length() > store.position().length()) {
            store.moveTo(end.position()); // the next recovery file follows the last one that was read
        }
        changes = upTo.replay.changes() + upTo.part.size();
        groups = upTo.groups;
        return List.copyOf(upTo.part);
    }

    /** Hands groups over until the goal is reached. */
    private static final class UpTo implements RecoveryChain.GroupVisitor {
        private final Goal goal;
        private final boolean endsAtGoal;
        private final Replay replay;
        private final List<Change> part = new ArrayList<>();
        private long groups;
        private boolean reached;

        /**
         * @param endsAtGoal whether nothing is to be read after it: other changes, or what is wrong with the files
         *     there
         */
        UpTo(Goal goal, boolean endsAtGoal, Replay replay) {
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

    private ChainEnd read(String what, RecoveryChain.GroupVisitor visitor) throws IOException {
        changes = 0;
        groups = 0;
        try (ProgressDisplay display =
                options.progress(what, chain.bytes(), "bytes").also(() -> Count.of(changes, "change"))) {
            BytesRead bytes = new BytesRead();
            return chain.read(from, new RecoveryChain.GroupVisitor() {
                private boolean ended;

                @Override
                public void visit(Group group) throws IOException {
                    ended = group.last().isAfter(branch.end());
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
            });
        }
    }

    /** How far reading has come, over all files. */
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

    /** The files that are read, in order. */
    public List<Path> files() {
        return chain.files();
    }

    /** The recovery files that were given, told apart by their history. */
    public Branch branch() {
        return branch;
    }

    public long bytes() throws IOException {
        return chain.bytes();
    }

    /** Changes after the archive: all of them after a survey, those that were applied after a replay. */
    public long changes() {
        return changes;
    }

    /** Groups after the archive, each ended by a COMMIT with a state digest; counted as changes are. */
    public long groups() {
        return groups;
    }

    /** The bytes at the end of the log that belong to no whole group; empty when there are none. */
    public Optional<LeftOut> leftOut() {
        return leftOut;
    }

    /** What is wrong with the files after the target. */
    public Optional<OperatorFault> afterGoal() {
        return afterGoal;
    }

    private static Optional<LeftOut> leftOut(ChainEnd end) throws IOException {
        if (!end.torn()) {
            return Optional.empty();
        }
        Path file = end.file().orElseThrow();
        long length = end.position().length();
        return Optional.of(new LeftOut(
                file, length, Files.size(file) - length, end.position().last()));
    }
}
