package oks.backup.expire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import oks.backup.expire.ExpirePlan.Condition;
import oks.backup.expire.ExpirePlan.KnownArchive;
import oks.backup.expire.ExpirePlan.KnownRecovery;
import oks.backup.expire.ExpirePlan.Retention;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the history of archives and recovery files: what is not announced as removed restores as far as before. */
final class ExpirePlanTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    /** A directory as it comes about in weeks of backups, with missing files and restores that went back. */
    record History(List<KnownArchive> archives, List<KnownRecovery> files) {

        static History of(long seed, int steps) {
            Random random = new Random(seed);
            List<KnownArchive> archives = new ArrayList<>();
            List<KnownRecovery> files = new ArrayList<>();
            UUID[] databases = {new UUID(1, 1), new UUID(2, 2)};
            long[] lsn = {0, 0};
            long[] ordinal = {1, 1};
            for (int step = 0; step < steps; step++) {
                int d = random.nextInt(4) == 0 ? 1 : 0;
                Instant time =
                        NOW.minus(Duration.ofHours(12L * (steps - step) + random.nextInt(48))); // clocks go back, too
                switch (random.nextInt(5)) {
                    case 0 ->
                        archives.add(new KnownArchive(
                                "archive-" + d + "-" + step,
                                databases[d],
                                lsn[d],
                                time,
                                ordinal[d],
                                10,
                                condition(random),
                                bases(random, databases[d], archives)));
                    case 1 -> lsn[d] = random.nextInt(6) == 0 ? lsn[d] / 2 : lsn[d]; // a restore went back
                    default -> {
                        if (random.nextInt(12) > 0) { // otherwise the file got lost
                            files.add(new KnownRecovery(
                                    String.format(Locale.ROOT, "file-%d-%05d", d, ordinal[d]),
                                    databases[d],
                                    ordinal[d],
                                    lsn[d],
                                    5));
                        }
                        ordinal[d]++;
                        lsn[d] += random.nextInt(10);
                    }
                }
            }
            return new History(archives, files);
        }

        /** Some are incremental, and need earlier ones of their database. */
        private static List<String> bases(Random random, UUID database, List<KnownArchive> earlier) {
            boolean incremental = random.nextInt(3) == 0;
            return earlier.stream()
                    .filter(archive -> incremental && archive.database().equals(database) && random.nextInt(3) == 0)
                    .map(KnownArchive::name)
                    .toList();
        }

        private static Condition condition(Random random) {
            return random.nextInt(4) > 0
                    ? Condition.SOUND
                    : Condition.values()[random.nextInt(Condition.values().length)];
        }

        History without(Set<String> removed) {
            return new History(
                    archives.stream()
                            .filter(archive -> !removed.contains(archive.name()))
                            .toList(),
                    files.stream()
                            .filter(file -> !removed.contains(file.name()))
                            .toList());
        }

        /** The files from which an archive is brought forward, up to the first gap; the file before them, if there. */
        List<String> continues(KnownArchive archive) {
            List<String> names = new ArrayList<>();
            long next = -1;
            for (KnownRecovery file : files) {
                if (!file.database().equals(archive.database())) {
                    continue;
                }
                boolean begins = next < 0 && file.ordinal() >= archive.firstOrdinal() - 1;
                if (begins || file.ordinal() == next) {
                    names.add(file.name());
                    next = file.ordinal() + 1;
                }
            }
            return names;
        }

        /**
         * The file with which RecoveryChain begins to read for an archive, and all after it; none when it finds a gap.
         */
        List<String> chain(KnownArchive archive) {
            List<String> names = new ArrayList<>();
            boolean reached = false;
            for (KnownRecovery file : files) {
                if (file.database().equals(archive.database())) {
                    if (file.after() <= archive.lsn()) {
                        names.clear();
                        reached = true;
                    }
                    names.add(file.name());
                }
            }
            return reached ? names : List.of();
        }
    }

    @Property(tries = 2000)
    void whatStaysIsReachableAsBefore(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 60) int steps,
            @ForAll @IntRange(min = 1, max = 5) int full,
            @ForAll @IntRange(max = 20) int days) {
        History before = History.of(seed, steps);
        ExpirePlan plan =
                ExpirePlan.of(before.archives(), before.files(), new Retention(full, Duration.ofDays(days)), NOW);
        Set<String> announced =
                new HashSet<>(plan.removed().stream().map(ExpirePlan.Line::name).toList());
        History after = before.without(announced);

        assertThat(plan.lines())
                .as("every file once")
                .hasSize(before.archives().size() + before.files().size());
        for (KnownArchive archive : after.archives()) {
            assertThat(announced).as("what %s needs", archive.name()).noneMatch(archive.bases()::contains);
            assertThat(after.chain(archive)).as("chain of %s", archive.name()).isEqualTo(before.chain(archive));
            if (archive.condition() != Condition.DAMAGED) {
                assertThat(after.continues(archive))
                        .as("files after %s", archive.name())
                        .isEqualTo(before.continues(archive));
            }
        }
        for (UUID database : List.of(new UUID(1, 1), new UUID(2, 2))) {
            long had = sound(before, database);
            assertThat(sound(after, database)).isGreaterThanOrEqualTo(Math.min(had, full));
            List<KnownArchive> own = before.archives().stream()
                    .filter(archive -> archive.database().equals(database))
                    .toList();
            own.stream()
                    .filter(archive -> archive.sound() || archive.condition() == Condition.NOT_CONTINUED)
                    .max(Comparator.comparing(KnownArchive::firstOrdinal)
                            .thenComparing(KnownArchive::lsn)
                            .thenComparing(KnownArchive::name))
                    .ifPresent(newest -> assertThat(announced)
                            .as("the newest that was proven")
                            .doesNotContain(newest.name()));
            if (had == 0 || ExpirePlan.doubtful(own).isPresent()) {
                assertThat(plan.removed())
                        .as("without a sound archive")
                        .noneMatch(line -> line.database().equals(database));
            }
        }
        assertThat(after.archives().stream().filter(archive -> archive.condition() == Condition.DAMAGED))
                .hasSize((int) before.archives().stream()
                        .filter(archive -> archive.condition() == Condition.DAMAGED)
                        .count());
    }

    @Property(tries = 200)
    void expiringTwiceRemovesNothingMore(@ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int full) {
        Retention retention = new Retention(full, Duration.ZERO);
        History before = History.of(seed, 50);
        ExpirePlan plan = ExpirePlan.of(before.archives(), before.files(), retention, NOW);
        History after = before.without(
                new HashSet<>(plan.removed().stream().map(ExpirePlan.Line::name).toList()));
        assertThat(ExpirePlan.of(after.archives(), after.files(), retention, NOW)
                        .removed())
                .isEmpty();
    }

    /**
     * A newer archive that is not as it should be says that something is wrong, which may be wrong with the next one,
     * too.
     */
    @ParameterizedTest
    @EnumSource
    void nothingGoesWhileTheNewestArchiveIsInDoubt(Condition newest) {
        UUID database = new UUID(1, 1);
        List<KnownArchive> archives = List.of(
                new KnownArchive("a", database, 1, NOW.minusSeconds(9), 1, 10, Condition.SOUND, List.of()),
                new KnownArchive("b", database, 2, NOW.minusSeconds(6), 2, 10, Condition.SOUND, List.of()),
                new KnownArchive(
                        "c",
                        database,
                        3,
                        NOW.minusSeconds(3),
                        newest == Condition.DAMAGED || newest == Condition.LACKS_BASE ? Long.MAX_VALUE : 3,
                        10,
                        newest,
                        List.of()));
        ExpirePlan plan = ExpirePlan.of(archives, List.of(), new Retention(1, Duration.ZERO), NOW);
        boolean doubt = newest == Condition.DAMAGED || newest == Condition.LACKS_BASE || newest == Condition.NOT_PROVEN;
        assertThat(plan.removed())
                .extracting(ExpirePlan.Line::name)
                .isEqualTo(doubt ? List.of() : newest == Condition.SOUND ? List.of("b", "a") : List.of("a"));
        if (doubt) {
            assertThat(plan.lines())
                    .extracting(ExpirePlan.Line::why)
                    .anyMatch(why -> why.startsWith("nothing goes: c is newer and "));
        }
    }

    private static long sound(History history, UUID database) {
        return history.archives().stream()
                .filter(archive -> archive.database().equals(database) && archive.sound())
                .count();
    }
}
