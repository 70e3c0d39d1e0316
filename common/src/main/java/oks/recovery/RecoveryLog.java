package oks.recovery;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import oks.durable.Disk;

/**
 * The log of one database while oksd runs: appends groups to the current recovery file and rotates it.
 *
 * <p>One thread owns the log; nobody else may touch its files, because an interrupt would close the channel. When
 * {@link #append} returns, the group survives a crash. Times never go back, whatever the clock does.
 */
public final class RecoveryLog implements Closeable {
    private final Disk disk;
    private final Path directory;
    private final DatabaseIdentity identity;
    private final InstantSource clock;
    private final RandomGenerator salts;
    private final String writerName;
    private RecoveryWriter current;
    private Instant lastTime = Instant.EPOCH;

    private RecoveryLog(
            Disk disk,
            Path directory,
            DatabaseIdentity identity,
            InstantSource clock,
            RandomGenerator salts,
            String writerName) {
        this.disk = disk;
        this.directory = directory;
        this.identity = identity;
        this.clock = clock;
        this.salts = salts;
        this.writerName = writerName;
    }

    /**
     * Begins a new recovery file after a known end of the log.
     *
     * @param after where the log ends; {@link LogPosition#START} for a new database
     * @param clock gives file times and change times
     * @param salts gives each file its salt
     * @param writerName program and version, for the header
     */
    public static RecoveryLog begin(
            Disk disk,
            Path directory,
            DatabaseIdentity identity,
            LogPosition after,
            InstantSource clock,
            RandomGenerator salts,
            String writerName)
            throws IOException {
        RecoveryLog log = new RecoveryLog(disk, directory, identity, clock, salts, writerName);
        log.removeUnpublished();
        log.current = log.prepareAfter(after);
        log.current.publish();
        return log;
    }

    /** A file that never got its name is not part of the log: a crash left it while it was being prepared. */
    private void removeUnpublished() throws IOException {
        for (Path file : disk.list(directory)) {
            String name = file.getFileName().toString();
            if (name.startsWith("." + identity.name() + "-") && name.endsWith(RecoveryFileName.SUFFIX + ".new")) {
                disk.delete(file);
            }
        }
    }

    private RecoveryWriter prepareAfter(LogPosition after) throws IOException {
        Instant now = now();
        RecoveryFileName name = after.file() == null
                ? new RecoveryFileName(identity.name(), now, 1)
                : new RecoveryFileName(identity.name(), after.file().timestamp(), after.ordinal()).next(now);
        return RecoveryWriter.prepare(
                disk,
                directory,
                new RecoveryHeader(
                        name, identity.database(), identity.timeline(), now, salts.nextLong(), after, writerName));
    }

    /** The time for a change made now: never before the one given last. */
    public Instant now() {
        Instant now = Micros.truncate(clock.instant());
        lastTime = now.isBefore(lastTime) ? lastTime : now;
        return lastTime;
    }

    /**
     * Writes a group and forces it to disk.
     *
     * @param changes LSNs follow on {@link #position}; empty for a heartbeat, which proves the group before durable
     * @param digest the state digest after the group
     * @throws PoisonedFileException when the force failed: call {@link #moveToFreshFile}, then append again
     * @throws IOException when the write failed; the file is as it was before
     */
    public Group append(List<Change> changes, Digest digest) throws IOException {
        return current.append(changes, digest, now());
    }

    /**
     * Seals the current file and goes on in a new one.
     *
     * @return the name of the sealed file; empty when it held no change and goes on being used
     * @throws IOException when anything failed; the current file is still in use, unless {@link #poisoned}
     */
    public Optional<RecoveryFileName> rotate(Seal.Reason reason) throws IOException {
        if (current.changes() == 0) {
            return Optional.empty();
        }
        RecoveryWriter old = current;
        LogPosition before = old.position();
        Instant time = now();
        RecoveryWriter fresh = prepareAfter(old.sealedPosition(reason, time));
        try {
            old.seal(reason, time);
            fresh.publish();
        } catch (IOException e) {
            undoRotation(old, before, fresh, e);
            throw e;
        }
        current = fresh;
        finish(old);
        return Optional.of(old.name());
    }

    private void undoRotation(RecoveryWriter old, LogPosition before, RecoveryWriter fresh, IOException cause) {
        try {
            fresh.discard();
            disk.syncDirectory(directory);
            if (!old.poisoned()) {
                old.unseal(before);
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void finish(RecoveryWriter sealed) throws IOException {
        try (sealed) {
            disk.makeReadOnly(sealed.path());
        }
    }

    /**
     * Goes on in a fresh file whose header voids everything in the current one that is not known to be durable.
     *
     * @throws IOException when the fresh file cannot be made either; the log stays poisoned, try again later
     */
    public void moveToFreshFile() throws IOException {
        RecoveryWriter fresh = prepareAfter(current.durable());
        try {
            fresh.publish();
        } catch (IOException e) {
            try {
                fresh.discard();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        RecoveryWriter old = current;
        current = fresh;
        old.close();
    }

    /** Whether the current file must not be used any more. */
    public boolean poisoned() {
        return current.poisoned();
    }

    /** The end of the log. */
    public LogPosition position() {
        return current.position();
    }

    /** The current file. */
    public RecoveryFileName file() {
        return current.name();
    }

    /** When the current file was begun. */
    public Instant begun() {
        return current.begun();
    }

    /** Changes in the current file. */
    public long changes() {
        return current.changes();
    }

    /** Seals the current file, changes or not, and ends the log. */
    @Override
    public void close() throws IOException {
        try (RecoveryWriter last = current) {
            if (!last.poisoned()) {
                last.seal(Seal.Reason.STOPPED, now());
                disk.makeReadOnly(last.path());
            }
        }
    }
}
