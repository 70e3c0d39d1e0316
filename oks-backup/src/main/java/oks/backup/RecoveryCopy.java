package oks.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.archive.ArchiveName;
import oks.backup.RecoveryRuns.Run;
import oks.cli.CommonOptions;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryChain.ChainEnd;
import oks.recovery.RecoveryFileName;
import oks.recovery.RecoveryHeader;

/**
 * Copies complete recovery files. Everything is verified before anything is copied: every frame of the source, every frame
 * and link of what the output directory will hold.
 */
final class RecoveryCopy {
    private final Disk disk;
    private final CommonOptions options;
    private final Path out;
    private final long since;

    /** @param since the first ordinal that is wanted; files before it are as if they were not there */
    RecoveryCopy(Disk disk, CommonOptions options, Path out, long since) {
        this.disk = disk;
        this.options = options;
        this.out = out;
        this.since = since;
    }

    /**
     * The ordinal of the first file that an output directory wants: the one before that which continues its oldest archive,
     * as {@code expire} leaves it; 1 when there is no archive.
     */
    static long firstWanted(Disk disk, Path out, String database, List<Path> files) throws IOException {
        List<Long> archived = disk.list(out).stream()
                .flatMap(file -> ArchiveName.of(file).stream())
                .filter(name -> name.database().equals(database))
                .map(name -> name.lsn().number())
                .toList();
        long wanted = archived.isEmpty() ? 1 : Long.MAX_VALUE;
        for (long lsn : archived) {
            long continuing = 1;
            for (Path file : files) {
                RecoveryHeader header = RecoveryChain.header(disk, file);
                continuing = header.predecessor().last().number() <= lsn ? header.name().ordinal() : continuing;
            }
            wanted = Math.min(wanted, continuing - 1);
        }
        return Math.max(1, wanted);
    }

    /**
     * Copies what is not there yet.
     *
     * @throws OperatorFault DAMAGED, GAP_OR_FORK: then nothing was copied
     */
    CopyResult copy(RecoverySource source) throws IOException {
        List<Path> kept = RecoverySource.files(disk, out, source.database());
        List<Path> files = source.files().stream().filter(this::isWanted).toList();
        refuseDifferent(files);
        List<Path> both = new ArrayList<>(kept);
        both.addAll(files);
        RecoveryRuns runs = RecoveryRuns.of(disk, both, source.uuid());
        Verified verified = verify(runs);
        List<Path> wanted = files.stream()
                .filter(file -> !Files.exists(out.resolve(file.getFileName())))
                .filter(file -> !verified.incomplete().contains(file))
                .toList();
        copy(wanted);
        return new CopyResult(
                out, names(wanted), kept.size(), source.rotated(),
                names(verified.incomplete()).stream().findFirst().or(source::current),
                lastOrdinal(source.database()), verified.lastLsn(), MissingFiles.of(disk, options::progress, out, runs, source.uuid()));
    }

    private boolean isWanted(Path file) {
        return RecoveryFileName.of(file).orElseThrow().ordinal() >= since;
    }

    /**
     * @param incomplete files without a SEAL and without a successor: they may still grow
     * @param lastLsn the last change in complete files
     */
    private record Verified(List<Path> incomplete, long lastLsn) {}

    private Verified verify(RecoveryRuns runs) throws IOException {
        List<Path> incomplete = new ArrayList<>();
        long lastLsn = 0;
        try (ProgressDisplay display = options.progress("verifying", runs.files(), "files")) {
            long done = 0;
            for (Run run : runs.runs()) {
                ChainEnd end = run.verify(disk);
                if (end.unsealed()) {
                    incomplete.add(end.file().orElseThrow());
                }
                lastLsn = end.unsealed()
                        ? run.last().predecessor().last().number()
                        : end.position().last().number();
                display.to(done += run.files().size());
            }
        }
        return new Verified(List.copyOf(incomplete), lastLsn);
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
                        .next("compare \"oks-restore show %s\" with \"oks-restore show %s\", and move the bad one away", copy, file);
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
                throw OperatorFault.of(ExitCode.DAMAGED, "the copy of recovery file \"%s\" reads back differently", file)
                        .kept("it was removed; other files were not touched")
                        .next("test the disk of the output directory");
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
