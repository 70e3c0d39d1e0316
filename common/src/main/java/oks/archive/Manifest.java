package oks.archive;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import oks.recovery.DatabaseDirectory;

/**
 * The list of all that an archive must hold: the file {@code MANIFEST.json}, the last entry of the tar; specified in
 * oks-archive(5). {@link ManifestText} reads and writes it.
 *
 * @param program name and version of the program that wrote it
 * @param created when the archive was begun, whole microseconds
 * @param files every file of the database but the manifest itself, in the archive's order
 * @param bases the archives that hold those files which this one does not hold itself; none of an archive that is
 *     self-contained. A base holds them itself: it never refers on
 */
public record Manifest(
        String program, Instant created, ArchivedState state, List<ArchivedFile> files, List<BaseArchive> bases) {
    /** The file's name inside the archive's directory. */
    public static final String FILE = "MANIFEST.json";

    /** The format of an archive that is self-contained. */
    public static final int SELF_CONTAINED = 1;

    /** The format of an archive that has bases, and the newest that this program reads. */
    public static final int FORMAT = 2;

    /** No manifest is longer, in bytes: this many list more than 200,000 files. */
    public static final int MAX_BYTES = 64 << 20;

    public Manifest {
        created = created.truncatedTo(ChronoUnit.MICROS);
        files = List.copyOf(files);
        bases = List.copyOf(bases);
        Set<String> paths = new HashSet<>();
        for (ArchivedFile file : files) {
            if (!paths.add(file.path())) {
                throw new IllegalArgumentException("file \"" + file.path() + "\" twice");
            }
        }
        requireBases(state, paths, bases);
    }

    /** The manifest of an archive that holds every file itself. */
    public Manifest(String program, Instant created, ArchivedState state, List<ArchivedFile> files) {
        this(program, created, state, files, List.of());
    }

    private static void requireBases(ArchivedState state, Set<String> paths, List<BaseArchive> bases) {
        Set<String> held = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (BaseArchive base : bases) {
            if (!names.add(base.archive())
                    || !base.name().database().equals(state.identity().name())) {
                throw new IllegalArgumentException("base \"" + base.archive() + "\" twice, or of another database");
            }
            for (String path : base.files()) {
                if (!paths.contains(path) || !held.add(path) || path.equals(DatabaseDirectory.IDENTITY)) {
                    throw new IllegalArgumentException("file \"" + path + "\" cannot be in base \"" + base.archive()
                            + "\": it is in another one, is none of the archive's, or is "
                            + DatabaseDirectory.IDENTITY);
                }
            }
        }
    }

    /** The format that an archive with this manifest has. */
    int format() {
        return bases.isEmpty() ? SELF_CONTAINED : FORMAT;
    }

    /** The bases by the paths of the files that they hold. */
    public Map<String, BaseArchive> shared() {
        Map<String, BaseArchive> shared = new HashMap<>();
        bases.forEach(base -> base.files().forEach(path -> shared.put(path, base)));
        return shared;
    }

    /** The files that the archive holds itself. */
    public List<ArchivedFile> own() {
        Map<String, BaseArchive> shared = shared();
        return files.stream().filter(file -> !shared.containsKey(file.path())).toList();
    }

    /** Names of the archives that it needs, for people; empty when it is self-contained. */
    public Optional<String> needs() {
        return BaseArchive.names(bases.stream().map(BaseArchive::archive).toList());
    }

    /** Bytes of all files. */
    public long bytes() {
        return files.stream().mapToLong(ArchivedFile::size).sum();
    }
}
