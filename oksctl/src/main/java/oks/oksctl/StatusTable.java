package oks.oksctl;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import oks.control.ControlStatus;
import oks.fault.Count;
import org.apache.commons.io.FileUtils;

/** The status of oksd, for people: two aligned columns, the state in colour where the terminal shows colours. */
final class StatusTable {
    private static final int WIDTH = 15;
    private static final String GREEN = "\u001b[32m";
    private static final String YELLOW = "\u001b[33m";
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";

    private final boolean colours;
    private final List<String> lines = new ArrayList<>();

    private StatusTable(boolean colours) {
        this.colours = colours;
    }

    static List<String> of(ControlStatus status, boolean colours) {
        StatusTable table = new StatusTable(colours);
        table.program(status);
        table.state(status);
        if (status.state() == ControlStatus.State.STARTING) {
            return table.lines; // the rest is not known yet
        }
        table.contents(status);
        table.recovery(status.recovery());
        table.row(
                "verified",
                "%s",
                status.archiveVerified()
                        .map(begun -> "archive of " + time(begun))
                        .orElse("no archive"));
        table.uploads(status.uploads());
        table.proof(status);
        return table.lines;
    }

    private void program(ControlStatus status) {
        row(
                "program",
                "%s %s, pid %d, since %s",
                status.process().program(),
                status.process().version(),
                status.process().pid(),
                time(status.started()));
        row("configuration", "%s", status.configuration());
        row(
                "database",
                "%s, timeline %d, %s",
                status.identity().name(),
                status.identity().timeline(),
                status.identity().id());
    }

    private void state(ControlStatus status) {
        String reason = status.reason().isEmpty() ? "" : " (" + status.reason() + ")";
        row(
                "state",
                "%s%s since %s",
                coloured(status.state()),
                reason,
                time(status.activity().since()));
        for (ControlStatus.Holder holder : status.activity().holders()) {
            String who = holder.pid()
                    .map(pid -> " (uid " + holder.uid().orElse(0L) + ", pid " + pid + ")")
                    .orElse("");
            row(
                    "held by",
                    "%s%s since %s, until %s",
                    holder.by(),
                    who,
                    time(holder.since()),
                    holder.until().map(StatusTable::time).orElse("it is resumed"));
        }
    }

    private String coloured(ControlStatus.State state) {
        String colour = switch (state) {
            case RUNNING -> GREEN;
            case STARTING, PAUSED, STOPPING -> YELLOW;
            case DEGRADED -> RED;
        };
        return colours ? colour + state.word() + PLAIN : state.word();
    }

    private void contents(ControlStatus status) {
        ControlStatus.Changes lsn = status.lsn();
        row("certificates", "%,d", status.certificates());
        row(
                "changes",
                "LSN %d on disk, %d in the store, %d flushed, %d archived",
                lsn.durable(),
                lsn.applied(),
                lsn.flushed(),
                lsn.archived());
    }

    private void recovery(ControlStatus.RecoveryFile recovery) {
        row("recovery file", "%s", recovery.file().isEmpty() ? "none is open" : recovery.file());
        row(
                "",
                "%s, %s",
                Count.grouped(recovery.changes(), "change"),
                FileUtils.byteCountToDisplaySize(recovery.bytes()));
        row("", "in %s", recovery.directory());
        row(
                "not archived",
                "%s, %s",
                FileUtils.byteCountToDisplaySize(recovery.notArchivedBytes()),
                recovery.notArchivedSince()
                        .map(since -> "changes since " + time(since))
                        .orElse("no change"));
    }

    private void uploads(ControlStatus.Uploads uploads) {
        row(
                "uploads",
                "%,d new, %,d merged, %,d unchanged, %,d refused",
                uploads.added(),
                uploads.merged(),
                uploads.unchanged(),
                uploads.refused());
    }

    private void proof(ControlStatus status) {
        row("digest", "%s", status.hashes().digest());
        row("chain", "%s", status.hashes().chain());
    }

    private void row(String name, String format, Object... values) {
        lines.add(String.format(Locale.ROOT, "%-" + WIDTH + "s", name) + String.format(Locale.ROOT, format, values));
    }

    /** To the second, UTC. */
    static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
