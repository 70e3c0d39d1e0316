package oks.backup.recovery;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.archive.ArchiveIdentity;
import oks.archive.ArchiveName;
import oks.backup.output.RecoveryRun;
import oks.backup.output.UnfinishedFile;
import oks.backup.source.RecoverySource;
import oks.backup.verify.Verification;
import oks.cli.CommonOptions;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.durable.DurableInputStream;
import oks.durable.FileComparison;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Histories;
import oks.recovery.History;
import oks.recovery.HistoryFile;
import oks.recovery.Lsn;
import oks.recovery.RecoveryChain.ChainEnd;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryFileName;

/**
 * Copies complete recovery files. Everything is verified before anything is copied: every frame of the source, every
 * frame and link of what the backup directory will hold.
 */
public final class RecoveryCopy {
    private final RecoveryDirectory out;
    private final CommonOptions options;
    private final long since;

    /** @param since the first ordinal that is wanted; files before it are as if they were not there */
    public RecoveryCopy(RecoveryDirectory out, CommonOptions options, long since) {
        this.out = out;
        this.options = options;
        this.since = since;
    }

    /**
     * The ordinal of the first file that a backup directory wants: the one before that which continues its oldest
     * archive, as {@code expire} leaves it; 1 when there is no archive.
     */
    public static long firstWanted(RecoveryDirectory out, String database, List<RecoveryFile> files)
            throws IOException {
        Histories histories = Histories.of(HistoryFile.of(files), List.of());
        Optional<History> newest = histories.newest();
        if (newest.isEmpty()) {
            return 1;
        }
        List<ArchiveIdentity> identities = ArchiveIdentity.in(out.disk(), out.path());
        long wanted = Long.MAX_VALUE;
        for (Path archive : out.disk().list(out.path())) {
            Optional<ArchiveName> name =
                    ArchiveName.of(archive).filter(one -> one.database().equals(database));
            boolean left = identities.stream()
                    .anyMatch(one -> one.file().equals(archive) && !histories.has(newest.get(), one.point()));
            if (name.isPresent() && !left) {
                wanted = Math.min(wanted, continuing(newest.get(), name.get().lsn()) - 1);
            }
        }
        return wanted == Long.MAX_VALUE ? 1 : Math.max(1, wanted);
    }

    private static long continuing(History history, Lsn archived) {
        return history.files().stream()
                .filter(file -> !file.after().isAfter(archived))
                .mapToLong(file -> file.name().ordinal())
                .max()
                .orElse(1);
    }

    /**
     * Copies what is not there yet.
     *
     * @throws OperatorFault DAMAGED, GAP_OR_FORK: then nothing was copied
     */
    public CopyResult copy(RecoverySource source) throws IOException {
        source.own().requireNewestIn(out);
        List<RecoveryFile> kept = out.files(source.database());
        List<RecoveryFile> files =
                source.files().stream().filter(this::isWanted).toList();
        refuseDifferent(files);
        List<RecoveryFile> both = new ArrayList<>(kept);
        both.addAll(files);
        Histories histories = Histories.of(
                HistoryFile.of(both),
                source.uuid(),
                ArchiveIdentity.points(ArchiveIdentity.in(out.disk(), out.path()), source.uuid()));
        Verified verified = verify(histories);
        List<RecoveryFile> wanted = files.stream()
                .filter(file -> !out.has(file.name()))
                .filter(file -> verified.incomplete().filter(file::equals).isEmpty())
                .toList();
        copy(wanted);
        return new CopyResult(
                out.path(),
                names(wanted),
                kept.size(),
                source.rotated(),
                names(verified.incomplete().stream().toList()).stream()
                        .findFirst()
                        .or(source::current),
                lastOrdinal(source.database()),
                verified.lastLsn().number(),
                Verification.missing(out.disk(), options::progress, out.path(), histories, source.uuid()));
    }

    private boolean isWanted(RecoveryFile file) {
        return file.ordinal() >= since;
    }

    /**
     * @param incomplete the last file of the newest timeline when it has no SEAL: it may still grow
     * @param lastLsn the last change of the newest history in complete files
     */
    private record Verified(Optional<RecoveryFile> incomplete, Lsn lastLsn) {}

    private Verified verify(Histories histories) throws IOException {
        Optional<RecoveryFile> incomplete = Optional.empty();
        Lsn lastLsn = Lsn.NONE;
        try (ProgressDisplay display = options.progress("verifying", histories.size(), "files")) {
            long done = 0;
            for (RecoveryRun run : RecoveryRun.all(histories)) {
                ChainEnd end = run.verify();
                incomplete = end.unsealed()
                                && run.last()
                                        .timeline()
                                        .equals(histories.timelines().get(0))
                        ? end.file()
                        : Optional.empty();
                lastLsn = incomplete.isPresent()
                        ? run.last().after()
                        : end.position().last();
                display.to(done += run.files().size());
            }
        }
        Lsn end = histories.newest().map(History::end).orElse(lastLsn);
        return new Verified(incomplete, lastLsn.isAfter(end) ? end : lastLsn);
    }

    private void refuseDifferent(List<RecoveryFile> files) throws IOException {
        for (RecoveryFile file : files) {
            if (!out.has(file.name())) {
                continue;
            }
            RecoveryFile copy = out.file(file.name());
            long difference = FileComparison.mismatch(out.disk(), copy.path(), file.path());
            if (difference == copy.size()) {
                throw different(copy, "is only the beginning of \"%s\"", file)
                        .next("it was copied while oksd wrote it: remove it, then run the command again");
            }
            if (difference >= 0) {
                throw different(copy, "differs from \"%s\" at offset " + difference, file)
                        .next("%s, and move the bad one away", Advice.compare(copy, file));
            }
        }
    }

    private static OperatorFault different(RecoveryFile copy, String how, RecoveryFile file) {
        return OperatorFault.of(ExitCode.GAP_OR_FORK, "recovery file \"%s\" " + how, copy, file)
                .kept("nothing was copied");
    }

    private void copy(List<RecoveryFile> files) throws IOException {
        long total = 0;
        for (RecoveryFile file : files) {
            total += file.size();
        }
        try (ProgressDisplay display = options.progress("copying", total, "bytes")) {
            long done = 0;
            for (RecoveryFile file : files) {
                copy(file);
                done += file.size();
                display.to(done);
            }
        }
    }

    /** Temporary name, force, compare, rename, force the directory. */
    private void copy(RecoveryFile file) throws IOException {
        Disk disk = out.disk();
        try (UnfinishedFile copy =
                UnfinishedFile.begin(disk, out.file(file.name()).path())) {
            try (OutputStream to = copy.stream();
                    InputStream from = DurableInputStream.open(disk, file.path())) {
                from.transferTo(to);
            }
            copy.force();
            if (FileComparison.mismatch(disk, file.path(), copy.partial()) >= 0) {
                throw OperatorFault.of(
                                ExitCode.DAMAGED, "the copy of recovery file \"%s\" reads back differently", file)
                        .kept("it was removed; other files were not touched")
                        .next("test the disk of the backup directory");
            }
            disk.makeReadOnly(copy.partial());
            copy.publish();
        }
    }

    private long lastOrdinal(String database) throws IOException {
        return out.highest(database).map(RecoveryFileName::ordinal).orElse(0L);
    }

    private static List<String> names(List<RecoveryFile> files) {
        return files.stream().map(file -> file.name().toString()).toList();
    }
}
