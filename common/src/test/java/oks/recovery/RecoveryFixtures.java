package oks.recovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import oks.durable.Disk;
import oks.testing.FaultyDisk;
import oks.testing.RecoveryFiles;

/**
 * A small log whose every byte is known: fixed clock, salts and UUIDs. Three files, two complete and the last in use.
 */
final class RecoveryFixtures {
    static final Path DIRECTORY = Path.of("/db");
    static final DatabaseIdentity IDENTITY = new DatabaseIdentity(
            "sample",
            UUID.fromString("0f5c7f4e-1f0c-4e0e-9d6a-0a4f5f3c2b11"),
            Timeline.first(UUID.fromString("7d1a1b7c-3d55-4d0f-8a8e-3f1f7a0e9c22")));
    private static final Instant BEGINNING = Instant.parse("2026-11-22T10:49:02.123456Z");

    private RecoveryFixtures() {}

    /** A clock that gives one second more each time. */
    static InstantSource clock() {
        long[] seconds = {-1};
        return () -> BEGINNING.plusSeconds(++seconds[0]);
    }

    /** Salts 0x1111111111111111, 0x2222222222222222, … */
    static RandomGenerator salts() {
        long[] number = {0};
        return () -> ++number[0] * 0x1111111111111111L;
    }

    /** Fingerprint 0x0101…, 0x0202…, … */
    static byte[] fingerprint(int number) {
        byte[] fingerprint = new byte[20];
        Arrays.fill(fingerprint, (byte) number);
        return fingerprint;
    }

    static byte[] content(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final int GROUPS = 6;

    /** The changes of one group; groups 1 and 3 end a file. */
    private static List<Change> group(int number, InstantSource clock) {
        Hash first = Digest.certificateElement(fingerprint(1), content("first certificate"));
        Hash second = Digest.certificateElement(fingerprint(2), content("second"));
        return switch (number) {
            case 0 ->
                List.of(
                        put(1, clock, 1, "first certificate", Change.Replaced.NOTHING),
                        put(2, clock, 2, "second", Change.Replaced.NOTHING));
            case 1 -> List.of(put(3, clock, 1, "first certificate, merged", new Change.Replaced(new Lsn(1), first)));
            case 2 -> List.of(new Change.Point(new Lsn(4), clock.instant(), "before the move"));
            case 3 ->
                List.of(new Change.Delete(
                        new Lsn(5),
                        clock.instant(),
                        fingerprint(2),
                        new Tombstone(clock.instant(), true, "uid 0", "asked by its owner"),
                        false,
                        new Change.Replaced(new Lsn(2), second),
                        Hash.ZERO));
            case 4 -> List.of(put(6, clock, 3, "third", Change.Replaced.NOTHING));
            default -> List.of(put(7, clock, 4, "", Change.Replaced.NOTHING));
        };
    }

    private static Change put(long lsn, InstantSource clock, int number, String content, Change.Replaced replaced) {
        return new Change.Put(new Lsn(lsn), clock.instant(), fingerprint(number), content(content), "hkp", replaced);
    }

    /** Writes the log; the last file is left as a crash would leave it. Returns the position after each group. */
    static List<LogPosition> write(Disk disk) throws IOException {
        InstantSource clock = clock();
        List<LogPosition> positions = new ArrayList<>();
        Digest digest = Digest.EMPTY;
        RecoveryLog log = RecoveryLog.begin(
                new RecoveryDirectory(disk, DIRECTORY), IDENTITY, LogPosition.START, clock, salts(), "oksd 2.0.0");
        for (int i = 0; i < GROUPS; i++) {
            List<Change> group = group(i, log::now);
            for (Change change : group) {
                digest = change.appliedTo(digest);
            }
            positions.add(log.append(group, digest).end());
            if (i == 1 || i == 3) {
                log.rotate(Seal.Reason.ROTATED);
            }
        }
        return positions;
    }

    static FaultyDisk disk() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        write(disk);
        return disk;
    }

    static List<Path> files(Disk disk) throws IOException {
        return new RecoveryDirectory(disk, DIRECTORY).paths();
    }

    /** Reads all files in the directory from the beginning. */
    static Read read(Disk disk) throws IOException {
        return read(disk, files(disk), LogPosition.START);
    }

    static Read read(Disk disk, List<Path> files, LogPosition from) throws IOException {
        List<Change> changes = new ArrayList<>();
        RecoveryChain.ChainEnd end = RecoveryChain.of(RecoveryFiles.read(disk, files), IDENTITY.database(), from.last())
                .read(from, group -> changes.addAll(group.changes()));
        return new Read(changes.stream().map(LoggedDatabase::text).toList(), end);
    }

    record Read(List<String> changes, RecoveryChain.ChainEnd end) {}
}
