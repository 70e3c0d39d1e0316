package oks.archive;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import oks.archive.ArchiveSource.SourceFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.io.input.BoundedInputStream;
import org.apache.commons.io.output.TeeOutputStream;

/**
 * Writes a snapshot as an archive: each file is read once, hashed, and goes through tar and compression to the output;
 * the manifest comes last. Compression runs on all cores, and hashing in a thread of its own, while the caller's thread
 * reads and writes. See oks-archive(5).
 */
public final class ArchiveWriter implements Closeable {
    private static final int BUFFER = 1 << 18; // the tar stream writes records of 512 bytes
    private static final int TAR_BLOCK = 20 * 512; // what tar writes unless told otherwise
    private static final int MODE = 0100640; // a regular file that its owner writes and its group reads

    private final TarArchiveOutputStream tar;
    private final String directory;
    private final Instant created;
    private final LongConsumer progress;
    private final Witness witness;
    private final SharedFiles shared;
    private boolean finished;
    private final BackgroundHash sha256 = new BackgroundHash();

    /**
     * Sees all bytes of the files on their way into an archive, but not of those that another one holds, and has a word
     * before the manifest calls it one.
     */
    public interface Witness {
        /** Receives the bytes of a file, the same that are hashed for the manifest; closed after the last one. */
        OutputStream file(String path) throws IOException;

        /** Called when all files are archived; a fault that it throws leaves an archive without manifest and end. */
        void complete() throws IOException;
    }

    /** A witness that looks at nothing. */
    public static final Witness UNSEEN = new Witness() {
        @Override
        public OutputStream file(String path) {
            return OutputStream.nullOutputStream();
        }

        @Override
        public void complete() {}
    };

    private ArchiveWriter(
            OutputStream compressed,
            ArchivedState state,
            Instant created,
            LongConsumer progress,
            Witness witness,
            SharedFiles shared) {
        this.witness = witness;
        this.shared = shared;
        this.tar = new TarArchiveOutputStream(
                new BufferedOutputStream(compressed, BUFFER), TAR_BLOCK, StandardCharsets.UTF_8.name());
        this.directory = state.identity().name() + "/";
        this.created = created;
        this.progress = progress;
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    /**
     * Writes a whole archive and closes the output.
     *
     * @param out where it goes; not buffered by the caller
     * @param program name and version, for the manifest
     * @param created for the manifest and as the time of every entry
     * @param progress is told how many more bytes of the source were read, in this thread
     * @param witness called in this thread
     * @param shared what other archives hold already: of these files the hash is computed, and nothing is written
     * @throws IOException when reading or writing failed, or a file of the source changed; the output is worth nothing
     *     then
     */
    public static Manifest write(
            ArchiveSource source,
            ArchivedState state,
            OutputStream out,
            Compression compression,
            String program,
            Instant created,
            LongConsumer progress,
            Witness witness,
            SharedFiles shared)
            throws IOException {
        try (OutputStream compressed = compression.compressing(out);
                ArchiveWriter writer = new ArchiveWriter(compressed, state, created, progress, witness, shared)) {
            List<ArchivedFile> files = new ArrayList<>();
            for (SourceFile file : source.files()) {
                files.add(writer.add(file));
            }
            witness.complete();
            Manifest manifest = new Manifest(program, created, state, files, shared.bases(files));
            writer.add(manifest);
            writer.tar.finish();
            writer.finished = true;
            return manifest;
        }
    }

    /** Writes a file, unless another archive holds it; whether it does, only its hash can tell. */
    private ArchivedFile add(SourceFile source) throws IOException {
        if (!shared.mayHold(source.path(), source.size())) {
            return write(source, progress);
        }
        ArchivedFile hashed = copy(source, OutputStream.nullOutputStream(), progress);
        if (shared.holds(hashed)) {
            return hashed;
        }
        ArchivedFile written = write(source, bytes -> {});
        if (!written.equals(hashed)) {
            throw changed(source);
        }
        return written;
    }

    private ArchivedFile write(SourceFile source, LongConsumer progress) throws IOException {
        begin(source.path(), source.size());
        ArchivedFile written;
        try (OutputStream seen = witness.file(source.path())) {
            written = copy(source, new TeeOutputStream(tar, seen), progress);
        }
        tar.closeArchiveEntry();
        return written;
    }

    private ArchivedFile copy(SourceFile source, OutputStream into, LongConsumer progress) throws IOException {
        try (InputStream in = Files.newInputStream(source.file());
                InputStream listed = BoundedInputStream.builder()
                        .setInputStream(in)
                        .setMaxCount(source.size())
                        .get()) {
            BackgroundHash.Copied copied = sha256.copy(listed, into, progress);
            if (copied.size() != source.size() || in.read() >= 0) {
                throw changed(source);
            }
            return new ArchivedFile(source.path(), copied.size(), copied.sha256());
        }
    }

    private static IOException changed(SourceFile source) {
        return new IOException("file \"" + source.file() + "\" changed while it was archived");
    }

    private void add(Manifest manifest) throws IOException {
        byte[] contents = ManifestText.bytes(manifest);
        begin(Manifest.FILE, contents.length);
        tar.write(contents);
        tar.closeArchiveEntry();
    }

    private void begin(String path, long size) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(directory + path);
        entry.setSize(size);
        entry.setMode(MODE);
        entry.setIds(0, 0);
        // Whole seconds: a fraction would cost a pax header for each entry.
        entry.setLastModifiedTime(FileTime.from(created.truncatedTo(ChronoUnit.SECONDS)));
        tar.putArchiveEntry(entry);
    }

    /**
     * Ends the tar when it is complete; otherwise it must not look so, or it would pass for an archive made by hand.
     */
    @Override
    public void close() throws IOException {
        try (sha256) {
            if (finished) {
                tar.close();
            }
        }
    }
}
