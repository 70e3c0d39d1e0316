package oks.backup.output;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import oks.archive.ArchiveName;
import oks.archive.SidecarFile;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.durable.FileComparison;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryFileName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes from a backup directory what killed runs left there. The caller holds the lock of the part that it names. */
public final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /** Archives of a database that were not completed, and what stood beside archives that are gone. */
    public static void ofArchives(Disk disk, Path directory, String database) throws IOException {
        for (Path file : disk.list(directory)) {
            Optional<Path> unfinished = UnfinishedFile.nameOf(file).filter(named -> isArchive(named, database));
            if (unfinished.isPresent()) {
                disk.delete(file);
            }
            if (Durable.published(file)
                    .flatMap(SidecarFile::archiveOf)
                    .filter(named -> isArchive(named, database))
                    .isPresent()) {
                disk.delete(file);
            }
            Optional<Path> archive = SidecarFile.archiveOf(file).filter(named -> isArchive(named, database));
            if (archive.isPresent() && !disk.exists(archive.get())) {
                disk.delete(file);
            }
        }
    }

    private static boolean isArchive(Path named, String database) {
        return ArchiveName.of(named)
                .filter(name -> name.database().equals(database))
                .isPresent();
    }

    /** Copies of recovery files of a database that {@code recovery} did not complete. */
    public static void ofCopies(RecoveryDirectory directory, String database) throws IOException {
        deleteUnfinished(directory, UnfinishedFile::nameOf, database);
    }

    /** Files that {@code follow} had begun, and that are there as a whole by now. */
    public static void ofFollowing(RecoveryDirectory directory, String database) throws IOException {
        deleteUnfinished(directory, Durable::published, database);
        for (RecoveryFile file : directory.filesWithPartial()) {
            if (file.isOf(database) && !file.hasItsName() && directory.has(file.name())) {
                settle(
                        directory.disk(),
                        file.path(),
                        directory.file(file.name()).path());
            }
        }
    }

    /** Deletes files that are to get the name of a recovery file of a database. */
    private static void deleteUnfinished(
            RecoveryDirectory directory, Function<Path, Optional<Path>> finished, String database) throws IOException {
        Disk disk = directory.disk();
        for (Path file : disk.list(directory.path())) {
            Optional<RecoveryFile> named = finished.apply(file).flatMap(path -> RecoveryFile.of(disk, path));
            if (named.filter(one -> one.isOf(database)).isPresent()) {
                disk.delete(file);
            }
        }
    }

    /**
     * Sets a partial copy aside, as oksd does, if the whole file lacks a part of it: that part was copied before it was
     * forced, and then lost.
     */
    private static void settle(Disk disk, Path partial, Path whole) throws IOException {
        long difference = FileComparison.mismatch(disk, partial, whole);
        if (difference < 0 || difference == disk.size(partial)) {
            disk.delete(partial);
            return;
        }
        Path torn = partial.resolveSibling(partial.getFileName() + RecoveryFileName.TORN);
        LOG.warn(
                "\"{}\" differs from offset {} on from \"{}\": the rest is kept as \"{}\"",
                partial,
                difference,
                whole.getFileName(),
                torn.getFileName());
        disk.rename(partial, torn);
        disk.syncDirectory(torn.toAbsolutePath().getParent());
    }
}
