package oks.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import oks.durable.Disk;

/**
 * The small files that stand beside an archive {@code ARCHIVE} and are worth nothing without it; see oks-archive(5).
 */
public enum SidecarFile {
    /** {@code ARCHIVE.sha256}: {@link ArchiveChecksum}. */
    CHECKSUM(".sha256"),
    /** {@code ARCHIVE.manifest.json}: {@link ManifestCopy}, beside encrypted and incremental archives. */
    MANIFEST(".manifest.json"),
    /** {@code ARCHIVE.manifest.asc}: an OpenPGP signature over {@link ManifestText#statement}. */
    SIGNATURE(".manifest.asc"),
    /** {@code ARCHIVE.proof.json}: {@link Proof}. */
    PROOF(".proof.json");

    private final String suffix;

    SidecarFile(String suffix) {
        this.suffix = suffix;
    }

    /** The file of this kind beside an archive. */
    public Path of(Path archive) {
        return archive.resolveSibling(archive.getFileName() + suffix);
    }

    /** The archive to which a file belongs, there or not; empty when the file is no archive's companion by its name. */
    public static Optional<Path> archiveOf(Path file) {
        String name = file.getFileName().toString();
        for (SidecarFile companion : values()) {
            if (name.endsWith(companion.suffix)) {
                Path archive = file.resolveSibling(name.substring(0, name.length() - companion.suffix.length()));
                return Optional.of(archive).filter(path -> ArchiveName.of(path).isPresent());
            }
        }
        return Optional.empty();
    }

    /** Deletes those of an archive that are there. */
    public static void deleteAll(Disk disk, Path archive) throws IOException {
        for (SidecarFile companion : values()) {
            disk.delete(companion.of(archive));
        }
    }
}
