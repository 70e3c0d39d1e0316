package oks.recovery;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import oks.durable.Disk;
import oks.durable.DurableFile;

/**
 * A recovery file on a disk. One that is being followed has the name that it will get when it is sealed; it is found
 * under either.
 *
 * @param path where it was found
 * @param name without {@code .partial}
 */
public record RecoveryFile(Disk disk, Path path, RecoveryFileName name) {

    /** The file at a path, complete or being followed; empty when the path is not that of a recovery file. */
    public static Optional<RecoveryFile> of(Disk disk, Path path) {
        return RecoveryFileName.ofPartial(path).map(name -> new RecoveryFile(disk, path, name));
    }

    /** Whether its path ends with its name: it is not one that is being followed. */
    public boolean hasItsName() {
        return path.getFileName().toString().equals(name.toString());
    }

    /** Whether its name is that of a database's file; its header says more. */
    public boolean isOf(String database) {
        return name.database().equals(database);
    }

    public long ordinal() {
        return name.ordinal();
    }

    /** Reads its header. */
    public RecoveryHeader header() throws IOException {
        try (DurableFile file = open()) {
            return RecoveryHeader.read(file);
        }
    }

    /** Opens it to read its groups, also if it was sealed meanwhile. The caller closes the reader. */
    public RecoveryReader reader() throws IOException {
        return RecoveryReader.over(open());
    }

    /** As {@link #reader()}, of a file that may have any name: another one is refused as its other faults are. */
    public static RecoveryReader reader(Disk disk, Path path) throws IOException {
        Optional<RecoveryFile> file = of(disk, path);
        return file.isPresent() ? file.get().reader() : RecoveryReader.over(disk.openForReading(path));
    }

    /** The last change that can be read in it. */
    public Lsn lastLsn() throws IOException {
        try (RecoveryReader reader = reader()) {
            while (reader.next().isPresent()) {
                // the position is what counts
            }
            return reader.end().position().last();
        }
    }

    /** Length in bytes. */
    public long size() throws IOException {
        try {
            return disk.size(path);
        } catch (NoSuchFileException e) {
            return disk.size(sealedSince(e));
        }
    }

    /**
     * A file that is being followed loses its {@code .partial} when it is sealed: who listed it before reads it all the
     * same.
     */
    DurableFile open() throws IOException {
        try {
            return disk.openForReading(path);
        } catch (NoSuchFileException e) {
            return disk.openForReading(sealedSince(e));
        }
    }

    private Path sealedSince(NoSuchFileException missing) throws NoSuchFileException {
        if (hasItsName()) {
            throw missing;
        }
        return path.resolveSibling(name.toString());
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
