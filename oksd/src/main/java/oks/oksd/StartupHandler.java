package oks.oksd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import oks.cli.Version;
import oks.config.OksdSettings;
import oks.control.ControlHandler;
import oks.control.ControlPeer;
import oks.control.ControlRequest;
import oks.control.ControlResults;
import oks.control.ControlStatus;
import oks.control.ProgressListener;
import oks.json.Json;
import oks.oksd.start.OpenDatabase;
import oks.process.ServiceManager;
import oks.recovery.DatabaseIdentity;
import org.apache.commons.io.FileUtils;

/**
 * Answers to control commands while oksd starts: the status says how far the replay has come, {@code stop} is heard at
 * its end, and everything else comes too early. Systemd is told the same. One thread starts; any thread may ask.
 */
final class StartupHandler implements ControlHandler, OpenDatabase.StartListener {
    private static final Duration TELL = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final UUID NOT_KNOWN = new UUID(0, 0);

    private final OksdSettings settings;
    private final Instant started;
    private final ServiceManager systemd;
    private final LongSupplier nanoTime;
    private final Runnable stop;
    private long toldNanos; // starting thread only
    private volatile Optional<DatabaseIdentity> identity = Optional.empty();
    private volatile Optional<ControlStatus.Replay> replay = Optional.empty();

    /** @param stop called on the command to stop */
    StartupHandler(
            OksdSettings settings, Instant started, ServiceManager systemd, LongSupplier nanoTime, Runnable stop) {
        this.settings = settings;
        this.started = started;
        this.systemd = systemd;
        this.nanoTime = nanoTime;
        this.toldNanos = nanoTime.getAsLong() - TELL.toNanos();
        this.stop = stop;
    }

    @Override
    public void identified(DatabaseIdentity found) {
        identity = Optional.of(found);
    }

    @Override
    public void replaying(ControlStatus.Replay progress) {
        replay = Optional.of(progress);
        if (nanoTime.getAsLong() - toldNanos >= TELL.toNanos()) {
            toldNanos = nanoTime.getAsLong();
            systemd.starting(reason(), PATIENCE);
        }
    }

    private String reason() {
        return replay.map(progress -> String.format(
                        Locale.ROOT,
                        "replaying recovery files, LSN %d, %s of %s",
                        progress.lsn(),
                        FileUtils.byteCountToDisplaySize(progress.bytes()),
                        FileUtils.byteCountToDisplaySize(progress.of())))
                .orElse("opening the database");
    }

    @Override
    public ObjectNode handle(ControlRequest request, ControlPeer peer, ProgressListener progress) {
        return switch (request.kind()) {
            case STATUS -> status().toJson();
            case STOP -> Json.STANDARD.tree(new ControlResults.Stopping(true));
            case PAUSE,
                    RESUME,
                    ROTATE,
                    DUMP,
                    RELOAD,
                    CONFIG,
                    SNAPSHOT,
                    RELEASE,
                    ARCHIVED,
                    ARCHIVE_VERIFIED,
                    CHECK,
                    POINT,
                    DELETE,
                    LOAD,
                    EXPORT,
                    EXPORT_NEXT,
                    HISTORY,
                    UNBLOCK -> throw ControlStatus.stillStarting(reason());
        };
    }

    @Override
    public void answered(ControlRequest request) {
        if (request.kind() == ControlRequest.Kind.STOP) {
            stop.run();
        }
    }

    /** The status; members that are not known before the end of the replay are zero or empty. */
    ControlStatus status() {
        long lsn = replay.map(ControlStatus.Replay::lsn).orElse(0L);
        return new ControlStatus(
                new ControlStatus.Process(
                        "oksd", Version.number(), ProcessHandle.current().pid()),
                new ControlStatus.Identity(
                        settings.database().name(),
                        identity.map(DatabaseIdentity::database).orElse(NOT_KNOWN),
                        identity.map(known -> known.timeline().number()).orElse(0)),
                new ControlStatus.Activity(ControlStatus.State.STARTING, reason(), started, List.of()),
                0,
                new ControlStatus.Changes(0, lsn, 0, 0),
                ControlStatus.Hashes.NONE,
                ControlStatus.RecoveryFile.none(settings.recovery().directory().toString()),
                Optional.empty(),
                ControlStatus.Uploads.NONE,
                Optional.of(ControlStatus.Memory.NONE),
                started,
                settings.configuration().file().map(Object::toString).orElse(""),
                replay);
    }
}
