package oks.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import oks.archive.ArchiveCheck;
import oks.archive.ArchiveChecksum;
import oks.archive.ArchiveName;
import oks.archive.ArchiveWriter;
import oks.archive.Compression;
import oks.archive.Manifest;
import oks.cli.CommonOptions;
import oks.cli.ProgressDisplay;
import oks.cli.Version;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Hash;

/** Makes an archive of a snapshot, and does not call it one before it has been read back. */
final class FullBackup {
    private final Disk disk;
    private final CommonOptions options;
    private final InstantSource clock;
    private final Compression compression;
    private final boolean paused;
    private final long bytesPerSecond;

    /**
     * @param paused whether oksd is to be paused and its directory read, instead of a snapshot
     * @param bytesPerSecond how fast the archive may be written; 0 for no limit
     */
    FullBackup(Disk disk, CommonOptions options, InstantSource clock, Compression compression, boolean paused, long bytesPerSecond) {
        this.disk = disk;
        this.options = options;
        this.clock = clock;
        this.compression = compression;
        this.paused = paused;
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Temporary name, force, read back, rename, force the directory: in this order, or nothing is left. */
    FullResult toDirectory(Path directory) throws IOException {
        Instant begun = clock.instant();
        try (Source source = Source.of(options, disk);
                Snapshot snapshot = snapshot(source)) {
            String database = snapshot.state().identity().name();
            UnfinishedFile.removeAbandoned(disk, directory, database);
            ArchiveName name = new ArchiveName(database, begun, snapshot.state().lsn(), compression);
            Path named = directory.resolve(name.toString());
            try (UnfinishedFile file = UnfinishedFile.begin(disk, named)) {
                MeasuredStream out = new MeasuredStream(RateLimit.of(file.stream(), bytesPerSecond));
                Manifest manifest = write(snapshot, out, begun);
                ArchiveChecksum checksum = new ArchiveChecksum(out.sha256(), name.toString());
                file.force();
                verify(file.partial(), manifest, checksum.sha256());
                publish(file, checksum, named);
                return result(Optional.of(named), out.bytes(), checksum.sha256(), manifest, begun);
            }
        }
    }

    /** The checksum first: a crash between the two leaves a checksum of nothing, which the next run removes. */
    private void publish(UnfinishedFile file, ArchiveChecksum checksum, Path named) throws IOException {
        checksum.write(disk, named);
        try {
            file.publish();
        } catch (IOException | RuntimeException e) {
            disk.delete(ArchiveChecksum.fileOf(named));
            throw e;
        }
    }

    /** To a pipe: what arrives at its other end cannot be read back here. */
    FullResult toStream(OutputStream stream) throws IOException {
        Instant begun = clock.instant();
        try (Source source = Source.of(options, disk);
                Snapshot snapshot = snapshot(source)) {
            MeasuredStream out = new MeasuredStream(RateLimit.of(stream, bytesPerSecond));
            Manifest manifest = write(snapshot, out, begun);
            return result(Optional.empty(), out.bytes(), out.sha256(), manifest, begun);
        }
    }

    private Snapshot snapshot(Source source) throws IOException {
        return Snapshot.of(source, disk, paused ? Optional.of(options.settings().database().directory()) : Optional.empty());
    }

    /** Writes it and lets go of the snapshot, so that oksd need not wait while the archive is read back. */
    private Manifest write(Snapshot snapshot, OutputStream out, Instant begun) throws IOException {
        Manifest manifest;
        try (ProgressDisplay display = options.progress("archiving", snapshot.source().bytes(), "bytes")) {
            long[] done = {0};
            manifest = ArchiveWriter.write(
                    snapshot.source(), snapshot.state(), out, compression,
                    OksBackup.NAME + " " + Version.number(), begun, bytes -> display.to(done[0] += bytes));
        }
        snapshot.proof().run();
        snapshot.close();
        return manifest;
    }

    private void verify(Path archive, Manifest written, Hash sha256) throws IOException {
        try (ProgressDisplay display = options.progress("reading back", Files.size(archive), "bytes")) {
            long[] done = {0};
            Optional<Manifest> read = ArchiveCheck.check(archive, Optional.of(sha256), bytes -> display.to(done[0] += bytes))
                    .manifest();
            if (!read.equals(Optional.of(written))) {
                throw OperatorFault.of(ExitCode.DAMAGED, "archive \"%s\" reads back with another manifest", archive)
                        .kept("it was removed; other archives were not touched")
                        .next("test the disk of the output directory");
            }
        } catch (OperatorFault e) {
            throw e.kept("the archive was removed; others were not touched")
                    .next("test the disk of the output directory, then run the command again");
        }
    }

    private FullResult result(Optional<Path> file, long bytes, Hash sha256, Manifest manifest, Instant begun) {
        return new FullResult(file, bytes, sha256, manifest, Duration.between(begun, clock.instant()));
    }
}
