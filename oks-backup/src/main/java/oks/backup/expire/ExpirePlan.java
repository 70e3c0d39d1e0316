package oks.backup.expire;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import oks.archive.ArchiveName;
import oks.fault.Advice;
import oks.fault.Count;
import oks.recovery.RecoveryFileName;

/**
 * The files that {@code expire} keeps and removes in a backup directory, with a reason for each; computed from the
 * directory's contents, without changing it.
 *
 * <p>Of each database the newest sound archives are kept, as many as wanted, and every other that is young enough; of
 * its recovery files all from the one before the first that the oldest kept archive needs. An archive that a kept one
 * needs is kept with all that belongs to it. Order is by change and ordinal; clocks decide nothing but
 * {@code --keep-days}. What is not understood is kept. Where an archive is damaged, or not proven, that is newer than
 * every sound one, nothing at all is removed: whatever spoiled the newest may have come to stay.
 *
 * @param lines in the order: database, archives from the newest, recovery files
 */
record ExpirePlan(List<Line> lines) {
    private static final Comparator<KnownArchive> NEWEST = Comparator.comparing(KnownArchive::firstOrdinal)
            .thenComparing(KnownArchive::lsn)
            .thenComparing(KnownArchive::name);

    /** One file. */
    record Line(String name, UUID database, long bytes, boolean removed, String why) {
        /** The name of the database, which stands in the file's. */
        Optional<String> databaseName() {
            Path file = Path.of(name);
            return ArchiveName.of(file)
                    .map(ArchiveName::database)
                    .or(() -> RecoveryFileName.ofPartial(file).map(RecoveryFileName::database));
        }

        private Line keptBecauseOf(KnownArchive doubtful) {
            return removed
                    ? new Line(
                            name,
                            database,
                            bytes,
                            false,
                            "nothing goes: " + doubtful.name() + " is newer and "
                                    + (switch (doubtful.condition()) {
                                        case DAMAGED -> "damaged";
                                        case LACKS_BASE -> "lacks an archive that it needs";
                                        default -> "not proven";
                                    }))
                    : this;
        }
    }

    /**
     * An archive as the plan sees it.
     *
     * @param firstOrdinal the first recovery file that may hold later changes; of a damaged archive, whatever its
     *     manifest says, {@link Long#MAX_VALUE}
     * @param bases names of the archives that it needs; of a damaged archive, what the copy of its manifest says
     */
    record KnownArchive(
            String name,
            UUID database,
            long lsn,
            Instant created,
            long firstOrdinal,
            long bytes,
            Condition condition,
            List<String> bases) {
        boolean sound() {
            return condition == Condition.SOUND;
        }
    }

    /** The condition of an archive, as this run found it. */
    enum Condition {
        /** It was proven, every byte is as it was then, and the recovery files continue it. */
        SOUND,
        /** It was proven and is as it was then, but the recovery files after it are not. */
        NOT_CONTINUED,
        /** It is as it was written, but of a timeline that was left before its last change. */
        LEFT_BEHIND,
        /** Its bytes are as they were written, but nobody has proven what they hold. */
        NOT_PROVEN,
        /** It is incremental, and an archive that it needs is not there. */
        LACKS_BASE,
        /** It cannot be restored. */
        DAMAGED;

        /** Whether its manifest is known; an archive of which it is not is for somebody to look at. */
        private boolean isKnown() {
            return this != DAMAGED && this != LACKS_BASE;
        }
    }

    /**
     * A recovery file as the plan sees it.
     *
     * @param after the last change before it
     */
    record KnownRecovery(String name, UUID database, long ordinal, long after, long bytes) {}

    /**
     * The operator's rule for how much is kept.
     *
     * @param full sound archives of each database, at least 1
     * @param age archives younger than this are kept besides; zero for none
     */
    record Retention(int full, Duration age) {
        Retention {
            if (full < 1 || age.isNegative()) {
                throw new IllegalArgumentException("keep " + full + " and " + age);
            }
        }
    }

    static ExpirePlan of(List<KnownArchive> archives, List<KnownRecovery> recovery, Retention retention, Instant now) {
        Map<UUID, List<KnownArchive>> byDatabase = new TreeMap<>();
        archives.forEach(archive -> byDatabase
                .computeIfAbsent(archive.database(), id -> new ArrayList<>())
                .add(archive));
        recovery.forEach(file -> byDatabase.computeIfAbsent(file.database(), id -> new ArrayList<>()));
        List<Line> lines = new ArrayList<>();
        for (Map.Entry<UUID, List<KnownArchive>> entry : byDatabase.entrySet()) {
            Optional<KnownArchive> doubtful = doubtful(entry.getValue());
            List<Line> planned = new ArrayList<>();
            List<KnownArchive> kept = archives(entry.getValue(), retention, now, planned);
            recovery.stream()
                    .filter(file -> file.database().equals(entry.getKey()))
                    .sorted(Comparator.comparingLong(KnownRecovery::ordinal))
                    .forEach(file -> planned.add(line(file, kept, recovery)));
            planned.forEach(line -> lines.add(doubtful.map(line::keptBecauseOf).orElse(line)));
        }
        return new ExpirePlan(List.copyOf(lines));
    }

