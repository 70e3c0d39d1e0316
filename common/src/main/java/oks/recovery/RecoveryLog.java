package oks.recovery;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one database while oksd runs: appends groups to the current recovery file and rotates it.
 *
 * <p>One thread owns the log; nobody else may touch its files, because an interrupt would close the channel. When
 * {@link #append} returns, the group survives a crash. Times never go back, whatever the clock does.
 */
public final class RecoveryLog implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryLog.class);

    /** The longest group that {@link #append} takes, in bytes as {@link #bytesOf} counts them. */
    public static final long MAX_GROUP_BYTES = RecoveryFormat.MAX_GROUP - RecoveryFormat.END_FRAME;

    private final RecoveryDirectory directory;
    private final DatabaseIdentity identity;
    private final InstantSource clock;
    private final RandomGenerator salts;
    private final String writerName;
    private RecoveryWriter current;
    private RecoveryFileName highest;
    private Instant lastTime = Instant.EPOCH;

    /** Takes the current file's place, but its name is not known to be durable yet; null most of the time. */
    private RecoveryWriter successor;

    private RecoveryLog(
            RecoveryDirectory directory,
            DatabaseIdentity identity,
            InstantSource clock,
            RandomGenerator salts,
            String writerName) {
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
     * @throws OperatorFault GAP_OR_FORK when the directory holds files of this database that are newer than
     *     {@code after}
     * @throws IOException when the file cannot be made; read the chain again before the next attempt
     */
    public static RecoveryLog begin(
            RecoveryDirectory directory,
            DatabaseIdentity identity,
            LogPosition after,
            InstantSource clock,
            RandomGenerator salts,
            String writerName)
            throws IOException {
        RecoveryLog log = new RecoveryLog(directory, identity, clock, salts, writerName);
        log.refuseNewerFiles(after);
        log.secure(after);
        log.highest = log.highestName(after.file());
        log.lastTime = after.file() == null ? Instant.EPOCH : LastTime.of(directory.file(after.file()), after);
        RecoveryWriter first = log.prepareAfter(after);
        try {
            first.publish();
            log.removeUnpublished(); // now: one of them may explain how the log ended, see refuseLostSuccessor
        } catch (IOException e) {
            try (first) { // closed and left as a crash would leave it: with its name or without
                throw e;
            }
        }
        log.current = first;
        log.highest = first.name();
        return log;
    }

    /**
     * Refuses a log whose last file was rotated, but whose next file is not there, not even prepared: somebody took it
     * away, with all changes that it had. A kill or a crash between the two leaves it prepared.
     *
     * @param end how the log of the database ended
     * @throws OperatorFault GAP_OR_FORK naming what is missing
     */
    public static void refuseLostSuccessor(RecoveryDirectory directory, String database, RecoveryChain.ChainEnd end)
            throws IOException {
        boolean rotated = end.end()
                .flatMap(RecoveryReader.End::seal)
                .filter(seal -> seal.reason().hasSuccessor())
                .isPresent();
        if (!rotated) {
            return;
        }
        RecoveryFile last = end.file().orElseThrow();
        boolean prepared = directory.unpublished(database).stream().anyMatch(file -> file.ordinal() > last.ordinal());
        if (prepared) {
            return;
        }
        throw OperatorFault.of(
                        ExitCode.GAP_OR_FORK,
                        "the recovery file after \"%s\" is missing: oksd had gone on in it, and it may hold "
                                + "acknowledged changes after LSN %s",
                        last,
                        end.position().last())
                .kept("nothing of the recovery files was changed");
    }

    /** Newer files of this timeline hold changes that the caller does not know; those of an abandoned one are void. */
    private void refuseNewerFiles(LogPosition after) throws IOException {
        for (RecoveryFile file : directory.files(identity.name())) {
            if (file.ordinal() > after.ordinal()
                    && file.header().timeline().id().equals(identity.timeline().id())) {
                throw OperatorFault.of(
                                ExitCode.GAP_OR_FORK,
                                "recovery file \"%s\" is newer than the end of the log, which is in recovery file "
                                        + "%010d",
                                file,
                                after.ordinal())
                        .kept("nothing was changed")
                        .next("take the files that belong to another history out of the directory");
            }
        }
    }

    /**
     * Forces the bytes that the new file will declare durable. A SEAL whose force failed, or during which the program
     * was killed, may be nowhere but in the kernel's cache; a file that is read-only was forced before.
     */
    private void secure(LogPosition after) throws IOException {
        if (after.file() != null && directory.has(after.file())) {
            Path file = directory.file(after.file()).path();
            if (!directory.disk().isReadOnly(file)) {
                new FreshCopy(directory.disk()).refresh(file);
            }
        }
    }

    /** A file that never got its name is not part of the log: a crash left it while it was being prepared. */
    private void removeUnpublished() throws IOException {
        for (RecoveryFile file : directory.unpublished(identity.name())) {
            directory.disk().delete(file.path());
        }
    }

    /** The name with the highest ordinal: files that a restore left behind keep theirs, and no ordinal comes twice. */
    private RecoveryFileName highestName(RecoveryFileName last) throws IOException {
        RecoveryFileName known = identity.lastFile()
                .filter(file -> last == null || file.ordinal() > last.ordinal())
                .orElse(last);
        return directory
                .highest(identity.name())
                .filter(there -> known == null || there.ordinal() > known.ordinal())
                .orElse(known);
    }

    private RecoveryWriter prepareAfter(LogPosition after) throws IOException {
        Instant now = now();
        RecoveryFileName name = unusedName(now);
        return RecoveryWriter.prepare(
                directory,
                new RecoveryHeader(
                        name, identity.database(), identity.timeline(), now, salts.nextLong(), after, writerName));
    }

    /** Of the next file; not one that was prepared and given up, which stays as it is until the next start. */
    private RecoveryFileName unusedName(Instant now) {
        Instant time = now;
        RecoveryFileName name;
        do {
            name = highest == null ? new RecoveryFileName(identity.name(), time, 1) : highest.next(time);
            time = name.timestamp().plusSeconds(1);
        } while (directory.disk().exists(directory.unpublished(name)));
        return name;
    }

    /** The time for a change made now: never before the one given last. */
    public Instant now() {
        Instant now = Micros.truncate(clock.instant());
        lastTime = now.isBefore(lastTime) ? lastTime : now;
        return lastTime;
    }

    /** The bytes that a change adds to the recovery file. */
    public static long bytesOf(Change change) {
        return ChangeCodec.frameLength(change);
    }

    /**
     * Writes a group and forces it to disk.
     *
     * @param changes LSNs follow on {@link #position}; empty for a heartbeat, which proves the group before durable
     * @param digest the state digest after the group
     * @throws IllegalArgumentException when the LSNs do not follow, or the changes have more than
     *     {@link #MAX_GROUP_BYTES}
     * @throws PoisonedFileException when the force failed: call {@link #moveToFreshFile}, then append again
     * @throws IOException when the write failed; the file is as it was before
     */
    public Group append(List<Change> changes, Digest digest) throws IOException {
        refuseWhenPoisoned();
        return current.append(changes, digest, now());
    }

    /**
     * Seals the current file and goes on in a new one.
     *
     * @return the name of the sealed file; empty when it held no change and goes on being used
     * @throws PoisonedFileException when the current file or its directory could not be forced: call
     *     {@link #moveToFreshFile}
     * @throws IOException when anything else failed; the current file is still in use
     */
    public Optional<RecoveryFileName> rotate(Seal.Reason reason) throws IOException {
        refuseWhenPoisoned();
        if (current.changes() == 0) {
            return Optional.empty();
        }
        RecoveryWriter old = current;
        LogPosition before = old.position();
        Instant time = now();
        RecoveryWriter fresh = prepareAfter(old.sealedPosition(reason, time));
        try {
            // A SEAL that says "rotated" without a next file, prepared or named, is what is left when that is removed.
            directory.sync();
            old.seal(reason, time);
        } catch (IOException e) {
            giveUp(fresh, e);
            throw e;
        }
        publishOrUndo(fresh, before);
        current = fresh;
        highest = fresh.name();
        finish(old);
        return Optional.of(old.name());
    }

    private void publishOrUndo(RecoveryWriter fresh, LogPosition before) throws IOException {
        try {
            fresh.publish();
        } catch (IOException e) {
            if (fresh.named()) {
                // The name may outlive a crash or not. Its header voids whatever the current file would get from now
                // on,
                // so there is no way back: only forward, with the same file.
                successor = fresh;
                throw new PoisonedFileException(current.name(), e);
            }
            unseal(before, e);
            giveUp(fresh, e);
            throw e;
        }
    }

    private void unseal(LogPosition before, IOException cause) {
        try {
            current.unseal(before);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /**
     * A file without its name is not part of the log, so it does no harm when it cannot be deleted either. It stays
     * where the SEAL before it may stand on the disk all the same: it tells the next start that nothing was written
     * after that.
     */
    private void giveUp(RecoveryWriter unpublished, IOException cause) {
        try {
            if (current.poisoned()) {
                unpublished.close();
            } else {
                unpublished.discard();
            }
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** The file is complete and forced; whether it can still be made read-only and closed does not change that. */
    private void finish(RecoveryWriter sealed) {
        try (sealed) {
            directory.disk().makeReadOnly(sealed.path());
        } catch (IOException e) {
            LOG.warn(
                    "recovery file \"{}\" is complete, but could not be made read-only: {}",
                    sealed.path(),
                    IoReason.of(e));
        }
    }

    /**
     * Goes on in a fresh file whose header voids everything in the current one that is not known to be durable.
     *
     * @throws IOException when the fresh file cannot be made either; the log stays poisoned, try again later
     */
    public void moveToFreshFile() throws IOException {
        if (successor == null) {
            successor = prepareAfter(current.durable());
        }
        successor.publish(); // the same file at each attempt: a second one with its ordinal would be a fork
        RecoveryWriter old = current;
        current = successor;
        highest = successor.name();
        successor = null;
        try {
            old.close();
        } catch (IOException e) {
            LOG.warn("recovery file \"{}\" could not be closed: {}", old.path(), IoReason.of(e));
        }
    }

    private void refuseWhenPoisoned() throws PoisonedFileException {
        if (poisoned()) {
            throw new PoisonedFileException(current.name(), null);
        }
    }

    /** Whether the current file must not be used any more: {@link #moveToFreshFile} ends this. */
    public boolean poisoned() {
        return current.poisoned() || successor != null;
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

    /**
     * Seals the current file, changes or not, and ends the log; a poisoned one is left for the next start to complete.
     */
    @Override
    public void close() throws IOException {
        RecoveryWriter last = current;
        RecoveryWriter unpublished = successor;
        try (last;
                unpublished) {
            if (!poisoned()) {
                last.seal(Seal.Reason.STOPPED, now());
                finish(last);
            }
        }
    }
}
