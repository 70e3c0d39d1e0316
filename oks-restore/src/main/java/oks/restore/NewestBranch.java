package oks.restore;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import oks.durable.Disk;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryHeader;

/**
 * The recovery files of the history that went on last. A restore to an earlier state leaves files behind whose changes are
 * void: a later file, of another timeline, names one before them as its predecessor.
 *
 * @param files those to read
 * @param abandoned those that were left behind
 */
record NewestBranch(List<Path> files, List<Path> abandoned) {

    private record Member(Path path, RecoveryHeader header) {}

    static NewestBranch of(Disk disk, Collection<Path> all) throws IOException {
        TreeMap<Long, List<Member>> byOrdinal = new TreeMap<>();
        for (Path file : all) {
            RecoveryHeader header = RecoveryChain.header(disk, file);
            byOrdinal.computeIfAbsent(header.name().ordinal(), ordinal -> new ArrayList<>()).add(new Member(file, header));
        }
        List<Path> files = new ArrayList<>();
        List<Path> abandoned = new ArrayList<>();
        Optional<Member> later = Optional.empty();
        for (List<Member> members : byOrdinal.descendingMap().values()) {
            for (Member member : members) {
                boolean skipped = later.filter(newer -> skips(newer, member, byOrdinal)).isPresent();
                (skipped ? abandoned : files).add(member.path());
                later = skipped ? later : Optional.of(member);
            }
        }
        return new NewestBranch(List.copyOf(files), List.copyOf(abandoned));
    }

    /** A missing predecessor is a gap, for which nothing is passed over; so is a jump within one timeline. */
    private static boolean skips(Member newer, Member member, TreeMap<Long, List<Member>> byOrdinal) {
        long predecessor = newer.header().predecessor().ordinal();
        return predecessor < member.header().name().ordinal()
                && byOrdinal.containsKey(predecessor)
                && newer.header().name().ordinal() != member.header().name().ordinal()
                && !newer.header().timeline().id().equals(member.header().timeline().id());
    }
}
