package oks.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.fault.OperatorFault;

/**
 * A copy of an archive's manifest beside it, {@code ARCHIVE.manifest.json}: for those who cannot decrypt the archive,
 * and for those who want to know its files and bases without reading all of it.
 */
public final class ManifestCopy {
    private ManifestCopy() {}

    /**
     * The copy beside an archive; that it is one, only reading the archive can tell.
     *
     * @return empty when there is none, it cannot be understood, or it is of another state than the archive's name says
     */
    public static Optional<Manifest> beside(Disk disk, Path archive) throws IOException {
        Path file = SidecarFile.MANIFEST.of(archive);
        Optional<ArchiveName> name = ArchiveName.of(archive);
        if (name.isEmpty() || !disk.isFile(file) || disk.size(file) > Manifest.MAX_BYTES) {
            return Optional.empty();
        }
        try {
            Manifest manifest = ManifestText.parse(Durable.read(disk, file), archive.toString());
            ArchivedState state = manifest.state();
            return Optional.of(manifest)
                    .filter(copy -> state.lsn().equals(name.get().lsn())
                            && state.identity().name().equals(name.get().database()));
        } catch (OperatorFault notUnderstood) {
            return Optional.empty();
        }
    }

    /** Writes the copy, all or nothing; replaces an older one. */
    public static void write(Disk disk, Path archive, Manifest manifest) throws IOException {
        Durable.replace(disk, SidecarFile.MANIFEST.of(archive), ManifestText.bytes(manifest));
    }
}
