package oks.backup.output;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.fault.OperatorFault;
import oks.recovery.Histories;
import oks.recovery.HistoryFile;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryChain.ChainEnd;

/**
 * Recovery files of one timeline, none missing between them.
 *
 * @param files in order, at least one
 * @param fork the file of another timeline from which the first goes on; empty when there is none, or it is not here
 */
public record RecoveryRun(List<HistoryFile> files, Optional<HistoryFile> fork) {

    /** All files of all timelines, from the oldest timeline on. */
    public static List<RecoveryRun> all(Histories histories) {
        return histories.runs().stream()
                .map(files -> new RecoveryRun(files, histories.predecessor(files.get(0))))
                .toList();
    }

    public HistoryFile first() {
        return files.get(0);
    }

    public HistoryFile last() {
        return files.get(files.size() - 1);
    }

    /**
     * Reads every frame of every file, and every link, that to the timeline before included.
     *
     * @throws OperatorFault DAMAGED or GAP_OR_FORK naming what is wrong
     */
    public ChainEnd verify() throws IOException {
        List<HistoryFile> all = new ArrayList<>();
        fork.ifPresent(all::add);
        all.addAll(files);
        RecoveryChain chain = RecoveryChain.of(all, first().header().database(), Lsn.NONE);
        LogPosition begin = chain.files().get(0).header().predecessor();
        return chain.read(begin, group -> {});
    }
}
