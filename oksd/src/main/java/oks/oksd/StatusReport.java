package oks.oksd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import oks.config.OksdSettings;
import oks.control.ControlStatus;
import oks.durable.Disk;
import oks.fault.OperatorFault;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryFileName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code oksctl status} and the gateways are told. Any thread. */
final class StatusReport {
    private static final Logger LOG = LoggerFactory.getLogger(StatusReport.class);

    private final OksdSettings settings;
    private final OpenDatabase database;
    private final Committer committer;
    private final StoreKeeper keeper;
    private final ServerState state;
    private final Uploads uploads;
    private final Disk disk;
    private final Instant started;
    private final AtomicLong archivedOrdinal = new AtomicLong();

    StatusReport(
            OksdSettings settings,
            OpenDatabase database,
            Committer committer,
            StoreKeeper keeper,
            ServerState state,
            Uploads uploads,
            Disk disk,
            Instant started) {
        this.settings = settings;
        this.database = database;
        this.committer = committer;
        this.keeper = keeper;
        this.state = state;
        this.uploads = uploads;
        this.disk = disk;
        this.started = started;
    }

    /**
     * Notes that every recovery file up to this ordinal was copied to another place; lasts until oksd stops.
     *
     * @return the highest ordinal noted so far
     */
    long archivedUpTo(long ordinal) {
        return archivedOrdinal.accumulateAndGet(ordinal, Math::max);
    }

    ControlStatus now() {
        ServerState.View view = state.view();
        Committer.LogView log = committer.logView();
        LogPosition applied = database.store().position();
        return new ControlStatus(
                "oksd",
                Oksd.VERSION,
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
                        archivedLsn()),
                applied.digest().hex(),
                log.position().chain().hex(),
                new ControlStatus.RecoveryFile(
                        database.recoveryDirectory().toString(),
                        log.file().toString(),
                        log.file().ordinal(),
                        log.position().length(),
                        log.changes(),
                        notArchivedBytes()),
                uploads.counts(),
                started,
                settings.configuration().file().map(Path::toString).orElse(""));
    }

    /** The last change in the archived files: the one before the first that the next file can hold. */
    private long archivedLsn() {
        long archived = archivedOrdinal.get();
        try {
            for (Path file : files()) {
                if (ordinal(file) > archived) {
                    return archived == 0 ? 0 : RecoveryChain.header(disk, file).predecessor().last().number();
                }
            }
        } catch (IOException | OperatorFault e) {
            LOG.debug("recovery files: {}", e.getMessage()); // status is wanted most when a file is damaged
        }
        return 0;
    }

    private long notArchivedBytes() {
        try {
            long bytes = 0;
            for (Path file : files()) {
                bytes += ordinal(file) > archivedOrdinal.get() ? Files.size(file) : 0;
            }
            return bytes;
        } catch (IOException e) {
            LOG.debug("recovery files: {}", e.getMessage()); // one may be renamed while we look
            return 0;
        }
    }

    /** This database's; another one's files may be in the same directory. */
    private List<Path> files() throws IOException {
        String name = database.identity().name();
        return RecoveryChain.list(disk, database.recoveryDirectory()).stream()
                .filter(file -> RecoveryFileName.of(file).orElseThrow().database().equals(name))
                .toList();
    }

    private static long ordinal(Path file) {
        return RecoveryFileName.of(file).orElseThrow().ordinal();
    }
}
