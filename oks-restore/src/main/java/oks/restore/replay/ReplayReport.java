package oks.restore.replay;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.fault.Count;
import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.restore.database.RestorePlan;
import oks.restore.log.CheckedLog;
import oks.restore.log.Report;
import oks.restore.log.TornTail;

/**
 * The result of a replay.
 *
 * @param from the last change it had before
 * @param position where it stands
 * @param commits how many groups were applied, each with an equal state digest
 * @param lastChange when its last change was made, if a recovery file says
 * @param complete up to which time the files tell what was changed
 * @param now the time of the report
 */
public record ReplayReport(
        Path directory,
        DatabaseIdentity identity,
        Lsn from,
        LogPosition position,
        long certificates,
        CheckedLog log,
        long commits,
        Optional<Instant> lastChange,
        Optional<Instant> complete,
        Instant now)
        implements Report {

    /** How many changes were applied. */
    long changes() {
        return position.last().number() - from.number();
    }

    /** How old the state is of which the files tell: what was changed since, if anything was, is not in them yet. */
    private Optional<Duration> behind() {
        return complete.map(time -> Duration.between(time, now)).map(age -> age.isNegative() ? Duration.ZERO : age);
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("replayed " + Count.of(changes(), "change") + " to database \"" + identity.name() + "\" in "
                + directory);
        lines.add("  recovery files  "
                + RestorePlan.range(log.files().stream()
                        .map(file -> file.getFileName().toString())
                        .toList()));
        lines.add("  last change     LSN " + position.last()
                + lastChange.map(time -> ", " + time).orElse(""));
        complete.ifPresent(time -> lines.add(
                "  complete until  " + time + ", " + behind().orElseThrow().toSeconds() + " s behind"));
        lines.add("  certificates    " + certificates);
        lines.add("  state digest    " + position.digest() + ", equal at " + Count.of(commits, "commit"));
        lines.add("  timeline        " + identity.timeline().number() + ", "
                + identity.timeline().id());
        return lines;
    }

    /** The members of {@code replay --json}; see oks-json(7). */
    record Members(
            boolean replayed,
            Path directory,
            String database,
            UUID databaseId,
            int timeline,
            UUID timelineId,
            List<Path> recoveryFiles,
            long changes,
            long commits,
            long lsn,
            Optional<Instant> time,
            Optional<Instant> completeUntil,
            Optional<Long> behindSeconds,
            long certificates,
            String digest) {}

    @Override
    public Members members() {
        return new Members(
                true,
                directory,
                identity.name(),
                identity.database(),
                identity.timeline().number(),
                identity.timeline().id(),
                log.files(),
                changes(),
                commits,
                position.last().number(),
                lastChange,
                complete,
                behind().map(Duration::toSeconds),
                certificates,
                position.digest().hex());
    }

    @Override
    public List<String> warnings() {
        return log.leftOut().map(TornTail::warning).stream().toList();
    }
}
