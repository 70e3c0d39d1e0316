package oks.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import oks.durable.Disk;
import oks.fault.OperatorFault;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryChain.ChainEnd;
import oks.recovery.RecoveryFileName;
import oks.recovery.RecoveryHeader;

/**
 * Recovery files of one database, grouped so that within a run each file names the one before it as its predecessor. More
 * than one run means that files are missing between them, or that a restore went back to an earlier one.
 */
record RecoveryRuns(List<Run> runs) {

    /** Files that follow each other. */
    record Run(List<Path> files, RecoveryHeader first, RecoveryHeader last) {

        /**
         * Reads every frame of every file, and every link.
         *
         * @throws OperatorFault DAMAGED or GAP_OR_FORK naming what is wrong
         */
        ChainEnd verify(Disk disk) throws IOException {
            RecoveryChain chain = RecoveryChain.of(disk, files, first.database(), Lsn.NONE);
            LogPosition begin = RecoveryChain.header(disk, chain.files().get(0)).predecessor();
            return chain.read(begin, group -> { });
        }
    }

    /**
     * Groups files, of which some may be the same ones in another directory.
     *
     * @throws OperatorFault GAP_OR_FORK when two files of one ordinal differ or a file is of another database
     */
    static RecoveryRuns of(Disk disk, Collection<Path> files, UUID database) throws IOException {
        // Compares files of one ordinal, and their database.
        RecoveryChain.of(disk, files, database, Lsn.NONE);
        Map<Long, Path> byOrdinal = new TreeMap<>();
        for (Path file : files) {
            byOrdinal.putIfAbsent(RecoveryFileName.ofPartial(file).orElseThrow().ordinal(), file);
        }
        List<Run> runs = new ArrayList<>();
        List<Path> run = new ArrayList<>();
        RecoveryHeader first = null;
        RecoveryHeader last = null;
        for (Path file : byOrdinal.values()) {
            RecoveryHeader header = RecoveryChain.header(disk, file);
            if (last != null && header.predecessor().ordinal() != last.name().ordinal()) {
                runs.add(new Run(List.copyOf(run), first, last));
                run.clear();
            }
            first = run.isEmpty() ? header : first;
            last = header;
            run.add(file);
        }
        if (!run.isEmpty()) {
            runs.add(new Run(List.copyOf(run), first, last));
        }
        return new RecoveryRuns(List.copyOf(runs));
    }

    /** The last files; there must be some. */
    Run newest() {
        return runs.get(runs.size() - 1);
    }

    /** Number of files. */
    int files() {
        return runs.stream().mapToInt(run -> run.files().size()).sum();
    }

    /**
     * Files that are missing between two runs.
     *
     * @param before the last file before them
     * @param after the first file after them
     */
    record Gap(RecoveryHeader before, RecoveryHeader after) {

        /** The last change in the missing files: an archive that has it needs none of them. */
        Lsn last() {
            return after.predecessor().last();
        }

        String line() {
            long first = before.name().ordinal() + 1;
            long last = after.predecessor().ordinal();
            String missing = first < last
                    ? "recovery files %010d to %010d are missing".formatted(first, last)
                    : "recovery file %010d is missing".formatted(last);
            return "%s: \"%s\" is followed by \"%s\"".formatted(missing, before.name(), after.name());
        }
    }

    /** The files before a gap. */
    List<Path> filesBefore(Gap gap) {
        return runs.stream()
                .filter(run -> run.last().name().ordinal() <= gap.before().name().ordinal())
                .flatMap(run -> run.files().stream())
                .toList();
    }

    /** Whatever is missing between two runs, in order. */
    List<Gap> gaps() {
        Set<Long> there = runs.stream()
                .flatMap(run -> run.files().stream())
                .map(file -> RecoveryFileName.ofPartial(file).orElseThrow().ordinal())
                .collect(Collectors.toSet());
        List<Gap> gaps = new ArrayList<>();
        for (int i = 1; i < runs.size(); i++) {
            RecoveryHeader after = runs.get(i).first();
            // Otherwise a restore went back to that file: what stands between is a history that ended.
            if (!there.contains(after.predecessor().ordinal())) {
                gaps.add(new Gap(runs.get(i - 1).last(), after));
            }
        }
        return List.copyOf(gaps);
    }
}
