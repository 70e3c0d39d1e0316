package oks.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.durable.DurableInputStream;
import oks.fault.OperatorFault;
import oks.recovery.ArchivedPoint;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;

/**
 * Of which database and timeline an archive of oks-backup is, without reading more of it than its beginning: the file
 * IDENTITY is its first entry; beside an encrypted archive stands its manifest. Nothing is verified.
 */
public record ArchiveIdentity(Path file, ArchiveName name, DatabaseIdentity database) {

    /** Those of the archives in a directory that tell. */
    public static List<ArchiveIdentity> in(Disk disk, Path directory) throws IOException {
        return of(disk, disk.list(directory));
    }

    /** Those of the archives among these files that tell. */
    public static List<ArchiveIdentity> of(Disk disk, List<Path> files) throws IOException {
        List<ArchiveIdentity> identities = new ArrayList<>();
        for (Path file : files) {
            if (ArchiveName.of(file).isPresent() && disk.isFile(file)) {
                of(disk, file).ifPresent(identities::add);
            }
        }
        return List.copyOf(identities);
    }

    /** The states that archives of a database hold. */
    public static List<ArchivedPoint> points(List<ArchiveIdentity> archives, UUID database) {
        return archives.stream()
                .filter(archive -> archive.database().database().equals(database))
                .map(ArchiveIdentity::point)
                .toList();
    }

    /** Reads it; empty when the archive has another beginning: it was made by hand, or it is damaged. */
    public static Optional<ArchiveIdentity> of(Disk disk, Path archive) throws IOException {
        ArchiveName name = ArchiveName.of(archive).orElseThrow();
        try {
            Optional<DatabaseIdentity> database =
                    name.encrypted() ? beside(disk, archive) : inside(disk, archive, name);
            return database.filter(identity -> identity.name().equals(name.database()))
                    .map(identity -> new ArchiveIdentity(archive, name, identity));
        } catch (OperatorFault | NoSuchFileException unreadable) {
            return Optional.empty();
        }
    }

    private static Optional<DatabaseIdentity> inside(Disk disk, Path archive, ArchiveName name) throws IOException {
        try (InputStream in = DurableInputStream.open(disk, archive)) {
            return ArchiveReader.first(in, archive.toString(), name.database() + "/" + DatabaseDirectory.IDENTITY)
                    .map(bytes -> DatabaseIdentity.parse(new String(bytes, StandardCharsets.UTF_8), archive));
        }
    }

    private static Optional<DatabaseIdentity> beside(Disk disk, Path archive) throws IOException {
        Path manifest = SidecarFile.MANIFEST.of(archive);
        return disk.exists(manifest)
                ? Optional.of(ManifestText.parse(Durable.read(disk, manifest), archive.toString())
                        .state()
                        .identity())
                : Optional.empty();
    }

    /** The state that it holds. */
    public ArchivedPoint point() {
        return new ArchivedPoint(name.toString(), database.timeline(), name.lsn());
    }
}
