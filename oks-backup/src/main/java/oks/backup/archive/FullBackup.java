package oks.backup.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import oks.archive.ArchiveChecksum;
import oks.archive.ArchiveName;
import oks.archive.ArchiveWriter;
import oks.archive.Compression;
import oks.archive.Manifest;
import oks.archive.ManifestCopy;
import oks.archive.ManifestText;
import oks.archive.Proof;
import oks.archive.SharedFiles;
import oks.archive.SidecarFile;
import oks.backup.output.BackupContext;
import oks.backup.output.Leftovers;
import oks.backup.output.OwnTimeline;
import oks.backup.output.UnfinishedFile;
import oks.backup.source.OksdEnd;
import oks.backup.source.Snapshot;
import oks.backup.source.Source;
import oks.backup.source.SourceProof;
import oks.cli.CommonOptions;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Fingerprint;
import oks.openpgp.Recipients;
import oks.openpgp.SigningKey;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Hash;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;

/** Makes an archive of a snapshot, and does not call it one before it has been read back. */
final class FullBackup {
    private final Disk disk;
    private final CommonOptions options;
    private final InstantSource clock;
    private final ArchiveOptions wanted;

    /**
     * The kind of archive that an operator asks for.
     *
     * @param incremental whether files are left to earlier archives of the directory that hold them
     * @param paused whether oksd is to be paused and its directory read, instead of a snapshot
     * @param bytesPerSecond how fast the archive may be written; 0 for no limit
     * @param signing signs the manifest
     * @param recipients who alone can read the archive; empty for everybody
     * @param scratch where copies of two tables at a time have room
     */
    record ArchiveOptions(
            Compression compression,
            boolean incremental,
            boolean paused,
            long bytesPerSecond,
            Optional<SigningKey> signing,
            Optional<Recipients> recipients,
            Path scratch) {}

    FullBackup(Disk disk, CommonOptions options, InstantSource clock, ArchiveOptions wanted) {
        this.disk = disk;
        this.options = options;
        this.clock = clock;
        this.wanted = wanted;
    }

    /**
     * Temporary name, force, read back, rename, force the directory: in this order, or nothing is left. What is forced
     * is read back while the rest is written; only a paused oksd shall not wait for that.
     */
    FullResult toDirectory(Path directory) throws IOException {
        Instant begun = clock.instant();
        try (Source source = Source.of(options, disk);
                Snapshot snapshot = snapshot(source)) {
            DatabaseIdentity identity = snapshot.state().identity();
            OwnTimeline timeline = new OwnTimeline(identity.database(), identity.timeline());
            timeline.requireNewestIn(new RecoveryDirectory(disk, directory));
            String database = identity.name();
            Leftovers.ofArchives(disk, directory, database);
            SharedFiles shared = wanted.incremental()
                    ? new EarlierArchives(disk, options).files(directory, timeline, database)
                    : SharedFiles.NONE;
            Path named = named(directory, database, begun, snapshot.state().lsn());
            try (UnfinishedFile file = UnfinishedFile.begin(disk, named)) {
                ArchiveOutput out = output(file);
                Manifest manifest = write(source, snapshot, out::stream, begun, shared);
                file.force();
                Hash sha256 = readBack(out, manifest);
                publish(file, sha256, manifest, named);
                return result(Optional.of(named), file.length(), sha256, manifest, begun);
            }
        }
    }

    private ArchiveOutput output(UnfinishedFile file) throws IOException {
        OutputStream stream = RateLimit.of(file.stream(), wanted.bytesPerSecond());
        return wanted.recipients().isPresent()
                ? ArchiveOutput.encrypted(file, stream, wanted.recipients().get())
                : ArchiveOutput.plain(file, stream, !wanted.paused());
    }

    private Hash readBack(ArchiveOutput out, Manifest written) throws IOException {
        try {
            return out.readBack(written, options);
        } catch (OperatorFault fault) {
            throw fault.kept("the archive was removed; others were not touched")
                    .next("test the disk of the backup directory, then run the command again");
        }
    }

    /** Two archives of one change within a second are two archives: the later one's name says a second more. */
    private Path named(Path directory, String database, Instant begun, Lsn lsn) {
        ArchiveName name = new ArchiveName(
                database, begun, lsn, wanted.compression(), wanted.recipients().isPresent());
        while (disk.exists(directory.resolve(name.toString()))) {
            name = name.aSecondLater();
        }
        return directory.resolve(name.toString());
    }

