package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import oks.archive.Compression;
import oks.durable.RealDisk;
import oks.recovery.Digest;
import oks.recovery.Group;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryReader;
import oks.store.CertificateStore;
import oks.store.Replay;
import oks.store.StoreOptions;
import oks.testing.CommandRun;
import oks.testing.RecoveryFiles;
import oks.testing.SampleCertificates;
import oks.testing.SampleDatabase;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Random histories, restored to random changes, times and points from random archives, compared with an oracle. */
final class HistoryModelTest extends RestoreScene {
    private static final int RESTORES = Integer.getInteger("oks.restores", 60);
    private static final int RESTORES_PER_HISTORY = 10;
    private static final int STEPS = 60;
    private static final int SEEDS = 15;

    /** What the database held after a change: which certificates, and the last update of each that had one. */
    private record State(TreeSet<Long> certificates, TreeMap<Long, Integer> updates) {
        State copy() {
            return new State(new TreeSet<>(certificates), new TreeMap<>(updates));
        }
    }

    private record Archive(Path file, long lsn) {}

    @Test
    void everyRestoreEqualsTheOracle(TestReporter reporter) throws IOException {
        long seed = Long.getLong("oks.seed", 20261122L);
        int done = 0;
        for (int i = 0; done < RESTORES; i++) {
            Path place = Files.createDirectory(scratch.resolve("history-" + i));
            done += new History(place, seed + i).run(Math.min(RESTORES_PER_HISTORY, RESTORES - done));
            PathUtils.deleteDirectory(place);
        }
        reporter.publishEntry("restores", done + " restores of random histories equal the oracle, seed " + seed);
        assertThat(done).isEqualTo(RESTORES);
    }

    /** One history: the database, its archives, and what it held after every change. */
    private final class History {
        private final Path place;
        private final long seed;
        private final Random random;
        private final State now = new State(new TreeSet<>(), new TreeMap<>());
        private final TreeMap<Long, State> states = new TreeMap<>();
        private final TreeMap<Long, Digest> digests = new TreeMap<>();
        private final TreeMap<String, Long> points = new TreeMap<>();
        private final List<Archive> archives = new ArrayList<>();
        private SampleDatabase database;

        History(Path place, long seed) throws IOException {
            this.place = place;
            this.seed = seed;
            this.random = new Random(seed);
            this.database = SampleDatabase.create(place.resolve("db"), seed & 0xFFFF);
        }

        int run(int restores) throws IOException {
            remember();
            backup();
            for (int step = 0; step < STEPS; step++) {
                step();
            }
            Path copies = Files.createDirectory(place.resolve("copies"));
            database.kill();
            database.copyRecoveryFiles(copies);
            TreeMap<Long, Instant> times = times(copies);
            for (int i = 0; i < restores; i++) {
                restoreOnce(i, copies, times);
            }
            return restores;
        }

        private void step() throws IOException {
            long who = random.nextInt(SEEDS);
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> put(who);
                case 3, 4 -> update(who);
                case 5 -> together();
                case 6 -> delete(who);
                case 7 -> point();
                case 8 -> database.rotate();
                case 9 -> backup();
                case 10 -> database.flush().rotate(); // as a pause does
                default -> crash();
            }
        }

        private void put(long who) throws IOException {
            database.put(who);
            now.certificates().add(who);
            now.updates().remove(who);
            remember();
        }

        private void update(long who) throws IOException {
            int update = random.nextInt(100);
            database.update(who, update);
            now.certificates().add(who);
            now.updates().put(who, update);
            remember();
        }

        /** Several certificates in one group: the states inside it can be restored too. */
        private void together() throws IOException {
            long[] group = random.longs(0, SEEDS)
                    .distinct()
                    .limit(2 + random.nextInt(4))
                    .toArray();
            long lsn = database.lsn().number();
            database.putTogether(group);
            for (long who : group) {
                now.certificates().add(who);
                now.updates().remove(who);
                states.put(++lsn, now.copy());
            }
            digests.put(lsn, database.digest());
        }

        private void delete(long who) throws IOException {
            database.delete(who, random.nextBoolean());
            now.certificates().remove(who);
            now.updates().remove(who);
            remember();
        }

        private void point() throws IOException {
            String name = "point " + points.size();
            database.point(name);
            points.put(name, database.lsn().number());
            remember();
        }

        private void remember() {
            states.put(database.lsn().number(), now.copy());
            digests.put(database.lsn().number(), database.digest());
        }

        private void backup() throws IOException {
            long lsn = database.lsn().number();
            Compression[] all = Compression.values();
            Path file = archive(database, all[random.nextInt(all.length)]);
            Path kept = place.resolve(archives.size() + "-" + file.getFileName());
            Files.move(file, kept);
            archives.add(new Archive(kept, lsn));
        }

