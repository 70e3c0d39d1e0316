package oks.backup.source;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import oks.archive.ArchiveSource;
import oks.archive.ArchiveSource.SourceFile;
import oks.archive.ArchiveWriter;
import oks.archive.ArchivedState;
import oks.backup.output.Scratch;
import oks.durable.BackgroundThreads;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.store.StoreProof;

/**
 * Proves what is archived while it is archived: every block of every table, and that the certificates add up to the
 * state that the manifest says.
 *
 * <p>Blocks are checked of the very bytes that are hashed for the manifest and go into the archive: a copy of each
 * table is kept in a scratch directory until RocksDB has read it, two at most. A disk that gives other bytes at the
 * second reading deceives nobody. Meanwhile a thread reads the certificates from the source, by the list of tables that
 * is archived; RocksDB compares each block that it reads with its checksum, too.
 */
public final class SourceProof implements ArchiveWriter.Witness, Closeable {
    private static final int COPIES = 2;
    private static final String CHECKING = "the tables were checked";
    private static final Pattern LISTED =
            Pattern.compile(DatabaseDirectory.STORE + "/(?:CURRENT|MANIFEST-\\d+|OPTIONS-\\d+|\\d+\\.log)");

    private final Scratch scratch;
    private final Map<String, Long> sizes; // of the tables, bytes by path
    private final Path listed; // the small files as they are archived, and links to the tables
    private final Semaphore copies = new Semaphore(COPIES);
    private final BackgroundThreads tables = new BackgroundThreads("blocks");
    private final BackgroundThreads contents = new BackgroundThreads("content");
    private final List<Future<Void>> checks = new ArrayList<>();

    private SourceProof(Scratch scratch, ArchiveSource source) throws IOException {
        this.scratch = scratch;
        this.sizes = source.files().stream()
                .filter(file -> ContentProof.isTable(file.path()))
                .collect(Collectors.toUnmodifiableMap(SourceFile::path, SourceFile::size));
        this.listed = Files.createDirectory(scratch.directory().resolve(DatabaseDirectory.STORE));
    }

    /**
     * Begins to read.
     *
     * @param state what the source is to hold
     * @param parent where the scratch directory is made
     */
    public static SourceProof begin(ArchiveSource source, ArchivedState state, Path parent) throws IOException {
        SourceProof proof = new SourceProof(Scratch.in(parent), source);
        try {
            proof.list(source);
            proof.checks.add(proof.contents.begin(() -> proof.requireContent(source, state)));
            return proof;
        } catch (IOException | RuntimeException e) {
            try (proof) {
                throw e;
            }
        }
    }

    /** A table that is gone is not damaged. */
    private void requireContent(ArchiveSource source, ArchivedState state) throws IOException {
        try {
            ContentProof.requireContent(
                    StoreProof.scan(listed),
                    state,
                    "database \"" + state.identity().name() + "\"");
        } catch (OperatorFault damaged) {
            for (SourceFile file : source.files()) {
                if (!Files.exists(file.file())) {
                    throw new NoSuchFileException(file.file().toString());
                }
            }
            throw damaged;
        }
    }

    private void list(ArchiveSource source) throws IOException {
        try {
            for (SourceFile file : source.files()) {
                list(file);
            }
        } catch (IOException e) {
            Optional<OperatorFault> full = scratch.full(e);
            if (full.isPresent()) {
                throw full.get();
            }
            throw e;
        }
    }

    private void list(SourceFile file) throws IOException {
        if (ContentProof.isTable(file.path())) {
            Files.createSymbolicLink(copyOf(file.path()), file.file().toAbsolutePath());
        } else if (isListed(file.path())) {
            Files.copy(file.file(), copyOf(file.path()));
        }
    }

    /** Whether it is one of the files by which RocksDB opens a store; they are small. */
    private static boolean isListed(String path) {
        return LISTED.matcher(path).matches();
    }

    private Path copyOf(String path) {
        return listed.resolve(Path.of(path).getFileName());
    }

    @Override
    public OutputStream file(String path) throws IOException {
        requireNoFaultYet();
        if (ContentProof.isTable(path)) {
            return table(path);
        }
        return isListed(path) ? small(path) : OutputStream.nullOutputStream();
    }

    private OutputStream table(String path) throws IOException {
        try {
            copies.acquire();
        } catch (InterruptedException e) {
            throw BackgroundThreads.interrupted(CHECKING);
        }
        Path copy = newFile();
        return new ClosedOnce(
                new Copy(Files.newOutputStream(copy)),
                () -> checks.add(tables.begin(() -> {
                    try {
                        if (Files.size(copy)
                                == sizes.get(path)) { // of a table that could not be read to its end, nothing is said
                            StoreProof.checkTable(copy, path);
                        }
                    } finally {
                        Files.delete(copy);
                        copies.release();
                    }
                })));
    }

    private Path newFile() {
        try {
            return Files.createTempFile(scratch.directory(), "table-", ".sst");
        } catch (IOException e) {
            throw scratch.unwritable(e);
        }
    }

    /** A file in the scratch directory, whose disk may be full. */
    private final class Copy extends FilterOutputStream {
        Copy(OutputStream file) {
            super(file);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw scratch.unwritable(e);
            }
        }
    }

    /** The list of tables by which certificates are read must be the one that is archived. */
    private OutputStream small(String path) {
        ByteArrayOutputStream archived = new ByteArrayOutputStream();
        return new ClosedOnce(archived, () -> {
            if (!Arrays.equals(archived.toByteArray(), Files.readAllBytes(copyOf(path)))) {
                throw new IOException("file \"" + path + "\" changed while it was archived");
            }
        });
    }

    /** Does something after the last byte. */
    private static final class ClosedOnce extends OutputStream {
        private final OutputStream out;
        private final BackgroundThreads.Step after;
        private boolean closed;

        ClosedOnce(OutputStream out, BackgroundThreads.Step after) {
            this.out = out;
            this.after = after;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            if (!closed) {
                closed = true;
                out.close();
                after.run();
            }
        }
    }

    private void requireNoFaultYet() throws IOException {
        for (Future<Void> check : checks) {
            if (check.isDone()) {
                await(check);
            }
        }
    }

    /** @throws OperatorFault DAMAGED naming the table, or what does not add up */
    @Override
    public void complete() throws IOException {
        for (int i = checks.size() - 1; i >= 0; i--) { // the content last: a damaged table is the better word for it
            await(checks.get(i));
        }
    }

    /** The damage in the bytes that were archived so far; it holds whatever became of the source. */
    public Optional<OperatorFault> damagedTable() {
        for (Future<Void> check : checks.subList(1, checks.size())) {
            try {
                await(check);
            } catch (OperatorFault damaged) {
                return Optional.of(damaged);
            } catch (IOException unknown) {
                continue; // whatever failed before it is told
            }
        }
        return Optional.empty();
    }

    private static void await(Future<Void> check) throws IOException {
        BackgroundThreads.await(check, CHECKING);
    }

    /** Waits for what is being read: the source may be let go then. */
    @Override
    public void close() throws IOException {
        try (scratch) {
            tables.close();
            contents.close();
            for (Future<Void> check : checks) {
                try {
                    await(check);
                } catch (IOException | RuntimeException told) {
                    // by complete(), or by what went wrong before it
                }
            }
        }
    }
}
