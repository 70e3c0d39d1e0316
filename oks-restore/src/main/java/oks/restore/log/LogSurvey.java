package oks.restore.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Change;
import oks.recovery.Group;
import oks.recovery.Lsn;
import oks.recovery.RecoveryChain;

/** Finds in one reading of the log which change a target means, what can be reached, and what was deleted after it. */
final class LogSurvey implements RecoveryChain.GroupVisitor {
    private final Target target;
    private final Lsn archived;
    private final Optional<Instant> archiveMade;
    private final LaterDeletions deletions;
    private final List<String> matches = new ArrayList<>();
    private Optional<Instant> archivedTime = Optional.empty();
    private Optional<Instant> firstTime = Optional.empty();
    private Lsn last;
    private Optional<Instant> lastTime = Optional.empty();
    private Optional<Lsn> goal;
    private Optional<Instant> goalTime = Optional.empty();

    /**
     * @param archived the archive's last change
     * @param archiveMade when the archive was begun, if it says so
     */
    LogSurvey(Target target, Lsn archived, Optional<Instant> archiveMade) {
        this.target = target;
        this.archived = archived;
        this.archiveMade = archiveMade;
        this.last = archived;
        this.deletions = new LaterDeletions(target);
        this.goal = switch (target.kind()) {
            case LATEST, TIME, LSN -> Optional.of(archived);
            case POINT, BEFORE -> Optional.empty();
        };
    }

    @Override
    public void passed(Group group) {
        if (group.last().equals(archived)) {
            archivedTime =
                    Optional.of(group.changes().get(group.changes().size() - 1).time());
            goalTime = goal.isPresent() ? archivedTime : goalTime;
        }
    }

    @Override
    public void visit(Group group) {
        group.changes().forEach(this::look);
    }

    private void look(Change change) {
        firstTime = firstTime.or(() -> Optional.of(change.time()));
        if (reaches(change)) {
            goal = Optional.of(change.lsn());
            goalTime = Optional.of(change.time());
            deletions.forget();
        } else if (isOfCertificate(change)) {
            goal = Optional.of(last);
            goalTime = lastTime.or(() -> archivedTime);
            deletions.forget();
        }
        if (goal.filter(reached -> change.lsn().isAfter(reached)).isPresent()) {
            deletions.add(change);
        }
        last = change.lsn();
        lastTime = Optional.of(change.time());
    }

    /** Whether the wanted state is after this change, or later. */
    private boolean reaches(Change change) {
        return switch (target.kind()) {
            case LATEST -> true;
            case TIME -> !change.time().isAfter(((Target.AtTime) target).time());
            case LSN -> !change.lsn().isAfter(((Target.AtLsn) target).lsn());
            case POINT -> isPoint(change);
            case BEFORE -> false;
        };
    }

    private boolean isPoint(Change change) {
        boolean match = change instanceof Change.Point point && point.name().equals(((Target.AtPoint) target).name());
        if (match) {
            matches.add("LSN " + change.lsn() + ", " + change.time());
        }
        return match;
    }

    private boolean isOfCertificate(Change change) {
        return target instanceof Target.Before before
                && LaterDeletions.fingerprint(change)
                        .filter(before.certificate()::equals)
                        .isPresent();
    }

    /** Whether the target is known already and later changes cannot make it another one. */
    boolean isPassed() {
        boolean firstCounts = target.kind() == Target.Kind.TIME || target.kind() == Target.Kind.LSN;
        boolean exact = target instanceof Target.AtLsn at
                && goal.filter(at.lsn()::equals).isPresent();
        return exact || firstCounts && goal.filter(last::isAfter).isPresent();
    }

    /**
     * The changes and times that can be reached, as far as was read. When the archive was begun does not say when its
     * state began: changes were still made until its snapshot.
     *
     * @param begunAfter when the file was begun that follows the archive's last change, if one does
     * @param covered a time at which the log is known to be complete
     */
    RestorableRange reach(Optional<Instant> begunAfter, Optional<Instant> covered) {
        Optional<Instant> begin = archivedTime.or(() -> begunAfter).or(() -> firstTime);
        return new RestorableRange(
                archived, begin, last, later(later(lastTime.or(() -> archivedTime), covered), archiveMade));
    }

    private static Optional<Instant> later(Optional<Instant> one, Optional<Instant> other) {
        return one.isPresent() && other.isPresent() && other.get().isBefore(one.get()) ? one : other.or(() -> one);
    }

    /**
     * The change that the target means.
     *
     * @throws OperatorFault TARGET_UNREACHABLE, with what can be reached
     */
    TargetPosition goal(RestorableRange reach) {
        boolean reachable = switch (target.kind()) {
            case LATEST -> true;
            case TIME -> reach.holds(((Target.AtTime) target).time());
            case LSN -> reach.holds(((Target.AtLsn) target).lsn());
            case POINT, BEFORE -> goal.isPresent();
        };
        if (!reachable) {
            throw unreachable(
                            "%s cannot be reached: the archive and the recovery files reach from %s",
                            target.text(), reach)
                    .next("name an earlier archive, or more recovery files with --recovery DIR");
        }
        if (matches.size() > 1) {
            throw unreachable("%s was set more than once: %s", target.text(), String.join("; ", matches))
                    .next("say which one with --until-lsn N");
        }
        return new TargetPosition(
                target, goal.orElseThrow(), goalTime, goal.get().equals(last), reach, deletions.list());
    }

    private static OperatorFault unreachable(String format, Object... values) {
        return OperatorFault.of(ExitCode.TARGET_UNREACHABLE, format, values).kept("nothing was changed");
    }
}
