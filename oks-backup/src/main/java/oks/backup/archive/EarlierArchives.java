package oks.backup.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import oks.archive.ArchiveCheck;
import oks.archive.ArchiveIdentity;
import oks.archive.ArchiveProgress;
import oks.archive.Manifest;
import oks.archive.ManifestCopy;
import oks.archive.Proof;
import oks.archive.SharedFiles;
import oks.archive.SharedFiles.Holder;
import oks.backup.output.OwnTimeline;
import oks.cli.OutputOptions;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.durable.DurableInputStream;
import oks.fault.OperatorFault;
import oks.recovery.RecoveryDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archives of a backup directory to which an incremental one may leave files: of the same database, of a state that
 * its timeline came through, not encrypted, and proven. The caller holds the lock of the archives, so that none of them
 * goes meanwhile.
 */
final class EarlierArchives {
    private static final Logger LOG = LoggerFactory.getLogger(EarlierArchives.class);
    private static final Comparator<ArchiveIdentity> BY_CHANGE = Comparator.comparing(
                    (ArchiveIdentity archive) -> archive.name().lsn())
            .thenComparing(archive -> archive.name().timestamp());

    private final Disk disk;
    private final OutputOptions options;

    EarlierArchives(Disk disk, OutputOptions options) {
        this.disk = disk;
        this.options = options;
    }

    /** The files that they hold. */
    SharedFiles files(Path directory, OwnTimeline timeline, String database) throws IOException {
        List<Holder> holders = new ArrayList<>();
        for (ArchiveIdentity archive : timeline.archivesIn(new RecoveryDirectory(disk, directory)).stream()
                .filter(one -> !one.name().encrypted() && one.name().database().equals(database))
                .sorted(BY_CHANGE)
                .toList()) {
            Optional<Proof> proof = Proof.beside(disk, archive.file()).filter(Proof::ofContent);
            if (proof.isPresent()) {
                manifest(archive.file(), proof.get())
                        .filter(manifest -> manifest.state().identity().sameTimeline(archive.database()))
                        .ifPresent(manifest -> holders.add(new Holder(
                                archive.name().toString(), proof.get().sha256(), manifest)));
            }
        }
        return SharedFiles.of(holders);
    }

    /** From the copy beside it; an archive without one is read once, to its end, and has one then. */
    private Optional<Manifest> manifest(Path archive, Proof proof) throws IOException {
        Optional<Manifest> copy = ManifestCopy.beside(disk, archive);
        return copy.isPresent() ? copy : read(archive, proof);
    }

    private Optional<Manifest> read(Path archive, Proof proof) throws IOException {
        try (ProgressDisplay display = options.progress("reading an earlier archive", disk.size(archive), "bytes");
                InputStream in = DurableInputStream.open(disk, archive)) {
            ArchiveProgress progress = new ArchiveProgress(display::to, disk.size(archive));
            ArchiveCheck.Hashed read = ArchiveCheck.hashOwn(in, archive.toString(), progress::add);
            Optional<Manifest> manifest =
                    read.contents().manifest().filter(known -> read.sha256().equals(proof.sha256()));
            if (manifest.isPresent()) {
                ManifestCopy.write(disk, archive, manifest.get());
            }
            return manifest;
        } catch (OperatorFault damaged) {
            LOG.warn("nothing is left to archive \"{}\", which cannot be read: {}", archive, damaged.what());
            return Optional.empty();
        }
    }
}
