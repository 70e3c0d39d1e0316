package oks.backup.expire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import oks.backup.output.RecoveryRun;
import oks.backup.source.RecoverySource;
import oks.control.ControlStatus;
import oks.durable.Disk;
import oks.fault.OperatorFault;
import oks.recovery.Histories;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryFileName;
import oks.recovery.RecoveryHeader;

/**
 * The recovery files of oksd's own directory that it needs no more: an equal, verified copy is in the backup directory,
 * the store has every change of theirs on disk, and at least one later complete file stays. oksd itself never deletes
 * any.
 */
final class SourcePruning {
    private final Disk disk;
    private final Path out;

    SourcePruning(Disk disk, Path out) {
        this.disk = disk;
        this.out = out;
    }

    /**
     * Plans; the order is that of the files.
     *
     * @param firstNeeded the first file that the newest proven archive needs; empty when no file may be removed
     * @throws OperatorFault DAMAGED or GAP_OR_FORK when the copies are not whole
     */
    ExpirePlan plan(ControlStatus status, OptionalLong firstNeeded) throws IOException {
        List<Path> files = RecoverySource.files(
                disk, Path.of(status.recovery().directory()), status.identity().name());
        List<Path> copies = RecoverySource.files(disk, out, status.identity().name());
        for (RecoveryRun run :
                RecoveryRun.all(Histories.of(disk, copies, status.identity().id(), List.of()))) {
            run.verify(disk);
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

    private static ExpirePlan.Line line(Path file, UUID database, String needed) throws IOException {
        return new ExpirePlan.Line(
                file.toString(),
                database,
                Files.size(file),
                needed.isEmpty(),
                needed.isEmpty() ? "copied, verified, and every change is in the store on disk" : needed);
    }

    private static String neededByArchive(Path file, OptionalLong firstNeeded) {
        if (firstNeeded.isEmpty()) {
            return "the newest archive is not proven";
        }
        return RecoveryFileName.of(file).orElseThrow().ordinal() < firstNeeded.getAsLong()
                ? ""
                : "the newest proven archive needs it";
    }

    /** Why a file must stay; empty when it need not. */
    private String needed(Path file, Path next, ControlStatus status) throws IOException {
        RecoveryHeader successor = RecoveryChain.header(disk, next);
        if (RecoveryFileName.of(file).orElseThrow().ordinal()
                != successor.predecessor().ordinal()) {
            return "the next file does not follow it";
        }
        if (successor.predecessor().last().number() > status.lsn().flushed()) {
            return "the store has only LSN " + status.lsn().flushed() + " on disk";
        }
        Path copy = out.resolve(file.getFileName());
        if (!Files.exists(copy)) {
            return "not copied";
        }
        return Files.mismatch(file, copy) >= 0 ? "its copy differs" : "";
    }

    /** Removes what the plan says, from the oldest on. */
    void carryOut(ExpirePlan plan) throws IOException {
        for (ExpirePlan.Line line : plan.removed()) {
            disk.delete(Path.of(line.name()));
            disk.syncDirectory(Path.of(line.name()).toAbsolutePath().getParent());
        }
    }
}
