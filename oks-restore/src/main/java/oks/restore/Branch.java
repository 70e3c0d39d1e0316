package oks.restore;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryFileName;
import oks.recovery.RecoveryHeader;
import oks.recovery.Timeline;

/**
 * The recovery files of one history: the one that went on last, or a chosen one. A restore to an earlier state leaves files
 * behind whose changes are void: a later file, of another timeline, names one before them as its predecessor.
 */
final class Branch {
    private final List<Member> files;
    private final List<Member> abandoned;

    private record Member(Path path, RecoveryHeader header) {
        long ordinal() {
            return header.name().ordinal();
        }

        UUID timeline() {
            return header.timeline().id();
        }
    }

    private Branch(List<Member> files, List<Member> abandoned) {
        this.files = List.copyOf(files);
        this.abandoned = List.copyOf(abandoned);
    }

    /**
     * Tells the files of a history from those of others.
     *
     * @param wanted number or UUID of the timeline with which the history ends; empty for the newest
     * @throws OperatorFault TARGET_UNREACHABLE when no file is of that timeline, or two timelines have that number
     */
    static Branch of(Disk disk, Collection<Path> all, Optional<String> wanted) throws IOException {
        List<Member> members = new ArrayList<>();
        for (Path file : all) {
            members.add(new Member(file, RecoveryChain.header(disk, file)));
        }
        if (wanted.isEmpty()) {
            return follow(members, Optional.empty(), new ArrayList<>());
        }
        UUID timeline = timeline(members, wanted.get());
        long last = members.stream().filter(member -> member.timeline().equals(timeline))
                .mapToLong(Member::ordinal).max().orElseThrow();
        List<Member> later = new ArrayList<>();
        List<Member> until = new ArrayList<>();
        for (Member member : members) {
            boolean beyond = member.ordinal() > last || member.ordinal() == last && !member.timeline().equals(timeline);
            (beyond ? later : until).add(member);
        }
        return follow(until, Optional.of(timeline), later);
    }

    private static UUID timeline(List<Member> members, String wanted) {
        List<Timeline> found = members.stream()
                .map(member -> member.header().timeline())
                .filter(one -> String.valueOf(one.number()).equals(wanted) || one.id().toString().equals(wanted))
                .distinct()
                .toList();
        if (found.size() == 1) {
            return found.get(0).id();
        }
        List<String> known = (found.isEmpty() ? members.stream().map(member -> member.header().timeline()) : found.stream())
                .distinct()
                .map(one -> one.number() + " (" + one.id() + ")")
                .toList();
        throw OperatorFault.of(ExitCode.TARGET_UNREACHABLE,
                        found.isEmpty()
                                ? "no recovery file is of timeline %s: there are %s"
                                : "timeline %s is more than one: %s",
                        wanted, known.isEmpty() ? "no files" : String.join(", ", known))
                .kept("nothing was changed")
                .next("name a timeline by its number, or by its UUID where two have one number");
    }

    private static Branch follow(List<Member> members, Optional<UUID> wanted, List<Member> abandoned) {
        TreeMap<Long, List<Member>> byOrdinal = new TreeMap<>();
        members.forEach(member -> byOrdinal.computeIfAbsent(member.ordinal(), ordinal -> new ArrayList<>()).add(member));
        List<Member> files = new ArrayList<>();
        Optional<Member> later = Optional.empty();
        for (List<Member> sameOrdinal : byOrdinal.descendingMap().values()) {
            List<Member> candidates = followed(sameOrdinal, later, wanted);
            for (Member member : sameOrdinal) {
                boolean skipped = !candidates.contains(member)
                        || later.filter(newer -> skips(newer, member, byOrdinal)).isPresent();
                (skipped ? abandoned : files).add(member);
                later = skipped ? later : Optional.of(member);
            }
        }
        files.sort(Comparator.comparing(member -> member.header().name()));
        abandoned.sort(Comparator.comparing(member -> member.header().name()));
        return new Branch(files, abandoned);
    }

    /** Where an ordinal came twice: the file that a later one names, and those that only its own history can explain. */
    private static List<Member> followed(List<Member> sameOrdinal, Optional<Member> later, Optional<UUID> wanted) {
        Optional<RecoveryFileName> named = later.map(newer -> newer.header().predecessor().file());
        Optional<Member> meant = sameOrdinal.stream()
                .filter(member -> named.filter(member.header().name()::equals).isPresent()
                        || later.isEmpty() && wanted.filter(member.timeline()::equals).isPresent())
                .findFirst();
        return meant.isEmpty()
                ? sameOrdinal
                : sameOrdinal.stream().filter(member -> !isOfOtherTimeline(member, meant.get())).toList();
    }

    /** A file of another database is of no history here: RecoveryChain names it. */
    private static boolean isOfOtherTimeline(Member member, Member meant) {
        return member.header().database().equals(meant.header().database())
                && !member.timeline().equals(meant.timeline());
    }

    /** A missing predecessor is a gap, for which nothing is passed over; so is a jump within one timeline. */
    private static boolean skips(Member newer, Member member, TreeMap<Long, List<Member>> byOrdinal) {
        long predecessor = newer.header().predecessor().ordinal();
        return predecessor < member.ordinal()
                && byOrdinal.containsKey(predecessor)
                && newer.ordinal() != member.ordinal()
                && !newer.timeline().equals(member.timeline());
    }

    /** Those to read, in order. */
    List<Path> files() {
        return files.stream().map(Member::path).toList();
    }

    /** Those of other histories, in order. */
    List<Path> abandoned() {
        return abandoned.stream().map(Member::path).toList();
    }

    /** When the last file was begun: what was made until then is in the files before it. */
    Optional<Instant> lastBegun() {
        return files.isEmpty() ? Optional.empty() : Optional.of(files.get(files.size() - 1).header().begun());
    }

    /** When the file was begun that follows this change. */
    Optional<Instant> begunAfter(Lsn lsn) {
        return files.stream()
                .map(Member::header)
                .filter(header -> header.predecessor().last().equals(lsn))
                .map(RecoveryHeader::begun)
                .findFirst();
    }

    /** What is missing between the files, for people. */
    List<String> gaps() {
        List<String> gaps = new ArrayList<>();
        for (int i = 1; i < files.size(); i++) {
            long before = files.get(i - 1).ordinal();
            LogPosition predecessor = files.get(i).header().predecessor();
            if (predecessor.ordinal() != before && files.get(i).ordinal() != before) {
                gaps.add("recovery file %s is missing between \"%s\" and \"%s\"".formatted(
                        before + 1 == predecessor.ordinal()
                                ? "%010d".formatted(before + 1)
                                : "%010d to %010d".formatted(before + 1, predecessor.ordinal()),
                        files.get(i - 1).header().name(), files.get(i).header().name()));
            }
        }
        return gaps;
    }

    /** The timeline of the file with this name. */
    Optional<Timeline> timelineOf(RecoveryFileName name) {
        return files.stream()
                .filter(member -> member.header().name().equals(name))
                .map(member -> member.header().timeline())
                .findFirst();
    }

    /** The highest number of a timeline, abandoned ones included; 0 when there is no file. */
    int highestTimeline() {
        return all().stream().mapToInt(member -> member.header().timeline().number()).max().orElse(0);
    }

    /** The name with the highest ordinal, abandoned ones included. */
    Optional<RecoveryFileName> highestName() {
        return all().stream().map(member -> member.header().name()).max(Comparator.naturalOrder());
    }

    private List<Member> all() {
        List<Member> all = new ArrayList<>(files);
        all.addAll(abandoned);
        return all;
    }
}
