package oks.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import oks.archive.ArchiveSource;
import oks.archive.ArchiveWriter;
import oks.archive.ArchivedState;
import oks.archive.Compression;
import oks.archive.SharedFiles;
import oks.backup.archive.ReadBack;
import oks.backup.output.BackupContext;
import oks.backup.output.UnfinishedFile;
import oks.backup.source.Snapshot;
import oks.backup.source.Source;
import oks.backup.source.SourceProof;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.recovery.DatabaseDirectory;

/**
 * What the proof of an archive's content costs; prints one object of JSON.
 *
 * <p>{@code ProofCost DATABASE SCRATCH gzip|zstd|none proven|unproven}: archives a stopped database as
 * {@code oks-backup full} does, forced and read back, with its proof or without, and removes the archive. Stands in the
 * package of oks-backup, which offers nobody to leave the proof out.
 */
public final class ProofCost {
    private ProofCost() {}

    public static void main(String[] args) throws IOException {
        Path scratch = Path.of(args[1]);
        Disk disk = new RealDisk();
        DatabaseDirectory database = new DatabaseDirectory(disk, Path.of(args[0]));
        Compression compression = Compression.valueOf(args[2].toUpperCase(Locale.ROOT));
        try (Source.Stopped stopped = Source.Stopped.of(database, database.recoveryFiles(), database.lock("bench"));
                Snapshot snapshot = Snapshot.own(stopped);
                UnfinishedFile file = UnfinishedFile.begin(disk, scratch.resolve("archive"))) {
            long began = System.nanoTime();
            ReadBack reading = ReadBack.begin(file);
            write(snapshot, file.stream(), compression, args[3].equals("proven"), scratch);
            file.force();
            long bytes = reading.await(new ProgressDisplay.Silence()).contents().bytes();
            System.out.printf(
                    Locale.ROOT,
                    "{\"seconds\": %.3f, \"bytes\": %d, \"archive_bytes\": %d}%n",
                    (System.nanoTime() - began) / 1e9,
                    bytes,
                    Files.size(file.partial()));
        }
    }

    private static void write(
            Snapshot snapshot, OutputStream out, Compression compression, boolean proven, Path scratch)
            throws IOException {
        if (!proven) {
            write(snapshot.source(), snapshot.state(), out, compression, ArchiveWriter.UNSEEN);
            return;
        }
        try (SourceProof proof = SourceProof.begin(snapshot.source(), snapshot.state(), scratch)) {
            write(snapshot.source(), snapshot.state(), out, compression, proof);
        }
    }

    private static void write(
            ArchiveSource source,
            ArchivedState state,
            OutputStream out,
            Compression compression,
            ArchiveWriter.Witness witness)
            throws IOException {
        ArchiveWriter.write(
                source,
                state,
                out,
                compression,
                BackupContext.program(),
                Instant.now(),
                bytes -> {},
                witness,
                SharedFiles.NONE);
    }
}
