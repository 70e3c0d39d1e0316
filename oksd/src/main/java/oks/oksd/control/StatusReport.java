package oks.oksd.control;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import oks.cli.Version;
import oks.config.OksdSettings;
import oks.control.ControlStatus;
import oks.durable.Disk;
import oks.oksd.serve.Uploads;
import oks.oksd.start.OpenDatabase;
import oks.oksd.writer.Committer;
import oks.oksd.writer.ServerState;
import oks.oksd.writer.StoreKeeper;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.service.ServiceServer;

/** What {@code oksctl status} and the gateways are told. Any thread. */
public final class StatusReport {
    private final OksdSettings settings;
    private final OpenDatabase database;
    private final Committer committer;
    private final StoreKeeper keeper;
    private final ServerState state;
    private final Uploads uploads;
    private final ServiceServer.Memory memory;
    private final Disk disk;
    private final Instant started;

    public StatusReport(
            OksdSettings settings,
            OpenDatabase database,
            Committer committer,
            StoreKeeper keeper,
            ServerState state,
            Uploads uploads,
            ServiceServer.Memory memory,
            Disk disk,
            Instant started) {
        this.settings = settings;
        this.database = database;
        this.committer = committer;
        this.keeper = keeper;
        this.state = state;
        this.uploads = uploads;
        this.memory = memory;
        this.disk = disk;
        this.started = started;
    }

    public ControlStatus now() {
        ServerState.View view = state.view();
        Committer.LogView log = committer.logView();
        LogPosition applied = database.store().position();
        Unarchived unarchived = unarchived(log.position().last());
        return new ControlStatus(
                "oksd",
                Version.number(),
                ProcessHandle.current().pid(),
                database.identity().name(),
                database.identity().database(),
                database.identity().timeline().number(),
                view.state(),
                view.reason(),
                view.since(),
                view.holders(),
                database.store().certificates(),
                new ControlStatus.Changes(
                        log.position().last().number(),
                        applied.last().number(),
                        keeper.flushed().number(),
                        unarchived.before().number()),
                applied.digest().hex(),
                log.position().chain().hex(),
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
                new ControlStatus.Memory(
                        memory.requests().held(),
                        memory.requests().most(),
                        memory.answers().held(),
                        memory.answers().most(),
                        memory.requests().refusals() + memory.answers().refusals()),
                started,
                settings.configuration().file().map(Path::toString).orElse(""),
                Optional.empty());
    }

    private Unarchived unarchived(Lsn last) {
        return Unarchived.of(
                disk,
                database.recoveryDirectory(),
                database.identity().name(),
                database.store().archivedOrdinal(),
                last);
    }
}