        /**
         * kill -9: the last file has no SEAL; the next start replays what the store lacks and goes on in a new file.
         */
        private void crash() throws IOException {
            Path directory = database.directory();
            database.kill();
            RealDisk disk = new RealDisk();
            try (CertificateStore store = CertificateStore.open(directory.resolve("store"), StoreOptions.standard());
                    Replay replay = new Replay(store)) {
                LogPosition from = store.position();
                RecoveryChain.ChainEnd end = RecoveryChain.of(
                                RecoveryFiles.read(disk, database.recoveryFiles()),
                                database.identity().database(),
                                from.last())
                        .read(from, replay);
                replay.finish();
                store.moveTo(end.unsealed() ? RecoveryChain.sealUnclean(end, Instant.EPOCH) : end.position());
                store.flush();
            }
            database = SampleDatabase.open(directory, random.nextInt(1 << 16));
        }

        private TreeMap<Long, Instant> times(Path copies) throws IOException {
            TreeMap<Long, Instant> times = new TreeMap<>();
            for (Path file : new RecoveryDirectory(new RealDisk(), copies).paths()) {
                try (RecoveryReader reader = RecoveryFile.reader(new RealDisk(), file)) {
                    for (var group = reader.next(); group.isPresent(); group = reader.next()) {
                        Group read = group.get();
                        read.changes().forEach(change -> times.put(change.lsn().number(), change.time()));
                    }
                }
            }
            return times;
        }

        private void restoreOnce(int number, Path copies, TreeMap<Long, Instant> times) throws IOException {
            Archive archive = archives.get(random.nextInt(archives.size()));
            long last = states.lastKey();
            long lsn = archive.lsn() + (last == archive.lsn() ? 0 : random.nextInt((int) (last - archive.lsn() + 1)));
            List<Object> args = new ArrayList<>(List.of(
                    archive.file(),
                    "--db",
                    place.resolve("restored-" + number),
                    "--recovery",
                    copies,
                    "-q",
                    "--json",
                    "--without-later-deletions"));
            switch (random.nextInt(4)) {
                case 0 -> lsn = last;
                case 1 -> {
                    if (lsn > archive.lsn()) { // when its own last change was made, an archive does not say
                        args.addAll(List.of("--until", times.get(lsn)));
                        lsn = lastAt(times, times.get(lsn));
                    } else {
                        args.addAll(List.of("--until-lsn", lsn));
                    }
                }
                case 2 -> {
                    List<String> reachable = points.keySet().stream()
                            .filter(name -> points.get(name) > archive.lsn())
                            .toList();
                    if (reachable.isEmpty()) {
                        args.addAll(List.of("--until-lsn", lsn));
                    } else {
                        String name = reachable.get(random.nextInt(reachable.size()));
                        args.addAll(List.of("--until-point", name));
                        lsn = points.get(name);
                    }
                }
                default -> args.addAll(List.of("--until-lsn", lsn));
            }
            compare(restore(args.toArray()), place.resolve("restored-" + number), lsn, "seed " + seed + ", " + args);
        }

        private static long lastAt(TreeMap<Long, Instant> times, Instant time) {
            return times.entrySet().stream()
                    .filter(entry -> !entry.getValue().isAfter(time))
                    .mapToLong(java.util.Map.Entry::getKey)
                    .max()
                    .orElseThrow();
        }

        private void compare(CommandRun run, Path directory, long lsn, String how) throws IOException {
            assertThat(run.status())
                    .as("%s: %s%s", how, run.stdout(), run.stderr())
                    .isZero();
            JsonNode proof = run.json();
            assertThat(proof.path("lsn").asLong()).as(how).isEqualTo(lsn);
            State wanted = states.get(lsn);
            try (CertificateStore store = CertificateStore.open(directory.resolve("store"), StoreOptions.standard())) {
                TreeMap<String, byte[]> found = new TreeMap<>();
                store.forEach(stored -> found.put(stored.fingerprint().toString(), stored.content()));
                TreeMap<String, byte[]> expected = new TreeMap<>();
                for (long who : wanted.certificates()) {
                    expected.put(
                            SampleCertificates.fingerprint(who),
                            wanted.updates().containsKey(who)
                                    ? SampleCertificates.updated(
                                            who, wanted.updates().get(who))
                                    : SampleCertificates.certificate(who));
                }
                assertThat(found).as(how).containsOnlyKeys(expected.keySet());
                expected.forEach((who, content) ->
                        assertThat(found.get(who)).as(how + who).isEqualTo(content));
                assertThat(store.check(read -> {}).differences()).as(how).isEmpty();
                if (digests.containsKey(lsn)) {
                    assertThat(store.position().digest()).as(how).isEqualTo(digests.get(lsn));
                }
            }
            PathUtils.deleteDirectory(directory);
        }
    }
}
