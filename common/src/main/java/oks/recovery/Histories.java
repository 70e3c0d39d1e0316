package oks.recovery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * The histories of one database of which recovery files and archives tell, and how they fork. A restore to an earlier
 * state, or a standby that took over, begins a timeline; what its parent had after the fork is of another history then.
 *
 * <p>The newest history is that of the timeline with the highest number, because a restore numbers its timeline higher
 * than all that it knows of. Neither clocks nor ordinals decide: a primary that comes back after its standby took over
 * has newer clocks, and as many files.
 *
 * <p>Headers tell all of this; no more of a file is read, unless it takes its end to know whether a state comes after
 * it.
 */
public final class Histories {
    private final Map<UUID, Timeline> timelines;
    private final Map<UUID, List<HistoryFile>> files;
    private final List<ArchivedPoint> archives;

    private Histories(Map<UUID, Timeline> timelines, Map<UUID, List<HistoryFile>> files, List<ArchivedPoint> archives) {
        this.timelines = timelines;
        this.files = files;
        this.archives = List.copyOf(archives);
    }

    /**
     * Puts files in order, and compares those of one name.
     *
     * @param files of one database, in any order; a file may be there twice, also when one copy was made before the
     *     other was complete
     * @param archives of the same database
     * @throws OperatorFault GAP_OR_FORK when a file is of another database or two files of one timeline have the same
     *     ordinal but different contents; DAMAGED when a header does not check or two copies of a file differ
     */
    public static Histories of(Collection<HistoryFile> files, UUID database, Collection<ArchivedPoint> archives)
            throws IOException {
        Map<UUID, List<HistoryFile>> read = new LinkedHashMap<>();
        Map<UUID, Timeline> timelines = new LinkedHashMap<>();
        for (HistoryFile file : files) {
            Timeline timeline = file.timeline();
            timelines.put(timeline.id(), timeline);
            read.computeIfAbsent(timeline.id(), id -> new ArrayList<>()).add(file);
        }
        Map<UUID, List<HistoryFile>> ordered = new HashMap<>();
        for (Map.Entry<UUID, List<HistoryFile>> entry : read.entrySet()) {
            ordered.put(entry.getKey(), RecoveryChain.ordered(entry.getValue(), database));
        }
        archives.forEach(archive -> timelines.putIfAbsent(archive.timeline().id(), archive.timeline()));
        return new Histories(timelines, ordered, List.copyOf(archives));
    }

    /** Of files whose headers were read already, each copy of a file by itself: it need not be like the others. */
    public static Histories of(Collection<HistoryFile> files, Collection<ArchivedPoint> archives) {
        Map<UUID, Timeline> timelines = new LinkedHashMap<>();
        Map<UUID, List<HistoryFile>> ordered = new HashMap<>();
        files.stream().sorted(Comparator.comparing(HistoryFile::name)).forEach(file -> {
            timelines.put(file.timeline().id(), file.timeline());
            ordered.computeIfAbsent(file.timeline().id(), id -> new ArrayList<>())
                    .add(file);
        });
        archives.forEach(archive -> timelines.putIfAbsent(archive.timeline().id(), archive.timeline()));
        return new Histories(timelines, ordered, List.copyOf(archives));
    }

    /** All timelines, from the newest on. */
    public List<Timeline> timelines() {
        return timelines.values().stream()
                .sorted(Comparator.comparing(this::age).reversed())
                .toList();
    }

    /** The order of timelines: by number; ordinals and ids order those that have the same. */
    private record Age(int number, long ordinal, UUID id) implements Comparable<Age> {
        @Override
        public int compareTo(Age other) {
            return Comparator.comparingInt(Age::number)
                    .thenComparingLong(Age::ordinal)
                    .thenComparing(Age::id)
                    .compare(this, other);
        }
    }

    private Age age(Timeline timeline) {
        List<HistoryFile> own = files(timeline.id());
        return new Age(
                timeline.number(),
                own.isEmpty() ? 0 : own.get(own.size() - 1).name().ordinal(),
                timeline.id());
    }

    private List<HistoryFile> files(UUID timeline) {
        return files.getOrDefault(timeline, List.of());
    }

    /** The newest history; empty when there is neither a file nor an archive. */
    public Optional<History> newest() {
        return timelines().stream().findFirst().map(this::along);
    }

