package oks.oksd.writer;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import oks.config.OksdSettings;
import oks.control.Rotation;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;
import oks.recovery.Change;
import oks.recovery.DatabaseDirectory;
import oks.recovery.Digest;
import oks.recovery.Group;
import oks.recovery.LogPosition;
import oks.recovery.PoisonedFileException;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFileName;
import oks.recovery.RecoveryLog;
import oks.recovery.Seal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recovery log with the rules for what happens when its disk fails (doc/architecture.md, "What happens on each
 * fault"). Writer thread only.
 *
 * <p>Whatever fails, the server pauses for {@code recovery.retry_after}, tries again, and pauses again while it fails.
 */
public final class WriterLog {
    private static final Logger LOG = LoggerFactory.getLogger(WriterLog.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final Duration SPACE_CHECK = Duration.ofSeconds(1);
    private static final long SPACE_CHECK_BYTES = 64 << 10;

    private final RecoveryLog log;
    private final RecoveryDirectory directory;
    private final DatabaseDirectory database;
    private final Supplier<OksdSettings.Recovery> settings;
    private final ServerState state;
    private final LongSupplier nanoTime;

    private Optional<Seal.Reason> pendingRotation = Optional.empty();
    private boolean faulty;
    private boolean suspectFileLeft;
    private boolean lastGroupProven = true;
    private long retryAtNanos;
    private long lastAppendNanos;
    private long lastSpaceCheckNanos;
    private long uncheckedBytes;

    public WriterLog(
            RecoveryLog log,
            RecoveryDirectory directory,
            DatabaseDirectory database,
            Supplier<OksdSettings.Recovery> settings,
            ServerState state,
            LongSupplier nanoTime) {
        this.log = log;
        this.directory = directory;
        this.database = database;
        this.settings = settings;
        this.state = state;
        this.nanoTime = nanoTime;
        this.lastAppendNanos = nanoTime.getAsLong();
        this.lastSpaceCheckNanos = nanoTime.getAsLong();
    }

    /**
     * Writes a group and forces it.
     *
     * @throws UnavailableException when that is not possible now; nothing of the group is in the log
     */
    Group append(List<Change> changes, Digest digest) {
        try {
            refuseFillingDisk(changes);
            Group group = appendOrMove(changes, digest);
            lastGroupProven = changes.isEmpty();
            lastAppendNanos = nanoTime.getAsLong();
            return group;
        } catch (IOException e) {
            fault(reason(e));
            throw UnavailableException.paused(
                    state.whyNotWriting(), settings.get().retryAfter());
        }
    }

    private Group appendOrMove(List<Change> changes, Digest digest) throws IOException {
        try {
            return log.append(changes, digest);
        } catch (PoisonedFileException e) {
            // Never force the same file again: the kernel may have dropped the bytes and would report success.
            LOG.error("{}; going on in a fresh file", e.getMessage());
            leavePoisonedFile();
            return log.append(changes, digest);
        }
    }

    /** Goes on in a fresh file. What made this necessary does not go away by itself, so the server stays degraded. */
    private void leavePoisonedFile() throws IOException {
        RecoveryFileName left = log.file();
        log.moveToFreshFile();
        suspectFileLeft = true;
        lastGroupProven = true;
        state.degraded(String.format(
                Locale.ROOT,
                "recovery file \"%s\" could not be forced to disk, now writing \"%s\"; look at the "
                        + "disk, then run %s",
                left,
                log.file(),
                Advice.resume()));
        LOG.warn(
                "degraded: everything acknowledged is kept; left recovery file \"{}\", now writing \"{}\"; look at the "
                        + "disk, then run \"oksctl resume\"",
                left,
                log.file());
    }

    /** Whether the store must be flushed now, so that nothing depends on a file that could not be forced. Asks once. */
    boolean takeSuspectFileLeft() {
        boolean left = suspectFileLeft;
        suspectFileLeft = false;
        return left;
    }

    /**
     * Rotates, unless nothing was written.
     *
     * @throws OperatorFault FAILED when it failed; the server is paused then and tries again by itself
     */
    Rotation rotate(Seal.Reason reason) {
        long changes = log.changes();
        try {
            Optional<RecoveryFileName> sealed = log.rotate(reason);
            pendingRotation = Optional.empty();
            lastGroupProven = true;
            sealed.ifPresent(name -> tellSealed(name, reason));
            return sealed.map(name ->
                            Rotation.done(name.toString(), changes, log.file().toString(), lastNumber()))
                    .orElseGet(() -> notRotated("nothing was written"));
        } catch (IOException e) {
            pendingRotation = Optional.of(reason);
            fault("recovery file rotation: " + IoReason.withFile(e));
            throw OperatorFault.of(ExitCode.FAILED, "the recovery file could not be rotated: %s", IoReason.withFile(e))
                    .kept("recovery file \"%s\" stays in use; uploads wait until it works again", log.file())
                    .next(
                            "look at directory \"%s\"; oksd tries again every %d s",
                            directory, settings.get().retryAfter().toSeconds())
                    .because(e);
        }
    }

    /** The answer when the file stays in use, and why. */
    Rotation notRotated(String reason) {
        return Rotation.notDone(reason, log.file().toString(), lastNumber());
    }

    private long lastNumber() {
        return log.position().last().number();
    }

    private void tellSealed(RecoveryFileName name, Seal.Reason reason) {
        LOG.info("sealed recovery file \"{}\" ({}), now writing \"{}\"", name, reason.meaning(), log.file());
    }

    private void fault(String reason) {
        faulty = true;
        retryAtNanos = nanoTime.getAsLong() + settings.get().retryAfter().toNanos();
        LOG.error(
                "paused: {}; everything acknowledged is kept, lookups go on; trying again in {} s",
                reason,
                settings.get().retryAfter().toSeconds());
        state.fault(reason);
    }

    /** Does what is due: a new try after a fault, a heartbeat, a rotation by size or age, a look at the free space. */
    void tick() {
        if (faulty) {
            if (nanoTime.getAsLong() - retryAtNanos >= 0) {
                retry();
            }
            return;
        }
        if (nanoTime.getAsLong() - lastSpaceCheckNanos > SPACE_CHECK.toNanos()) {
            checkSpace();
        }
        if (!faulty && !lastGroupProven && nanoTime.getAsLong() - lastAppendNanos > HEARTBEAT.toNanos()) {
            heartbeat();
        }
        if (!faulty) {
            rotateWhenDue();
        }
    }

    private void retry() {
        try {
            refuseLowSpace(0); // first: a try writes, too
            if (log.poisoned()) {
                leavePoisonedFile();
            }
            if (pendingRotation.isPresent()) {
                Seal.Reason reason = pendingRotation.get();
                log.rotate(reason).ifPresent(name -> tellSealed(name, reason));
                pendingRotation = Optional.empty();
            }
            log.append(List.of(), log.position().digest());
        } catch (IOException e) {
            fault(reason(e));
            return;
        }
        faulty = false;
        lastGroupProven = true;
        state.faultOver();
        LOG.warn("resumed: the recovery file can be written again, now \"{}\"", log.file());
    }

    private void checkSpace() {
        try {
            refuseLowSpace(0);
        } catch (IOException e) {
            fault(reason(e));
        }
    }

    private static String reason(IOException e) {
        String what = IoReason.withFile(e);
        return what.startsWith("recovery file") ? what : "recovery file: " + what;
    }

    /**
     * A fast stream of uploads, or another program, fills a disk between two looks a second apart: bytes count, too.
     */
    private void refuseFillingDisk(List<Change> changes) throws IOException {
        long floor = settings.get().freeSpaceFloor();
        long bytes = changes.stream().mapToLong(RecoveryLog::bytesOf).sum();
        if (floor > 0 && uncheckedBytes + bytes > Math.min(floor / 2, SPACE_CHECK_BYTES)) {
            refuseLowSpace(bytes);
        }
        uncheckedBytes += bytes;
    }

    /** A store that cannot flush ends the process, so its disk counts as much as that of the recovery files. */
    private void refuseLowSpace(long bytesToWrite) throws IOException {
        lastSpaceCheckNanos = nanoTime.getAsLong();
        uncheckedBytes = 0;
        refuseLowSpace(directory.path(), directory.usableBytes() - bytesToWrite);
        if (!database.path().equals(directory.path())) {
            refuseLowSpace(database.path(), database.usableBytes());
        }
    }

    private void refuseLowSpace(Path watched, long free) throws IOException {
        long floor = settings.get().freeSpaceFloor();
        if (free < floor) {
            throw new IOException(String.format(
                    Locale.ROOT,
                    "directory \"%s\" has %,d bytes of free space, less than recovery.free_space_floor, %,d",
                    watched,
                    Math.max(0, free),
                    floor));
        }
    }

    /** An empty COMMIT says that everything before it is durable, the last acknowledged group included. */
    private void heartbeat() {
        try {
            append(List.of(), log.position().digest());
        } catch (UnavailableException paused) {
            LOG.debug("no heartbeat: {}", paused.getMessage());
        }
    }

    private void rotateWhenDue() {
        if (log.changes() == 0) {
            return;
        }
        Instant old = log.now().minus(settings.get().rotateAge());
        Seal.Reason reason = log.position().length() >= settings.get().rotateSize()
                ? Seal.Reason.SIZE
                : !log.begun().isAfter(old) ? Seal.Reason.AGE : null;
        if (reason != null) {
            try {
                rotate(reason);
            } catch (OperatorFault alreadyLogged) {
                LOG.debug("no rotation: {}", alreadyLogged.what());
            }
        }
    }

    LogPosition position() {
        return log.position();
    }

    Instant now() {
        return log.now();
    }

    RecoveryFileName file() {
        return log.file();
    }

    long changes() {
        return log.changes();
    }
}
