package oks.backup.expire;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import oks.backup.output.RecoveryRun;
import oks.control.ControlStatus;
import oks.durable.FileComparison;
import oks.fault.OperatorFault;
import oks.recovery.Histories;
import oks.recovery.HistoryFile;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryHeader;

/**
 * The recovery files of oksd's own directory that it needs no more: an equal, verified copy is in the backup directory,
 * the store has every change of theirs on disk, and at least one later complete file stays. oksd itself never deletes
 * any.
 */
final class SourcePruning {
    private final RecoveryDirectory out;

    SourcePruning(RecoveryDirectory out) {
        this.out = out;
    }

    /**
     * Plans; the order is that of the files.
     *
     * @param firstNeeded the first file that the newest proven archive needs; empty when no file may be removed
     * @throws OperatorFault DAMAGED or GAP_OR_FORK when the copies are not whole
     */
    ExpirePlan plan(ControlStatus status, OptionalLong firstNeeded) throws IOException {
        RecoveryDirectory directory =
                new RecoveryDirectory(out.disk(), Path.of(status.recovery().directory()));
        List<RecoveryFile> files = directory.files(status.identity().name());
        List<HistoryFile> copies = HistoryFile.of(out.files(status.identity().name()));
        for (RecoveryRun run :
                RecoveryRun.all(Histories.of(copies, status.identity().id(), List.of()))) {
            run.verify();
        }
        List<ExpirePlan.Line> lines = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            String why = i + 2 < files.size() ? needed(files.get(i), files.get(i + 1), status) : "the newest";
            lines.add(line(
                    files.get(i),
                    status.identity().id(),
                    why.isEmpty() ? neededByArchive(files.get(i), firstNeeded) : why));
        }
        return new ExpirePlan(List.copyOf(lines));
    }

    private static ExpirePlan.Line line(RecoveryFile file, UUID database, String needed) throws IOException {
        return new ExpirePlan.Line(
                file.toString(),
                database,
                file.size(),
                needed.isEmpty(),
                needed.isEmpty() ? "copied, verified, and every change is in the store on disk" : needed);
    }

    private static String neededByArchive(RecoveryFile file, OptionalLong firstNeeded) {
        if (firstNeeded.isEmpty()) {
            return "the newest archive is not proven";
        }
        return file.ordinal() < firstNeeded.getAsLong() ? "" : "the newest proven archive needs it";
    }

    /** Why a file must stay; empty when it need not. */
    private String needed(RecoveryFile file, RecoveryFile next, ControlStatus status) throws IOException {
        RecoveryHeader successor = next.header();
        if (file.ordinal() != successor.predecessor().ordinal()) {
            return "the next file does not follow it";
        }
        if (successor.predecessor().last().number() > status.lsn().flushed()) {
            return "the store has only LSN " + status.lsn().flushed() + " on disk";
        }
        if (!out.has(file.name())) {
            return "not copied";
        }
        return FileComparison.mismatch(
                                out.disk(), file.path(), out.file(file.name()).path())
                        >= 0
                ? "its copy differs"
                : "";
    }

    /** Removes what the plan says, from the oldest on. */
    void carryOut(ExpirePlan plan) throws IOException {
        for (ExpirePlan.Line line : plan.removed()) {
            out.disk().delete(Path.of(line.name()));
            out.disk().syncDirectory(Path.of(line.name()).toAbsolutePath().getParent());
        }
    }
}