    /**
     * Files beside the archive first: a crash in between leaves files that belong to nothing, and the next run removes
     * them.
     */
    private void publish(UnfinishedFile file, Hash sha256, Manifest manifest, Path named) throws IOException {
        try {
            new ArchiveChecksum(sha256, named.getFileName().toString()).write(disk, named);
            new Proof(Proof.Level.BLOCKS, clock.instant(), sha256, BackupContext.program()).write(disk, named);
            if (wanted.recipients().isPresent() || wanted.incremental()) {
                ManifestCopy.write(disk, named, manifest);
            }
            if (wanted.signing().isPresent()) {
                byte[] signature = wanted.signing().get().sign(ManifestText.statement(manifest), clock.instant());
                Durable.replace(disk, SidecarFile.SIGNATURE.of(named), signature);
            }
            file.publish();
        } catch (IOException | RuntimeException e) {
            SidecarFile.deleteAll(disk, named);
            throw e;
        }
    }

    /** To a pipe: what arrives at its other end cannot be read back here. */
    FullResult toStream(OutputStream stream) throws IOException {
        Instant begun = clock.instant();
        try (Source source = Source.of(options, disk);
                Snapshot snapshot = snapshot(source)) {
            MeasuredStream out = new MeasuredStream(RateLimit.of(stream, wanted.bytesPerSecond()));
            Manifest manifest = write(source, snapshot, () -> encrypting(out), begun, SharedFiles.NONE);
            return result(Optional.empty(), out.bytes(), out.sha256(), manifest, begun);
        }
    }

    private OutputStream encrypting(OutputStream out) throws IOException {
        return wanted.recipients().isPresent() ? wanted.recipients().get().encrypting(out) : out;
    }

    /** The destination of an archive, opened when its source is. */
    private interface Opening {
        OutputStream stream() throws IOException;
    }

    private Snapshot snapshot(Source source) throws IOException {
        try {
            return Snapshot.of(
                    source,
                    disk,
                    wanted.paused() ? Optional.of(options.settings().database().directory()) : Optional.empty());
        } catch (IOException | OperatorFault e) {
            boolean explained = source.kind() == Source.Kind.STOPPED
                    || e instanceof OperatorFault fault && fault.code() == ExitCode.DAMAGED;
            Optional<OperatorFault> behind =
                    explained ? Optional.empty() : end(source).behind(e);
            if (behind.isPresent()) {
                throw behind.get();
            }
            throw e;
        }
    }

    private OksdEnd end(Source source) {
        Optional<Path> directory = options.namesSocket() // which alone does not say where the database is
                ? Optional.empty()
                : Optional.of(options.settings().database().directory());
        return new OksdEnd((Source.Running) source, directory, disk, options);
    }

    /** Writes it and lets go of the snapshot, so that oksd need not wait while the archive is read back. */
    private Manifest write(Source source, Snapshot snapshot, Opening out, Instant begun, SharedFiles shared)
            throws IOException {
        Manifest manifest;
        try {
            manifest = write(snapshot, out, begun, shared);
            snapshot.proof().run();
        } catch (IOException | RuntimeException e) {
            if (e instanceof OperatorFault fault && fault.code() == ExitCode.DAMAGED) {
                throw OksdEnd.damaged(fault, snapshot.state().identity());
            }
            if (!snapshot.there().getAsBoolean()) {
                throw new OksdEnd((Source.Running) source, Optional.of(snapshot.database()), disk, options).whyGone();
            }
            throw e;
        }
        snapshot.close();
        return manifest;
    }

    private Manifest write(Snapshot snapshot, Opening out, Instant begun, SharedFiles shared) throws IOException {
        try (SourceProof content = SourceProof.begin(snapshot.source(), snapshot.state(), wanted.scratch());
                ProgressDisplay display =
                        options.progress("archiving", snapshot.source().bytes(), "bytes")) {
            long[] done = {0};
            try {
                return ArchiveWriter.write(
                        snapshot.source(),
                        snapshot.state(),
                        out.stream(),
                        wanted.compression(),
                        BackupContext.program(),
                        begun,
                        bytes -> display.to(done[0] += bytes),
                        content,
                        shared);
            } catch (IOException e) {
                Optional<OperatorFault> damaged = content.damagedTable();
                if (damaged.isPresent()) {
                    throw damaged.get();
                }
                throw e;
            }
        }
    }

    private FullResult result(Optional<Path> file, long bytes, Hash sha256, Manifest manifest, Instant begun) {
        return new FullResult(file, bytes, sha256, manifest, signedBy(), encryptedFor(), took(begun));
    }

    /**
     * Without a method reference, which would load Bouncy Castle also for nothing; Java verifies its signed jars first.
     */
    private Optional<Fingerprint> signedBy() {
        return wanted.signing().isPresent() ? Optional.of(wanted.signing().get().fingerprint()) : Optional.empty();
    }

    private List<Fingerprint> encryptedFor() {
        return wanted.recipients().isPresent() ? wanted.recipients().get().fingerprints() : List.of();
    }

    /** Not below zero, whatever happened to the clock meanwhile. */
    private Duration took(Instant begun) {
        Duration took = Duration.between(begun, clock.instant());
        return took.isNegative() ? Duration.ZERO : took;
    }
}