    /**
     * The timeline that an operator names.
     *
     * @param wanted a number or a UUID
     * @throws OperatorFault TARGET_UNREACHABLE when nothing is of that timeline, or two timelines have that number
     */
    public Timeline named(String wanted) {
        List<Timeline> found = timelines.values().stream()
                .filter(one -> String.valueOf(one.number()).equals(wanted)
                        || one.id().toString().equals(wanted))
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        List<String> known = (found.isEmpty() ? timelines.values() : found)
                .stream().map(one -> one.number() + " (" + one.id() + ")").toList();
        throw OperatorFault.of(
                        ExitCode.TARGET_UNREACHABLE,
                        found.isEmpty()
                                ? "no recovery file is of timeline %s: there are %s"
                                : "timeline %s is more than one: %s",
                        wanted,
                        known.isEmpty() ? "no files" : String.join(", ", known))
                .kept("nothing was changed")
                .next("name a timeline by its number, or by its UUID where two have one number");
    }

    /** The history that ends with a timeline. */
    public History along(Timeline tip) {
        List<HistoryFile> way = new ArrayList<>();
        Map<UUID, Lsn> shares = new HashMap<>();
        Optional<Part> part = Optional.of(new Part(tip.id(), Long.MAX_VALUE, History.END, true));
        while (part.isPresent()) {
            shares.put(part.get().timeline(), part.get().last());
            List<HistoryFile> own = files(part.get());
            way.addAll(0, own);
            part = before(part.get(), own).filter(earlier -> !shares.containsKey(earlier.timeline()));
        }
        Set<HistoryFile> onTheWay = new LinkedHashSet<>(way);
        List<HistoryFile> others = all().filter(file -> !onTheWay.contains(file))
                .sorted(Comparator.comparing(HistoryFile::name))
                .toList();
        return new History(tip, way, others, shares);
    }

    /**
     * The part of a timeline that a history has.
     *
     * @param ordinal no file of the part has a higher one
     * @param last the last change of the part
     * @param exact whether the file with this ordinal is here: otherwise only LSNs tell which files are of the part
     */
    private record Part(UUID timeline, long ordinal, Lsn last, boolean exact) {
        boolean has(HistoryFile file) {
            return file.name().ordinal() <= ordinal && (exact || last.isAfter(file.after()));
        }
    }

    private List<HistoryFile> files(Part part) {
        return files(part.timeline()).stream().filter(part::has).toList();
    }

    /**
     * The part of another timeline with which a history came to this part; the first file says so, or else the
     * timeline.
     */
    private Optional<Part> before(Part part, List<HistoryFile> own) {
        Optional<Timeline.Fork> fork =
                Optional.ofNullable(timelines.get(part.timeline())).flatMap(Timeline::fork);
        if (own.isEmpty()) {
            return fork.map(one -> new Part(one.parent(), part.ordinal(), one.last(), false));
        }
        HistoryFile first = own.get(0);
        long ordinal = first.header().predecessor().ordinal();
        return predecessor(first)
                .map(file -> new Part(file.timeline().id(), ordinal, first.after(), true))
                .or(() -> fork.map(one -> new Part(one.parent(), ordinal, one.last(), false)));
    }

    /** The file of another timeline from which a file goes on, if it is here. */
    public Optional<HistoryFile> predecessor(HistoryFile file) {
        Optional<UUID> parent = file.timeline().fork().map(Timeline.Fork::parent);
        return all().filter(file::continuesFrom)
                .filter(other -> !other.timeline().id().equals(file.timeline().id()))
                .max(Comparator.comparing(
                        other -> parent.filter(other.timeline().id()::equals).isPresent()));
    }

    private Stream<HistoryFile> all() {
        return files.values().stream().flatMap(List::stream);
    }

    /** Whether a history has a state. */
    public boolean has(History history, ArchivedPoint state) {
        return !state.last().isAfter(shared(history, state.timeline()));
    }

