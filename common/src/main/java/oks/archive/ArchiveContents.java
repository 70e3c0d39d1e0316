package oks.archive;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import oks.recovery.DatabaseIdentity;
import oks.recovery.RecoveryFileName;

/**
 * The contents of a whole, checked archive.
 *
 * @param directory the database's directory inside the archive, without a slash at the end; empty for the top
 * @param manifest present when oks-backup wrote the archive; every file was compared with it. Empty when it was made by
 *     hand with tar: then only the tar and its compression were checked
 * @param files every file, with its path in the archive
 */
public record ArchiveContents(
        String directory, DatabaseIdentity identity, Optional<Manifest> manifest, List<ArchivedFile> files) {

    public ArchiveContents {
        files = List.copyOf(files);
    }

    /** Bytes of all files. */
    public long bytes() {
        return files.stream().mapToLong(ArchivedFile::size).sum();
    }

    /** The recovery files in the database's directory, as paths in the archive; only made-by-hand archives have any. */
    public List<String> recoveryFiles() {
        String inside = directory.isEmpty() ? "" : directory + "/";
        return files.stream()
                .map(ArchivedFile::path)
                .filter(path -> path.startsWith(inside) && path.indexOf('/', inside.length()) < 0)
                .filter(path -> RecoveryFileName.of(Path.of(path)).isPresent())
                .sorted()
                .toList();
    }
}
