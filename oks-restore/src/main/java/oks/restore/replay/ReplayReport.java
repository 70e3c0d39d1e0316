package oks.restore.replay;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.fault.Count;
import oks.fault.UtcTime;
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

    @Override
    public ObjectNode json() {
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("replayed", true)
                .put("directory", directory.toString())
                .put("database", identity.name())
                .put("database_id", identity.database().toString())
                .put("timeline", identity.timeline().number())
                .put("timeline_id", identity.timeline().id().toString());
        var files = object.putArray("recovery_files");
        log.files().forEach(file -> files.add(file.toString()));
        return object.put("changes", changes())
                .put("commits", commits)
                .put("lsn", position.last().number())
                .put("time", UtcTime.orNull(lastChange))
                .put("complete_until", UtcTime.orNull(complete))
                .put("behind_seconds", behind().map(Duration::toSeconds).orElse(null))
                .put("certificates", certificates)
                .put("digest", position.digest().hex());
    }

    @Override
    public List<String> warnings() {
        return log.leftOut().map(TornTail::warning).stream().toList();
    }
}
