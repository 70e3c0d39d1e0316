package oks.restore.database;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import oks.archive.BaseArchive;
import oks.archive.Manifest;

/** The members that say which archive it is; null for what one that was made by hand does not say. See oks-json(7). */
record ArchiveMembers(
        Optional<String> archive,
        Optional<Path> path,
        Optional<String> madeBy,
        Optional<Instant> created,
        Optional<Long> archiveLsn,
        Optional<Long> archiveCertificates,
        List<String> bases) {
    static ArchiveMembers of(Optional<Path> file, Optional<Manifest> manifest) {
        return new ArchiveMembers(
                file.map(path -> path.getFileName().toString()),
                file.map(Path::toAbsolutePath),
                manifest.map(Manifest::program),
                manifest.map(Manifest::created),
                manifest.map(made -> made.state().lsn().number()),
                manifest.map(made -> made.state().certificates()),
                manifest.stream()
                        .flatMap(made -> made.bases().stream())
                        .map(BaseArchive::archive)
                        .toList());
    }
}