    /** The last change up to which a timeline is the same as a history; {@link Lsn#NONE} when nothing tells. */
    public Lsn shared(History history, Timeline timeline) {
        Lsn until = History.END;
        Set<UUID> passed = new LinkedHashSet<>();
        Optional<Timeline> at = Optional.of(timeline);
        UUID id = timeline.id();
        while (passed.add(id)) {
            Optional<Lsn> shares = history.shares(id);
            if (shares.isPresent()) {
                return until.isAfter(shares.get()) ? shares.get() : until;
            }
            Optional<Timeline.Fork> fork = at.flatMap(Timeline::fork);
            if (fork.isPresent()) {
                until = until.isAfter(fork.get().last()) ? fork.get().last() : until;
                id = fork.get().parent();
                at = Optional.ofNullable(timelines.get(id));
            }
        }
        return Lsn.NONE;
    }

    /**
     * How far the recovery files bring a state: along the newest history if that has it, otherwise along its own
     * timeline.
     */
    public Continuation continuation(ArchivedPoint state) throws IOException {
        History newest = newest().orElseGet(() -> along(state.timeline()));
        Lsn shared = shared(newest, state.timeline());
        boolean current = has(newest, state);
        return (current ? newest : along(state.timeline())).continuation(state, current, shared);
    }

    /**
     * The recovery files of each timeline, from the oldest timeline on; those between which none is missing stand
     * together.
     */
    public List<List<HistoryFile>> runs() {
        List<List<HistoryFile>> runs = new ArrayList<>();
        timelines.values().stream().sorted(Comparator.comparing(this::age)).forEach(timeline -> {
            List<HistoryFile> run = new ArrayList<>();
            for (HistoryFile file : files(timeline.id())) {
                if (!run.isEmpty() && !file.follows(run.get(run.size() - 1))) {
                    runs.add(List.copyOf(run));
                    run.clear();
                }
                run.add(file);
            }
            if (!run.isEmpty()) {
                runs.add(List.copyOf(run));
            }
        });
        return List.copyOf(runs);
    }

    /** The timeline of the file with this name. */
    public Optional<Timeline> timelineOf(RecoveryFileName name) {
        return all().filter(file -> file.name().equals(name))
                .map(HistoryFile::timeline)
                .findFirst();
    }

    /** The highest number of a timeline; 0 when there is none. */
    public int highestTimeline() {
        return timelines.values().stream().mapToInt(Timeline::number).max().orElse(0);
    }

    /** The name with the highest ordinal. */
    public Optional<RecoveryFileName> highestName() {
        return all().map(HistoryFile::name).max(Comparator.naturalOrder());
    }

    /** How many files there are, each counted once. */
    public int size() {
        return (int) all().count();
    }

    /**
     * The timelines of which nobody can say which is the newest, because they have the same number; empty when it is
     * clear.
     */
    public List<Timeline> rivals() {
        int highest = highestTimeline();
        List<Timeline> rivals = timelines().stream()
                .filter(timeline -> timeline.number() == highest)
                .toList();
        return rivals.size() > 1 ? rivals : List.of();
    }

    /**
     * Makes sure that there is one newest history.
     *
     * @throws OperatorFault GAP_OR_FORK, naming what belongs to which
     */
    public void requireOneNewest() {
        if (!rivals().isEmpty()) {
            throw OperatorFault.of(
                            ExitCode.GAP_OR_FORK,
                            "two histories of one database are here, and neither knows of the other: %s",
                            rivals().stream().map(this::contents).collect(Collectors.joining("; ")))
                    .kept("nothing was changed")
                    .next(
                            "take the files of the wrong one out of the directory, or, for a restore, say which one "
                                    + "with %s",
                            Advice.timelineOption());
        }
    }

    /** For people: the timeline, and what is here of it. */
    public String contents(Timeline timeline) {
        return String.format(
                Locale.ROOT,
                "timeline %d (%s): %s",
                timeline.number(),
                timeline.id(),
                String.join(", ", names(timeline)));
    }

    /** The names of the archives and of the first and last recovery file of a timeline. */
    private List<String> names(Timeline timeline) {
        List<String> names = new ArrayList<>();
        archives.stream()
                .filter(archive -> archive.timeline().id().equals(timeline.id()))
                .map(ArchivedPoint::name)
                .sorted()
                .forEach(names::add);
        List<HistoryFile> own = files(timeline.id());
        if (own.size() > 1) {
            names.add(own.get(0).name() + " to " + own.get(own.size() - 1).name());
        } else if (!own.isEmpty()) {
            names.add(own.get(0).name().toString());
        }
        return names;
    }
}
