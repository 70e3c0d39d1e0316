package oks.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import oks.durable.Disk;

/**
 * What oksd does with its log, without oksd: starts, appends, rotates, moves away from a file that could not be forced,
 * stops. Remembers what it acknowledged; never writes the same bytes twice, so that a refused group cannot pass for the
 * one that took its place.
 */
final class LoggedDatabase {
    static final Path DIRECTORY = Path.of("/db");
    static final UUID DATABASE = UUID.fromString("0f5c7f4e-1f0c-4e0e-9d6a-0a4f5f3c2b11");
    static final DatabaseIdentity IDENTITY = new DatabaseIdentity(
            "sample", DATABASE, Timeline.first(UUID.fromString("7d1a1b7c-3d55-4d0f-8a8e-3f1f7a0e9c22")));
    private static final Instant BEGINNING = Instant.parse("2026-11-22T10:49:02Z");

    private final History acknowledged;
    private Disk disk;
    private RecoveryLog log;
    private Digest digest = Digest.EMPTY;
    private long ticks;

    LoggedDatabase(History acknowledged) {
        this.acknowledged = acknowledged;
    }

    /** What was promised to clients, and what was tried. */
    static final class History {
        final List<Change> acknowledged = new ArrayList<>();
        final List<List<Change>> attempts = new ArrayList<>();
        private long number;

        /** A change with content that no other change has. */
        Change change(Lsn lsn, Instant time) {
            number++;
            SplittableRandom random = new SplittableRandom(number);
            byte[] fingerprint = new byte[20];
            random.nextBytes(fingerprint);
            Change.Replaced replaced = number % 3 == 0
                    ? new Change.Replaced(new Lsn(lsn.number() / 2), hash(random))
                    : Change.Replaced.NOTHING;
            if (number % 7 == 0) {
                return new Change.Point(lsn, time, "before change " + number);
            }
            if (number % 5 == 0) {
                Tombstone tombstone = new Tombstone(time, number % 2 == 0, "uid 0", "attempt " + number);
                return new Change.Delete(lsn, time, fingerprint, tombstone, false, replaced, Hash.ZERO);
            }
            byte[] content = new byte[(int) (number * 37 % 300)];
            random.nextBytes(content);
            return new Change.Put(lsn, time, fingerprint, content, "hkp", replaced);
        }

        History copy() {
            History copy = new History();
            copy.acknowledged.addAll(acknowledged);
            copy.attempts.addAll(attempts);
            copy.number = number;
            return copy;
        }

        private static Hash hash(SplittableRandom random) {
            return new Hash(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
        }
    }

    /** Reads the log from its beginning, completes an unclean end, begins a new file. */
    void start(Disk on) throws IOException {
        disk = on;
        log = null;
        InstantSource clock = this::instant;
        RecoveryChain chain = new RecoveryDirectory(disk, DIRECTORY).chain(DATABASE, Lsn.NONE);
        digest = Digest.EMPTY;
        List<Change> found = new ArrayList<>();
        RecoveryChain.ChainEnd end = chain.read(LogPosition.START, group -> {
            for (Change change : group.changes()) {
                digest = change.appliedTo(digest);
                found.add(change);
            }
        });
        RecoveryLog.refuseLostSuccessor(new RecoveryDirectory(disk, DIRECTORY), IDENTITY.name(), end);
        LogPosition after = end.unsealed() ? RecoveryChain.sealUnclean(end, clock.instant()) : end.position();
        log = RecoveryLog.begin(
                new RecoveryDirectory(disk, DIRECTORY),
                IDENTITY,
                after,
                clock,
                new SplittableRandom(after.ordinal()),
                "oks test");
        acknowledged.acknowledged.clear(); // from now on clients see all that was found, acknowledged before or not
        acknowledged.acknowledged.addAll(found);
    }

    /** A clock that goes back an hour every eleventh time. */
    private Instant instant() {
        ticks++;
        return BEGINNING.plusSeconds(ticks - ticks / 11 * 3600);
    }

    /** Appends a group of changes; one that is refused stays refused. */
    void append(int changes) throws IOException {
        if (log.poisoned()) {
            moveToFreshFile();
        }
        List<Change> group = new ArrayList<>();
        Digest after = digest;
        for (int i = 1; i <= changes; i++) {
            Change change = acknowledged.change(new Lsn(log.position().last().number() + i), log.now());
            after = change.appliedTo(after);
            group.add(change);
        }
        acknowledged.attempts.add(group);
        try {
            log.append(group, after);
        } catch (PoisonedFileException e) {
            moveToFreshFile();
            log.append(group, after);
        }
        digest = after;
        acknowledged.acknowledged.addAll(group);
    }

    void heartbeat() throws IOException {
        append(0);
    }

    void rotate(Seal.Reason reason) throws IOException {
        log.rotate(reason);
    }

    void moveToFreshFile() throws IOException {
        log.moveToFreshFile();
    }

    void stop() throws IOException {
        log.close();
    }

    RecoveryLog log() {
        return log;
    }

    /** A change as text, for comparing: records with arrays have no useful equals. */
    static String text(Change change) {
        ByteBuffer payload = ByteBuffer.allocate(ChangeCodec.length(change)).order(ByteOrder.LITTLE_ENDIAN);
        ChangeCodec.write(change, payload);
        return change.lsn() + " " + change.kind() + " " + change.time() + " "
                + Hash.of(Hash.sha256().digest(payload.array()));
    }
}
