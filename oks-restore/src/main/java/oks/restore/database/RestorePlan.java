package oks.restore.database;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.archive.Manifest;
import oks.fault.Count;
import oks.fault.UtcTime;
import oks.log.Printable;
import oks.restore.log.CarriedDeletion;
import oks.restore.log.CheckedLog;
import oks.restore.log.Report;
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

    /** Adds what is known of the archive; null for what one that was made by hand does not say. */
    static void archive(Optional<Path> file, Optional<Manifest> manifest, ObjectNode into) {
        into.put("archive", file.map(path -> path.getFileName().toString()).orElse(null))
                .put("path", file.map(path -> path.toAbsolutePath().toString()).orElse(null))
                .put("made_by", manifest.map(Manifest::program).orElse(null))
                .put("created", UtcTime.orNull(manifest.map(Manifest::created)))
                .put(
                        "archive_lsn",
                        manifest.map(made -> made.state().lsn().number()).orElse(null))
                .put(
                        "archive_certificates",
                        manifest.map(made -> made.state().certificates()).orElse(null));
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
        if (checked.log().isPresent()) {
            describe(checked.log().get(), lines);
        } else {
            lines.add("  recovery files  " + range(checked.candidates())
                    + ", to be checked when the archive is unpacked");
            lines.add("  last change     not known yet");
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

    @Override
    public ObjectNode json() {
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("restored", false)
                .put("directory", directory.toString())
                .put("database", checked.contents().identity().name())
                .put("database_id", checked.contents().identity().database().toString());
        archive(file, checked.contents().manifest(), object);
        var files = object.putArray("recovery_files");
        checked.log()
                .ifPresentOrElse(
                        log -> log.files().forEach(file -> files.add(file.toString())),
                        () -> checked.candidates().forEach(files::add));
        checked.log().ifPresent(log -> describe(log, object));
        object.put("moves_aside", movesAside);
        object.put("bytes_needed", checked.needed()).put("bytes_free", checked.free());
        return object;
    }

    private static void describe(CheckedLog log, ObjectNode object) {
        var abandoned = object.putArray("abandoned_files");
        log.branch().abandoned().forEach(file -> abandoned.add(file.toString()));
        var gaps = object.putArray("gaps");
        log.branch().gaps().forEach(gaps::add);
        object.put("changes", log.changes()).set("reachable", log.reach().json());
        log.goalIfReachable().ifPresent(goal -> {
            object.put("target", goal.target().text())
                    .put("lsn", goal.lsn().number())
                    .put("time", UtcTime.orNull(goal.time()));
            CarriedDeletion.json(goal.deletions(), object.putArray("deletions"));
        });
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
