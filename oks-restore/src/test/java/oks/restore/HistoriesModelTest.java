package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import oks.archive.ArchiveIdentity;
import oks.archive.ArchiveName;
import oks.archive.Compression;
import oks.durable.RealDisk;
import oks.recovery.Continuation;
import oks.recovery.DatabaseDirectory;
import oks.recovery.Histories;
import oks.recovery.HistoryFile;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Random histories with restores to earlier changes and promotions, archives at random times, and files that are
 * missing: what {@link Histories} says of each archive is what a naive oracle says, and what a restore then reaches.
 */
final class HistoriesModelTest extends RestoreScene {
    private static final int HISTORIES = Integer.getInteger("oks.histories", 6);
    private static final int STEPS = 25;
    private static final RealDisk DISK = new RealDisk();

    /** @param changes which certificate each change stored, from LSN 1 on: two states are the same where these are */
    private record Known(Path file, List<Long> changes) {}

    @Test
    void whatTheSharedCodeSaysIsWhatARestoreReaches(TestReporter reporter) throws IOException {
        long seed = Long.getLong("oks.seed", 20261130L);
        int judged = 0;
        for (int i = 0; i < HISTORIES; i++) {
            judged += new World(Files.createDirectory(scratch.resolve("world-" + i)), seed + i).run();
        }
        reporter.publishEntry(
                "archives", judged + " archives of random histories are judged as they restore, seed " + seed);
        assertThat(judged).isGreaterThan(HISTORIES);
    }

    private final class World {
        private final Path place;
        private final Path out;
        private final long seed;
        private final Random random;
        private final List<Known> archives = new ArrayList<>();
        /** What the history with each number of a timeline has, as far as it got. */
        private final TreeMap<Integer, List<Long>> histories = new TreeMap<>();

        private SampleDatabase database;
        private List<Long> changes = new ArrayList<>();
        private int number = 1;
        private long certificate;

        World(Path place, long seed) throws IOException {
            this.place = place;
            this.out = Files.createDirectory(place.resolve("out"));
            this.seed = seed;
            this.random = new Random(seed);
            this.database = SampleDatabase.create(place.resolve("db-1"), seed & 0xFFFF);
        }

        int run() throws IOException {
            put();
            backup();
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> put();
                    case 3 -> database.rotate();
                    case 4 -> backup();
                    case 5, 6 -> copy();
                    default -> restoreToEarlier();
                }
            }
            copy();
            histories.put(number, changes);
            database.close();
            lose();
            int judged = 0;
            for (Known archive : archives) {
                judge(archive);
                judged++;
            }
            return judged;
        }

        private void put() throws IOException {
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                database.put(++certificate);
                changes.add(certificate);
            }
        }

        private void backup() throws IOException {
            ArchiveName name = new ArchiveName(
                    SampleDatabase.NAME,
                    database.now().plusSeconds(archives.size()),
                    database.lsn(),
                    Compression.NONE,
                    false);
            Path file = out.resolve(name.toString());
            Files.move(archive(database, Compression.NONE), file);
            archives.add(new Known(file, List.copyOf(changes)));
        }

        private void copy() throws IOException {
            List<Path> files = database.recoveryFiles();
            for (Path file : files.subList(0, files.size() - 1)) {
                if (!Files.exists(out.resolve(file.getFileName()))) {
                    Files.copy(file, out.resolve(file.getFileName()));
                }
            }
        }

        /** Or to the last one, as when a standby takes over; the old database may go on, and nobody hears of it. */
        private void restoreToEarlier() throws IOException {
            Known archive = archives.get(archives.size() - 1);
            database.rotate();
            copy();
            Path next = place.resolve("db-" + (number + 1));
            long lsn = archive.changes().size()
                    + random.nextInt(changes.size() - archive.changes().size() + 1);
            CommandRun run = restore(archive.file(), "--db", next, "--recovery", out, "-q", "--until-lsn", lsn);
            assertThat(run.status()).as("seed %d: %s", seed, run.stderr()).isZero();
            histories.put(number, changes);
            if (random.nextBoolean()) {
                database.put(1_000 + number).rotate().put(2_000 + number);
            }
            database.close();
            changes = new ArrayList<>(changes.subList(0, (int) lsn));
            number = new DatabaseDirectory(DISK, next).identity().timeline().number();
            database = SampleDatabase.open(next, seed + number);
            if (random.nextInt(3) > 0) {
                put();
            }
            database.rotate();
            backup();
        }

        private void lose() throws IOException {
            List<Path> files = new RecoveryDirectory(DISK, out).paths();
            for (int i = random.nextInt(3); i > 0 && !files.isEmpty(); i--) {
                Files.deleteIfExists(files.get(random.nextInt(files.size())));
            }
        }

        private void judge(Known archive) throws IOException {
            List<ArchiveIdentity> all = ArchiveIdentity.in(DISK, out);
            ArchiveIdentity identity = ArchiveIdentity.of(DISK, archive.file()).orElseThrow();
            Histories told = Histories.of(
                    HistoryFile.of(new RecoveryDirectory(DISK, out).files()),
                    identity.database().database(),
                    ArchiveIdentity.points(all, identity.database().database()));
            Continuation continuation = told.continuation(identity.point());
            String how = String.format(
                    Locale.ROOT, "seed %d, %s, %s", seed, archive.file().getFileName(), continuation);
            List<Long> newest = histories.get(told.highestTimeline());
            boolean isOfNewest = archive.changes().size() <= newest.size()
                    && newest.subList(0, archive.changes().size()).equals(archive.changes());
            assertThat(continuation.newest()).as(how).isEqualTo(isOfNewest);
            CommandRun plain = restored(archive);
            if (!isOfNewest) {
                assertThat(plain.status()).as("%s: %s", how, plain.stdout()).isEqualTo(6);
            }
            CommandRun along = isOfNewest
                    ? plain
                    : restored(
                            archive,
                            "--timeline",
                            identity.database().timeline().id().toString());
            Lsn reach = continuation.reach();
            if (continuation.gap().isPresent()) {
                assertThat(along.status()).as("%s: %s", how, along.stdout()).isEqualTo(6);
                along = restored(
                        archive, "--timeline", continuation.along().id().toString(), "--until-lsn", reach.toString());
            }
            assertThat(along.status()).as("%s: %s", how, along.stdout()).isZero();
            JsonNode proof = along.json();
            assertThat(proof.path("lsn").asLong()).as(how).isEqualTo(reach.number());
            if (continuation.gap().isEmpty() && isOfNewest) {
                JsonNode fromDirectory = restored(new Known(out, List.of())).json();
                assertThat(fromDirectory.path("digest")).as(how).isEqualTo(proof.path("digest"));
            }
        }

        private CommandRun restored(Known archive, String... more) throws IOException {
            Path directory = place.resolve("proof");
            if (Files.exists(directory)) {
                PathUtils.deleteDirectory(directory);
            }
            List<Object> args = new ArrayList<>(List.of(
                    archive.file(), "--db", directory, "--recovery", out, "-q", "--json", "--without-later-deletions"));
            args.addAll(List.of(more));
            return restore(args.toArray());
        }
    }
}
