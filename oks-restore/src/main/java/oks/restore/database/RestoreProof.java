package oks.restore.database;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import oks.archive.Manifest;
import oks.fault.Count;
import oks.log.Printable;
import oks.recovery.DatabaseIdentity;
import oks.restore.log.CarriedDeletion;
import oks.restore.log.Report;
import oks.restore.log.Target;
import oks.restore.log.TargetPosition;
import oks.restore.log.TornTail;
import oks.store.StoreCheck;

/**
 * The result of a restore and the proof that it is complete; see oks-restore(1), section PROOF.
 *
 * @param aside where the directory is now that had the name before
 */
record RestoreProof(
        Path directory,
        Optional<Path> aside,
        String archive,
        Optional<Path> file,
        Optional<Manifest> manifest,
        RestoredDatabase built,
        Duration took,
        Phases phases)
        implements Report {

    private DatabaseIdentity identity() {
        return built.identity();
    }

    /** When the last change was made that was brought back, as far as manifest and recovery files say. */
    private Optional<Instant> time() {
        return built.goal().time().or(() -> manifest.map(Manifest::created));
    }

    private List<String> recoveryFiles() {
        return built.log().files().stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("restored database \"" + identity().name() + "\" to " + directory);
        lines.add("  archive         " + archive + ", " + madeBy());
        manifest.flatMap(Manifest::needs).ifPresent(bases -> lines.add("  needed          " + bases));
        lines.add("  recovery files  " + RestorePlan.range(recoveryFiles()) + ", "
                + Count.of(built.replayed().changes(), "change"));
        if (built.goal().target().kind() != Target.Kind.LATEST) {
            lines.add("  target          " + Printable.of(built.goal().line()));
        }
        lines.add("  last change     LSN " + built.goal().lsn()
                + time().map(time -> ", " + time).orElse(""));
        lines.add("  deletions       " + built.goal().deletions().size() + " carried forward"
                + (built.goal().deletions().isEmpty()
                        ? ""
                        : ", to LSN " + built.position().last()));
        lines.addAll(CarriedDeletion.lines(built.goal().deletions()));
        lines.add("  certificates    " + built.proven().check().certificates());
        lines.add("  indexes         " + built.proven().line());
        lines.add("  state digest    " + built.proven().check().digest() + ", equal at "
                + Count.of(built.replayed().groups(), "commit") + " and in a full scan");
        lines.add("  left out        " + leftOut());
        lines.add("  timeline        " + identity().timeline().number() + ", "
                + identity().timeline().id());
        aside.ifPresent(kept -> lines.add("  moved aside     " + kept));
        lines.add("  took            " + seconds() + " s");
        return lines;
    }

    private String madeBy() {
        return manifest.map(made -> "LSN " + made.state().lsn() + ", " + made.created() + ", by " + made.program())
                .orElse("made by hand");
    }

    private String leftOut() {
        List<String> parts = new ArrayList<>(logWarnings());
        if (!built.goal().latest()) {
            parts.add("the changes after LSN " + built.goal().lsn() + ", up to LSN "
                    + built.goal().reach().last());
        }
        if (!abandoned().isEmpty()) {
            parts.add(abandoned().size() + " recovery files of other histories");
        }
        return parts.isEmpty() ? "nothing" : String.join("; ", parts);
    }

    private List<Path> abandoned() {
        return built.log().branch().abandoned();
    }

    private String seconds() {
        return String.format(Locale.ROOT, "%.1f", took.toMillis() / 1000.0);
    }

    /** The members of {@code from --json}; see oks-json(7). */
    record Members(
            boolean restored,
            Path directory,
            String database,
            UUID databaseId,
            int timeline,
            UUID timelineId,
            @JsonUnwrapped ArchiveMembers archive,
            List<Path> recoveryFiles,
            List<Path> abandonedFiles,
            String target,
            long changes,
            long commits,
            long lsn,
            Optional<Instant> time,
            long certificates,
            long tombstones,
            String digest,
            ProvenStore.Members indexes,
            List<CarriedDeletion.Members> deletions,
            long endLsn,
            Optional<TornTail.Members> torn,
            Optional<Path> movedAside,
            Phases.Members phases,
            double seconds) {}

    @Override
    public Members members() {
        TargetPosition goal = built.goal();
        StoreCheck check = built.proven().check();
        return new Members(
                true,
                directory,
                identity().name(),
                identity().database(),
                identity().timeline().number(),
                identity().timeline().id(),
                ArchiveMembers.of(file, manifest),
                built.log().files(),
                abandoned(),
                goal.target().text(),
                built.replayed().changes(),
                built.replayed().groups(),
                goal.lsn().number(),
                time(),
                check.certificates(),
                check.tombstones(),
                check.digest().hex(),
                built.proven().members(),
                CarriedDeletion.members(goal.deletions()),
                built.position().last().number(),
                leftOutTail().map(TornTail::members),
                aside,
                phases.members(),
                took.toMillis() / 1000.0);
    }

    /** A torn group at the end of the log, if the restore went there. */
    private Optional<TornTail> leftOutTail() {
        return built.goal().latest() ? built.log().leftOut() : Optional.empty();
    }

    @Override
    public List<String> warnings() {
        List<String> warnings = logWarnings();
        warnings.addAll(built.proven().warnings());
        return warnings;
    }

    private List<String> logWarnings() {
        List<String> warnings = new ArrayList<>();
        leftOutTail().map(TornTail::warning).ifPresent(warnings::add);
        built.log().afterGoal().ifPresent(problem -> warnings.add("after the target: " + problem.what()));
        return warnings;
    }
}
