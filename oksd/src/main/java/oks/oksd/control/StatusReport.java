package oks.oksd.control;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import oks.cli.Version;
import oks.config.OksdSettings;
import oks.control.ControlStatus;
import oks.oksd.serve.Uploads;
import oks.oksd.start.OpenDatabase;
import oks.oksd.writer.Committer;
import oks.oksd.writer.ServerState;
import oks.oksd.writer.StoreFlusher;
import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.service.ByteBudget;
import oks.service.ServerMemory;

/** The status that {@code oksctl status} and the gateways get. Any thread. */
public final class StatusReport {
    private final OksdSettings settings;
    private final OpenDatabase database;
    private final Committer committer;
    private final StoreFlusher flusher;
    private final ServerState state;
    private final Uploads uploads;
    private final ServerMemory memory;
    private final Instant started;

    public StatusReport(
            OksdSettings settings,
            OpenDatabase database,
            Committer committer,
            StoreFlusher flusher,
            ServerState state,
            Uploads uploads,
            ServerMemory memory,
            Instant started) {
        this.settings = settings;
        this.database = database;
        this.committer = committer;
        this.flusher = flusher;
        this.state = state;
        this.uploads = uploads;
        this.memory = memory;
        this.started = started;
    }

    public ControlStatus now() {
        Committer.LogView log = committer.logView();
        LogPosition applied = database.store().position();
        UnarchivedFiles unarchived = unarchived(log.position().last());
        DatabaseIdentity identity = database.identity();
        return new ControlStatus(
                new ControlStatus.Process(
                        "oksd", Version.number(), ProcessHandle.current().pid()),
                new ControlStatus.Identity(
                        identity.name(),
                        identity.database(),
                        identity.timeline().number()),
                state.view(),
                database.store().certificates(),
                new ControlStatus.Changes(
                        log.position().last().number(),
                        applied.last().number(),
                        flusher.flushed().number(),
                        unarchived.before().number()),
                new ControlStatus.Hashes(
                        applied.digest().hex(), log.position().chain().hex()),
                new ControlStatus.RecoveryFile(
                        database.recoveryDirectory().toString(),
                        log.file().toString(),
                        log.file().ordinal(),
                        log.position().length(),
                        log.changes(),
                        unarchived.bytes(),
                        unarchived.since()),
                database.store().verifiedArchive(),
                uploads.counts(),
                Optional.of(new ControlStatus.Memory(
                        held(memory.requests()),
                        held(memory.answers()),
                        memory.requests().refusals() + memory.answers().refusals())),
                started,
                settings.configuration().file().map(Path::toString).orElse(""),
                Optional.empty());
    }

    private static ControlStatus.Held held(ByteBudget budget) {
        return new ControlStatus.Held(budget.held(), budget.most());
    }

    private UnarchivedFiles unarchived(Lsn last) {
        return UnarchivedFiles.of(
                database.recoveryDirectory(),
                database.identity().name(),
                database.store().archivedOrdinal(),
                last);
    }
}
