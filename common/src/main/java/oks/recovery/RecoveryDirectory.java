package oks.recovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.durable.Disk;
import oks.durable.Durable;

/**
 * A directory with recovery files, of one database or several; other files in it are not looked at. Names are those of
 * oks-recovery(5), section NAMES.
 */
public record RecoveryDirectory(Disk disk, Path path) {
    /** The recovery files, in order of their names. */
    public List<RecoveryFile> files() throws IOException {
        return filesWithPartial().stream().filter(RecoveryFile::hasItsName).toList();
    }

    /** The recovery files of a database, in order. */
    public List<RecoveryFile> files(String database) throws IOException {
        return files().stream().filter(file -> file.isOf(database)).toList();
    }

    /** The recovery files, in order of their names, those that are being followed ({@code .partial}) included. */
    public List<RecoveryFile> filesWithPartial() throws IOException {
        return disk.list(path).stream()
                .flatMap(file -> RecoveryFile.of(disk, file).stream())
                .toList();
    }

    /** The paths of the recovery files, in order of their names. */
    public List<Path> paths() throws IOException {
        return files().stream().map(RecoveryFile::path).toList();
    }

    /** The file with this name, whether it is there or not. */
    public RecoveryFile file(RecoveryFileName name) {
        return new RecoveryFile(disk, path.resolve(name.toString()), name);
    }

    /** The path of the file with this name while it is being followed. */
    public Path partial(RecoveryFileName name) {
        return path.resolve(name + RecoveryFileName.PARTIAL);
    }

    /** Whether there is a file with this name; one that is being followed has it only later. */
    public boolean has(RecoveryFileName name) {
        return disk.exists(file(name).path());
    }

    /** The highest name of a database's files; empty when there is none. */
    public Optional<RecoveryFileName> highest(String database) throws IOException {
        return files(database).stream().map(RecoveryFile::name).max(Comparator.naturalOrder());
    }

    /** The files of one database as one log that is read on after a change; see {@link RecoveryChain#of}. */
    public RecoveryChain chain(UUID database, Lsn after) throws IOException {
        return RecoveryChain.of(HistoryFile.of(files()), database, after);
    }

    /**
     * Copies a complete recovery file into this directory: forced, read-only, under its name only when all of it is
     * there.
     */
    public void copy(RecoveryFile file) throws IOException {
        new FreshCopy(disk).into(path, file.path());
    }

    /** Forces the names in the directory to disk. */
    void sync() throws IOException {
        disk.syncDirectory(path);
    }

    /** The path of a file until it is published. */
    Path unpublished(RecoveryFileName name) {
        return Durable.unpublished(file(name).path());
    }

    /**
     * The files of a database that are prepared, {@code .NAME.new}, or whose torn tail is, {@code .NAME.torn.new}: none
     * of them is part of the log.
     */
    List<RecoveryFile> unpublished(String database) throws IOException {
        List<RecoveryFile> unpublished = new ArrayList<>();
        for (Path file : disk.list(path)) {
            Durable.published(file)
                    .flatMap(RecoveryFileName::ofTorn)
                    .map(name -> new RecoveryFile(disk, file, name))
                    .filter(found -> found.isOf(database))
                    .ifPresent(unpublished::add);
        }
        return unpublished;
    }

    /** Bytes that can still be written to its file system. */
    public long usableBytes() throws IOException {
        return disk.usableBytes(path);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
