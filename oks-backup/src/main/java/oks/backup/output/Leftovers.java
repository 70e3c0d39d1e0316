package oks.backup.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import oks.archive.ArchiveName;
import oks.archive.Companion;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.recovery.RecoveryFileName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes from a backup directory what killed runs left there. The caller holds the lock of the part that it names. */
public final class Leftovers {
    /** End of a name that begins with a dot, until a small file or the beginning of a copy is forced. */
    public static final String BEGUN = ".new";

    private static final String TORN = ".torn";
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /** Archives of a database that were not completed, and what stood beside archives that are gone. */
    public static void ofArchives(Disk disk, Path directory, String database) throws IOException {
        for (Path file : disk.list(directory)) {
            Optional<Path> unfinished = UnfinishedFile.nameOf(file).filter(named -> isArchive(named, database));
            if (unfinished.isPresent()) {
                disk.delete(file);
            }
            if (begun(file)
                    .flatMap(Companion::archiveOf)
                    .filter(named -> isArchive(named, database))
                    .isPresent()) {
                disk.delete(file);
            }
            Optional<Path> archive = Companion.archiveOf(file).filter(named -> isArchive(named, database));
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
    public static void ofCopies(Disk disk, Path directory, String database) throws IOException {
        for (Path file : disk.list(directory)) {
            Optional<Path> unfinished = UnfinishedFile.nameOf(file).filter(named -> isRecovery(named, database));
            if (unfinished.isPresent()) {
                disk.delete(file);
            }
        }
    }

    /** Files that {@code follow} had begun, and that are there as a whole by now. */
    public static void ofFollowing(Disk disk, Path directory, String database) throws IOException {
        for (Path file : disk.list(directory)) {
            if (begun(file)
                    .flatMap(RecoveryFileName::ofPartial)
                    .filter(name -> isOf(name, database))
                    .isPresent()) {
                disk.delete(file);
            }
            Optional<Path> whole = RecoveryFileName.ofPartial(file)
                    .filter(name -> isOf(name, database))
                    .map(name -> directory.resolve(name.toString()))
                    .filter(named -> !named.equals(file));
            if (whole.isPresent() && disk.exists(whole.get())) {
                settle(disk, file, whole.get());
            }
        }
    }

    /** The name that a small file, or the beginning of a copy, was to get ({@link Durable#replace}). */
    private static Optional<Path> begun(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") && name.endsWith(BEGUN)
                ? Optional.of(file.resolveSibling(name.substring(1, name.length() - BEGUN.length())))
                : Optional.empty();
    }

    /**
     * Sets a partial copy aside, as oksd does, if the whole file lacks a part of it: that part was copied before it was
     * forced, and then lost.
     */
    private static void settle(Disk disk, Path partial, Path whole) throws IOException {
        long difference = Files.mismatch(partial, whole);
        if (difference < 0 || difference == Files.size(partial)) {
            disk.delete(partial);
            return;
        }
        Path torn = partial.resolveSibling(partial.getFileName() + TORN);
        LOG.warn(
                "\"{}\" has from offset {} on what \"{}\" does not have: kept as \"{}\"",
                partial,
                difference,
                whole.getFileName(),
                torn.getFileName());
        disk.rename(partial, torn);
        disk.syncDirectory(torn.toAbsolutePath().getParent());
    }

    private static boolean isRecovery(Path named, String database) {
        return RecoveryFileName.of(named).filter(name -> isOf(name, database)).isPresent();
    }

    private static boolean isOf(RecoveryFileName name, String database) {
        return name.database().equals(database);
    }
}
