package oks.archive;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The list of all that an archive must hold: the file {@code MANIFEST.json}, the last entry of the tar; specified in
 * oks-archive(5). {@link ManifestText} reads and writes it.
 *
 * @param program name and version of the program that wrote it
 * @param created when the archive was begun, whole microseconds
 * @param files every file of the archive but the manifest itself, in the archive's order
 */
public record Manifest(String program, Instant created, ArchivedState state, List<ArchivedFile> files) {
    /** The file's name inside the archive's directory. */
    public static final String FILE = "MANIFEST.json";

    /** The newest format of archives that this program reads, and the one it writes. */
    public static final int FORMAT = 1;

    /** No manifest is longer, in bytes: this many list more than 200,000 files. */
    public static final int MAX_BYTES = 64 << 20;

    public Manifest {
        created = created.truncatedTo(ChronoUnit.MICROS);
        files = List.copyOf(files);
        Set<String> paths = new HashSet<>();
        for (ArchivedFile file : files) {
            if (!paths.add(file.path())) {
                throw new IllegalArgumentException("file \"" + file.path() + "\" twice");
            }
        }
    }

    /** Bytes of all files. */
    public long bytes() {
        return files.stream().mapToLong(ArchivedFile::size).sum();
    }
}