    /** The newest sound archive of a database. */
    static Optional<KnownArchive> newestSound(List<KnownArchive> archives, UUID database) {
        return archives.stream()
                .filter(archive -> archive.sound() && archive.database().equals(database))
                .max(NEWEST);
    }

    /** An archive of one database that may be newer than the newest sound one, and is damaged or not proven. */
    static Optional<KnownArchive> doubtful(List<KnownArchive> archives) {
        Optional<KnownArchive> sound =
                archives.stream().filter(KnownArchive::sound).max(NEWEST);
        return archives.stream()
                .filter(archive -> switch (archive.condition()) {
                    case SOUND, NOT_CONTINUED, LEFT_BEHIND -> false;
                    case NOT_PROVEN -> sound.isEmpty() || NEWEST.compare(archive, sound.get()) > 0;
                    // Its manifest is not known: the name says which change and when.
                    case DAMAGED, LACKS_BASE ->
                        sound.isEmpty()
                                || archive.lsn() > sound.get().lsn()
                                || archive.created().isAfter(sound.get().created());
                })
                .max(NEWEST);
    }

    /** Adds a line for each archive; returns those that stay. */
    private static List<KnownArchive> archives(
            List<KnownArchive> archives, Retention retention, Instant now, List<Line> lines) {
        List<KnownArchive> newestFirst =
                archives.stream().sorted(NEWEST.reversed()).toList();
        List<KnownArchive> kept = new ArrayList<>();
        String newest = retention.full() == 1 ? "the newest" : "the " + retention.full() + " newest";
        int sound = 0;
        for (KnownArchive archive : newestFirst) {
            boolean young = now.minus(retention.age()).isBefore(archive.created())
                    && !retention.age().isZero();
            boolean enough = sound >= retention.full();
            boolean removed = enough && !young && archive.condition().isKnown();
            String why = switch (archive.condition()) {
                case SOUND ->
                    !enough
                            ? retention.full() == 1 ? "the newest" : "number " + (sound + 1) + " of " + newest
                            : young
                                    ? "younger than " + Count.of(retention.age().toDays(), "day")
                                    : "older than " + newest;
                case NOT_CONTINUED ->
                    removed ? "older than " + newest : "does not count: its recovery files are not whole";
                case LEFT_BEHIND ->
                    removed ? "older than " + newest : "does not count: its timeline was left before its last change";
                case NOT_PROVEN ->
                    removed
                            ? "older than " + newest
                            : "does not count: it is not proven; " + Advice.verify() + " does that";
                case LACKS_BASE ->
                    "does not count: it lacks an archive that it needs; put that here, or remove it yourself";
                case DAMAGED -> "does not count: it is damaged; look at it and remove it yourself";
            };
            sound += archive.sound() ? 1 : 0;
            if (!removed) {
                kept.add(archive);
            }
            lines.add(new Line(archive.name(), archive.database(), archive.bytes(), removed, why));
        }
        keepBases(newestFirst, kept, lines);
        return kept;
    }

    /** Keeps what a kept archive needs, and what that needs: every archive that stays can be restored. */
    private static void keepBases(List<KnownArchive> newestFirst, List<KnownArchive> kept, List<Line> lines) {
        Map<String, String> needed = new TreeMap<>(); // to the first that needs it
        for (int i = 0; i < kept.size(); i++) { // it grows meanwhile
            KnownArchive archive = kept.get(i);
            archive.bases().forEach(base -> needed.putIfAbsent(base, archive.name()));
            newestFirst.stream()
                    .filter(one -> archive.bases().contains(one.name()) && !kept.contains(one))
                    .forEach(kept::add);
        }
        lines.replaceAll(line -> line.removed() && needed.containsKey(line.name())
                ? new Line(line.name(), line.database(), line.bytes(), false, "needed by " + needed.get(line.name()))
                : line);
    }

    private static Line line(KnownRecovery file, List<KnownArchive> kept, List<KnownRecovery> all) {
        if (kept.stream().noneMatch(KnownArchive::sound)) {
            return new Line(file.name(), file.database(), file.bytes(), false, "no sound archive of this database");
        }
        KnownArchive oldest = null;
        long from = Long.MAX_VALUE;
        for (KnownArchive archive : kept) {
            long needed = firstNeeded(archive, all);
            if (needed < from) {
                from = needed;
                oldest = archive;
            }
        }
        boolean removed = file.ordinal() < from - 1; // the one before it, too: it says where the first one begins
        String why = removed
                ? "before every kept archive"
                : file.ordinal() < from ? "begins before the oldest kept archive" : "continues " + oldest.name();
        return new Line(file.name(), file.database(), file.bytes(), removed, why);
    }

    /** As the manifest says, and earlier when the changes after the archive begin in an earlier file. */
    static long firstNeeded(KnownArchive archive, List<KnownRecovery> all) {
        return all.stream()
                .filter(file -> file.database().equals(archive.database()) && file.after() <= archive.lsn())
                .mapToLong(KnownRecovery::ordinal)
                .max()
                .stream()
                .map(ordinal -> Math.min(ordinal, archive.firstOrdinal()))
                .findFirst()
                .orElse(archive.firstOrdinal());
    }

    List<Line> removed() {
        return lines.stream().filter(Line::removed).toList();
    }

    long bytesRemoved() {
        return removed().stream().mapToLong(Line::bytes).sum();
    }
}
