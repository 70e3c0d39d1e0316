package oks.restore.database;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.archive.Manifest;
import oks.fault.Count;
import oks.log.Printable;
import oks.recovery.DatabaseIdentity;
import oks.restore.log.CarriedDeletion;
import oks.restore.log.CheckedLog;
import oks.restore.log.Report;
import oks.restore.log.RestorableRange;
import oks.restore.log.TargetPosition;
import oks.restore.log.TornTail;

/**
 * A restore that would be done, told to an operator.
 *
 * @param movesAside whether there is a directory that would be renamed
 */
public record RestorePlan(
        Path directory, boolean movesAside, String archive, Optional<Path> file, CheckedRestore checked)
        implements Report {

    private static final String NOT_CHECKED =
            "recovery files inside this archive are read only when it is unpacked, and "
                    + "others with them: a gap, damage, a target that cannot be reached and the space for them are found then";

    static RestorePlan of(RestoreRequest request, CheckedRestore checked) {
        return new RestorePlan(
                request.target().directory(),
                request.target().isMovedAside(),
                request.archive().name(),
                request.archive().file(),
                checked);
    }

    /** {@code none}, {@code NAME}, or {@code 3, NAME to NAME}. */
    public static String range(List<String> names) {
        return switch (names.size()) {
            case 0 -> "none";
            case 1 -> "1, " + names.get(0);
            default -> names.size() + ", " + names.get(0) + " to " + names.get(names.size() - 1);
        };
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("would restore database \"" + checked.contents().identity().name() + "\" to " + directory);
        lines.add("  archive         " + archive + ", "
                + checked.contents()
                        .manifest()
                        .map(made -> "LSN " + made.state().lsn() + ", " + made.created() + ", by " + made.program())
                        .orElse("made by hand: its LSN is known when it is unpacked"));
        checked.contents()
                .manifest()
                .flatMap(Manifest::needs)
                .ifPresent(bases -> lines.add("  needs           " + bases));
        if (checked.log().isPresent()) {
            describe(checked.log().get(), lines);
        } else {
            lines.add("  recovery files  " + range(checked.candidates())
                    + ", to be checked when the archive is unpacked");
            lines.add("  last change     not known yet");
            lines.add("  not checked     " + NOT_CHECKED);
        }
        lines.add("  space           " + checked.needed() + " bytes needed, " + checked.free() + " bytes free");
        if (movesAside) {
            lines.add("  moved aside     what is in " + directory + " now");
        }
        lines.add("nothing was written");
        return lines;
    }

    private static void describe(CheckedLog log, List<String> lines) {
        List<Path> files = log.files();
        lines.add("  recovery files  " + files.size() + ", " + Count.of(log.changes(), "change"));
        files.forEach(file -> lines.add("    " + file));
        List<Path> abandoned = log.branch().abandoned();
        if (!abandoned.isEmpty()) {
            lines.add("  other histories " + abandoned.size() + ", left out");
            abandoned.forEach(file -> lines.add("    " + file));
        }
        List<String> gaps = log.branch().gaps();
        lines.add("  gaps            " + (gaps.isEmpty() ? "none" : String.join("; ", gaps)));
        lines.add("  reachable       " + log.reach());
        Optional<TargetPosition> goal = log.goalIfReachable();
        lines.add("  target          "
                + goal.map(known -> Printable.of(known.line())).orElse("cannot be reached"));
        goal.ifPresent(known -> {
            lines.add("  last change     LSN " + known.lsn()
                    + known.time().map(time -> ", " + time).orElse(""));
            lines.add("  deletions       " + known.deletions().size() + " to be carried forward");
            lines.addAll(CarriedDeletion.lines(known.deletions()));
        });
        lines.add("  left out        " + log.leftOut().map(TornTail::warning).orElse("nothing"));
    }

    /**
     * The members of {@code from --plan --json}; see oks-json(7).
     *
     * @param log null for an archive whose LSN is not known yet: then its members are not there
     */
    record Members(
            boolean restored,
            Path directory,
            String database,
            UUID databaseId,
            @JsonUnwrapped ArchiveMembers archive,
            List<String> recoveryFiles,
            boolean recoveryChecked,
            @JsonUnwrapped LogMembers log,
            boolean movesAside,
            long bytesNeeded,
            long bytesFree) {}

    /** @param target null where the target cannot be reached: then its members are not there */
    record LogMembers(
            List<Path> abandonedFiles,
            List<String> gaps,
            long changes,
            RestorableRange.Members reachable,
            @JsonUnwrapped TargetMembers target) {
        static LogMembers of(CheckedLog log) {
            return new LogMembers(
                    log.branch().abandoned(),
                    log.branch().gaps(),
                    log.changes(),
                    log.reach().members(),
                    log.goalIfReachable().map(TargetMembers::of).orElse(null));
        }
    }

    /** The state that would be restored. */
    record TargetMembers(String target, long lsn, Optional<Instant> time, List<CarriedDeletion.Members> deletions) {
        static TargetMembers of(TargetPosition goal) {
            return new TargetMembers(
                    goal.target().text(), goal.lsn().number(), goal.time(), CarriedDeletion.members(goal.deletions()));
        }
    }

    @Override
    public Members members() {
        DatabaseIdentity identity = checked.contents().identity();
        return new Members(
                false,
                directory,
                identity.name(),
                identity.database(),
                ArchiveMembers.of(file, checked.contents().manifest()),
                checked.log()
                        .map(log -> log.files().stream().map(Path::toString).toList())
                        .orElse(checked.candidates()),
                checked.log().isPresent(),
                checked.log().map(LogMembers::of).orElse(null),
                movesAside,
                checked.needed(),
                checked.free());
    }

    @Override
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        checked.log().flatMap(CheckedLog::leftOut).map(TornTail::warning).ifPresent(warnings::add);
        checked.log()
                .flatMap(CheckedLog::afterGoal)
                .ifPresent(fault -> warnings.add("after the target: " + fault.what()));
        return warnings;
    }
}
