package oks.restore.database;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.archive.ArchiveContents;
import oks.archive.Manifest;
import oks.cli.OutputOptions;
import oks.durable.Disk;
import oks.fault.Count;
import oks.fault.OperatorFault;
import oks.fault.UtcTime;
import oks.log.Printable;
import oks.recovery.ArchivedPoint;
import oks.recovery.LogPosition;
import oks.restore.log.Branch;
import oks.restore.log.CarriedDeletion;
import oks.restore.log.Goal;
import oks.restore.log.LeftOut;
import oks.restore.log.LogReading;
import oks.restore.log.Reach;
import oks.restore.log.RecoverySources;
import oks.restore.log.Report;
import oks.restore.log.Wanted;

/**
 * What a restore would do, everything checked that can be checked without writing.
 *
 * @param movesAside whether there is a directory that would be renamed
 * @param log the recovery files and what they bring; empty for an archive made by hand, whose LSN only its unpacked
 *     store knows
 * @param candidates the recovery files that were named, when they could not be checked
 * @param problem what the restore would end with
 */
public record RestorePlan(
        Path directory,
        boolean movesAside,
        String archive,
        Optional<Path> file,
        ArchiveContents contents,
        Optional<Surveyed> log,
        List<String> candidates,
        long needed,
        long free,
        Optional<OperatorFault> problem)
        implements Report {

    /**
     * How far the recovery files bring the archive, and what the target is in them.
     *
     * @param goal empty when there is a problem
     */
    record Surveyed(LogReading log, Reach reach, Optional<Goal> goal) {}

    static RestorePlan of(
            Disk disk,
            ArchiveInput input,
            RecoverySources sources,
            Wanted wanted,
            RestoreTarget target,
            OutputOptions options)
            throws IOException {
        ArchiveContents contents = input.check(options);
        List<Path> named = sources.with(List.of(), contents.identity().name());
        List<String> candidates = new ArrayList<>(contents.recoveryFiles());
        named.forEach(file -> candidates.add(file.getFileName().toString()));
        Optional<Surveyed> surveyed = Optional.empty();
        Optional<OperatorFault> problem = Optional.empty();
        if (contents.manifest().isPresent()) {
            LogPosition archived = contents.manifest().get().state().position();
            UUID database = contents.identity().database();
            Branch branch = Branch.after(
                    disk,
                    named,
                    database,
                    sources.archives(disk, database),
                    new ArchivedPoint(input.name(), contents.identity().timeline(), archived.last()),
                    wanted.timeline());
            LogReading log = new LogReading(disk, branch, database, archived, options);
            Optional<Instant> made = contents.manifest().map(Manifest::created);
            LogReading.Survey survey = log.survey(wanted.target(), made);
            Optional<Goal> goal = Optional.empty();
            try {
                goal = Optional.of(log.goal(survey, wanted));
            } catch (OperatorFault inTheWay) {
                problem = Optional.of(inTheWay);
            }
            surveyed = Optional.of(new Surveyed(log, survey.reach(), goal));
        }
        long needed =
                contents.bytes() + (surveyed.isPresent() ? surveyed.get().log().bytes() : 0);
        return new RestorePlan(
                target.directory(),
                target.isMovedAside(),
                input.name(),
                input.file(),
                contents,
                surveyed,
                candidates,
                needed,
                target.usableBytes(),
                problem);
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
        lines.add("would restore database \"" + contents.identity().name() + "\" to " + directory);
        lines.add("  archive         " + archive + ", "
                + contents.manifest()
                        .map(made -> "LSN " + made.state().lsn() + ", " + made.created() + ", by " + made.program())
                        .orElse("made by hand: its LSN is known when it is unpacked"));
        if (log.isPresent()) {
            describe(log.get(), lines);
        } else {
            lines.add("  recovery files  " + range(candidates) + ", to be checked when the archive is unpacked");
            lines.add("  last change     not known yet");
        }
        lines.add("  space           " + needed + " bytes needed, " + free + " bytes free");
        if (movesAside) {
            lines.add("  moved aside     what is in " + directory + " now");
        }
        lines.add("nothing was written");
        return lines;
    }

    private static void describe(Surveyed log, List<String> lines) {
        List<Path> files = log.log().files();
        lines.add(
                "  recovery files  " + files.size() + ", " + Count.of(log.log().changes(), "change"));
        files.forEach(file -> lines.add("    " + file));
        List<Path> abandoned = log.log().branch().abandoned();
        if (!abandoned.isEmpty()) {
            lines.add("  other histories " + abandoned.size() + ", left out");
            abandoned.forEach(file -> lines.add("    " + file));
        }
        List<String> gaps = log.log().branch().gaps();
        lines.add("  gaps            " + (gaps.isEmpty() ? "none" : String.join("; ", gaps)));
        lines.add("  reachable       " + log.reach());
        lines.add("  target          "
                + log.goal().map(goal -> Printable.of(goal.line())).orElse("cannot be reached"));
        log.goal().ifPresent(goal -> {
            lines.add("  last change     LSN " + goal.lsn()
                    + goal.time().map(time -> ", " + time).orElse(""));
            lines.add("  deletions       " + goal.deletions().size() + " to be carried forward");
            lines.addAll(CarriedDeletion.lines(goal.deletions()));
        });
        lines.add(
                "  left out        " + log.log().leftOut().map(LeftOut::warning).orElse("nothing"));
    }

    @Override
    public ObjectNode json() {
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("restored", false)
                .put("directory", directory.toString())
                .put("database", contents.identity().name())
                .put("database_id", contents.identity().database().toString());
        archive(file, contents.manifest(), object);
        var files = object.putArray("recovery_files");
        log.ifPresentOrElse(
                surveyed -> surveyed.log().files().forEach(file -> files.add(file.toString())),
                () -> candidates.forEach(files::add));
        log.ifPresent(surveyed -> describe(surveyed, object));
        object.put("moves_aside", movesAside);
        object.put("bytes_needed", needed).put("bytes_free", free);
        return object;
    }

    private static void describe(Surveyed log, ObjectNode object) {
        var abandoned = object.putArray("abandoned_files");
        log.log().branch().abandoned().forEach(file -> abandoned.add(file.toString()));
        var gaps = object.putArray("gaps");
        log.log().branch().gaps().forEach(gaps::add);
        object.put("changes", log.log().changes()).set("reachable", log.reach().json());
        log.goal().ifPresent(goal -> {
            object.put("target", goal.target().text())
                    .put("lsn", goal.lsn().number())
                    .put("time", UtcTime.orNull(goal.time()));
            CarriedDeletion.json(goal.deletions(), object.putArray("deletions"));
        });
    }

    @Override
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        log.flatMap(surveyed -> surveyed.log().leftOut()).map(LeftOut::warning).ifPresent(warnings::add);
        log.flatMap(surveyed -> surveyed.log().afterGoal())
                .ifPresent(fault -> warnings.add("after the target: " + fault.what()));
        if (needed > free) {
            warnings.add("the restore needs " + needed + " bytes, but " + free + " are free");
        }
        return warnings;
    }
}
