package oks.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import oks.durable.Disk;
import oks.fault.ExitCode;
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

    /** Number of files. */
    int files() {
        return runs.stream().mapToInt(run -> run.files().size()).sum();
    }

    /** The gaps, as one fault; empty when there is none. */
    Optional<OperatorFault> gap(Path directory) {
        Set<Long> there = runs.stream()
                .flatMap(run -> run.files().stream())
                .map(file -> RecoveryFileName.ofPartial(file).orElseThrow().ordinal())
                .collect(Collectors.toSet());
        List<String> gaps = new ArrayList<>();
        for (int i = 1; i < runs.size(); i++) {
            RecoveryHeader before = runs.get(i - 1).last();
            RecoveryHeader after = runs.get(i).first();
            if (there.contains(after.predecessor().ordinal())) {
                continue; // a restore went back to that file: what stands between is a history that ended
            }
            gaps.add("recovery file %010d is missing: \"%s\" is followed by \"%s\"".formatted(
                    after.predecessor().ordinal(), before.name(), after.name()));
        }
        if (gaps.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(OperatorFault.of(
                        ExitCode.GAP_OR_FORK, "%s, in \"%s\"", String.join("; ", gaps), directory)
                .kept("the files before and after the gap are complete")
                .next("put the missing file there, or make a new archive with \"oks-backup full\": older ones end at the gap"));
    }
}
