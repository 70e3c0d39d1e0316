package oks.backup.recovery;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
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
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Histories;
import oks.recovery.History;
import oks.recovery.HistoryFile;
import oks.recovery.Lsn;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryChain.ChainEnd;
import oks.recovery.RecoveryFileName;

/**
 * Copies complete recovery files. Everything is verified before anything is copied: every frame of the source, every
 * frame and link of what the backup directory will hold.
 */
public final class RecoveryCopy {
    private final Disk disk;
    private final CommonOptions options;
    private final Path out;
    private final long since;

    /** @param since the first ordinal that is wanted; files before it are as if they were not there */
    public RecoveryCopy(Disk disk, CommonOptions options, Path out, long since) {
        this.disk = disk;
        this.options = options;
        this.out = out;
        this.since = since;
    }

    /**
     * The ordinal of the first file that a backup directory wants: the one before that which continues its oldest
     * archive, as {@code expire} leaves it; 1 when there is no archive.
     */
    public static long firstWanted(Disk disk, Path out, String database, List<Path> files) throws IOException {
        Histories histories = histories(disk, files);
        Optional<History> newest = histories.newest();
        if (newest.isEmpty()) {
            return 1;
        }
        List<ArchiveIdentity> identities = ArchiveIdentity.in(disk, out);
        long wanted = Long.MAX_VALUE;
        for (Path archive : disk.list(out)) {
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

    private static Histories histories(Disk disk, List<Path> files) throws IOException {
        List<HistoryFile> read = new ArrayList<>();
        for (Path file : files) {
            read.add(new HistoryFile(file, RecoveryChain.header(disk, file)));
        }
        return Histories.of(read, List.of());
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
        source.own().requireNewestIn(disk, out);
        List<Path> kept = RecoverySource.files(disk, out, source.database());
        List<Path> files = source.files().stream().filter(this::isWanted).toList();
        refuseDifferent(files);
        List<Path> both = new ArrayList<>(kept);
        both.addAll(files);
        Histories histories = Histories.of(
                disk, both, source.uuid(), ArchiveIdentity.points(ArchiveIdentity.in(disk, out), source.uuid()));
        Verified verified = verify(histories);
        List<Path> wanted = files.stream()
                .filter(file -> !Files.exists(out.resolve(file.getFileName())))
                .filter(file -> verified.incomplete().filter(file::equals).isEmpty())
                .toList();
        copy(wanted);
        return new CopyResult(
                out,
                names(wanted),
                kept.size(),
                source.rotated(),
                names(verified.incomplete().stream().toList()).stream()
                        .findFirst()
                        .or(source::current),
                lastOrdinal(source.database()),
                verified.lastLsn().number(),
                Verification.missing(disk, options::progress, out, histories, source.uuid()));
    }

    private boolean isWanted(Path file) {
        return RecoveryFileName.of(file).orElseThrow().ordinal() >= since;
    }

    /**
     * @param incomplete the last file of the newest timeline when it has no SEAL: it may still grow
     * @param lastLsn the last change of the newest history in complete files
     */
    private record Verified(Optional<Path> incomplete, Lsn lastLsn) {}

    private Verified verify(Histories histories) throws IOException {
        Optional<Path> incomplete = Optional.empty();
        Lsn lastLsn = Lsn.NONE;
        try (ProgressDisplay display = options.progress("verifying", histories.size(), "files")) {
            long done = 0;
            for (RecoveryRun run : RecoveryRun.all(histories)) {
                ChainEnd end = run.verify(disk);
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

    private void refuseDifferent(List<Path> files) throws IOException {
        for (Path file : files) {
            Path copy = out.resolve(file.getFileName());
            if (!Files.exists(copy)) {
                continue;
            }
            long difference = Files.mismatch(copy, file);
            if (difference == Files.size(copy)) {
                throw different(copy, "is only the beginning of \"%s\"", file)
                        .next("it was copied while oksd wrote it: remove it, then run the command again");
            }
            if (difference >= 0) {
                throw different(copy, "differs from \"%s\" at offset " + difference, file)
                        .next(
                                "compare \"oks-restore show %s\" with \"oks-restore show %s\", and move the bad one away",
                                copy, file);
            }
        }
    }

    private static OperatorFault different(Path copy, String how, Path file) {
        return OperatorFault.of(ExitCode.GAP_OR_FORK, "recovery file \"%s\" " + how, copy, file)
                .kept("nothing was copied");
    }

    private void copy(List<Path> files) throws IOException {
        long total = 0;
        for (Path file : files) {
            total += Files.size(file);
        }
        try (ProgressDisplay display = options.progress("copying", total, "bytes")) {
            long done = 0;
            for (Path file : files) {
                copy(file);
                done += Files.size(file);
                display.to(done);
            }
        }
    }

    /** Temporary name, force, compare, rename, force the directory. */
    private void copy(Path file) throws IOException {
        Path named = out.resolve(file.getFileName());
        try (UnfinishedFile copy = UnfinishedFile.begin(disk, named)) {
            try (OutputStream to = copy.stream()) {
                Files.copy(file, to);
            }
            copy.force();
            if (Files.mismatch(file, copy.partial()) >= 0) {
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
        return RecoverySource.files(disk, out, database).stream()
                .flatMap(file -> RecoveryFileName.of(file).stream())
                .mapToLong(RecoveryFileName::ordinal)
                .max()
                .orElse(0);
    }

    private static List<String> names(List<Path> files) {
        return files.stream().map(file -> file.getFileName().toString()).toList();
    }
}
