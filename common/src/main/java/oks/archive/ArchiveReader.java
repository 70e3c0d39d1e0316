package oks.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.LongConsumer;
import oks.fault.OperatorFault;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Visits the entries of an archive in one pass, from a file or a pipe: written by oks-backup or by tar, compressed with
 * gzip (one member or many), with zstd or not at all. Decompression runs ahead in a thread of its own.
 *
 * <p>A fault of the archive is an {@link OperatorFault} with DAMAGED; an IOException is a fault of the source below it,
 * or of what the visitor does. Names that could reach outside, symbolic links and devices are refused.
 */
public final class ArchiveReader {
    /** More than the first entry of any archive has. */
    private static final int FIRST_BYTES = 1 << 16;

    private final RawBytes raw;
    private final String archive;
    private boolean directories;

    /**
     * @param in the archive; not closed here, and read in a thread of its own until {@link #visit} is done
     * @param archive its name, for messages
     * @param progress is told how many more bytes of {@code in} were read
     */
    public ArchiveReader(InputStream in, String archive, LongConsumer progress) {
        this.raw = new RawBytes(in, progress);
        this.archive = archive;
    }

    /** Receives the entries in the archive's order. */
    public interface Visitor {
        /**
         * A regular file.
         *
         * @param path relative, without {@code .} and {@code ..}
         * @param contents to be read during the call; what is left is skipped
         */
        void file(String path, InputStream contents) throws IOException;

        /**
         * A further name of a file that came before: tar keeps the second of two hard-linked files so.
         *
         * @param target as {@code path} of the earlier file
         */
        void hardLink(String path, String target) throws IOException;
    }

    /**
     * Whether the archive has entries for directories, which tar writes and oks-backup does not; after {@link #visit}.
     */
    boolean hasDirectories() {
        return directories;
    }

    /**
     * Reads the whole archive, to its last byte.
     *
     * @throws OperatorFault DAMAGED when it is cut short, does not decompress, is no tar, or has a refused entry; USAGE
     *     when it is encrypted
     */
    public void visit(Visitor visitor) throws IOException {
        BufferedInputStream buffered = Compression.buffered(raw);
        if (Compression.isEncrypted(buffered)) {
            throw ArchiveFaults.encrypted(archive);
        }
        Compression compression = Compression.of(buffered);
        try (EndOfTar plain = new EndOfTar(new ReadAhead(decoded(() -> compression.decompressing(buffered))));
                TarArchiveInputStream tar = new TarArchiveInputStream(plain, StandardCharsets.UTF_8.name())) {
            for (Optional<TarArchiveEntry> entry = next(tar); entry.isPresent(); entry = next(tar)) {
                visit(entry.get(), tar, visitor);
            }
            decoded(plain::drain);
            if (!plain.complete()) {
                throw ArchiveFaults.damaged(
                        "archive \"%s\" is cut short: it lacks the two empty blocks with which a tar ends", archive);
            }
        }
    }

    /**
     * The contents of an archive's first entry, if it is this file; not much more of the archive is read than that
     * takes.
     *
     * @param in not closed here
     * @throws OperatorFault as {@link #visit}
     */
    static Optional<byte[]> first(InputStream in, String archive, String path) throws IOException {
        ArchiveReader reader = new ArchiveReader(in, archive, bytes -> {});
        BufferedInputStream buffered = Compression.buffered(reader.raw);
        if (Compression.isEncrypted(buffered)) {
            throw ArchiveFaults.encrypted(archive);
        }
        Compression compression = Compression.of(buffered);
        try (InputStream plain = reader.decoded(() -> compression.decompressing(buffered));
                TarArchiveInputStream tar = new TarArchiveInputStream(plain, StandardCharsets.UTF_8.name())) {
            Optional<TarArchiveEntry> entry = reader.next(tar)
                    .filter(first -> isRegular(first) && first.getName().equals(path));
            return entry.isEmpty() ? Optional.empty() : Optional.of(reader.decoded(() -> tar.readNBytes(FIRST_BYTES)));
        }
    }

    private Optional<TarArchiveEntry> next(TarArchiveInputStream tar) throws IOException {
        return Optional.ofNullable(decoded(tar::getNextEntry));
    }

    private void visit(TarArchiveEntry entry, TarArchiveInputStream tar, Visitor visitor) throws IOException {
        if (!entry.isCheckSumOK()) { // the library reads on
            throw ArchiveFaults.damaged(
                    "archive \"%s\" is damaged: the header of entry \"%s\" does not match its checksum",
                    archive, EntryName.shown(entry.getName()));
        }
        String path = EntryName.plain(entry.getName());
        if (entry.isDirectory()) {
            directories = true;
        } else if (entry.isLink()) {
            visitor.hardLink(nonempty(path), EntryName.plain(entry.getLinkName()));
        } else if (isRegular(entry) && tar.canReadEntryData(entry)) {
            visitor.file(nonempty(path), new Contents(tar));
        } else {
            throw EntryName.refused("entry \"%s\" is neither a file nor a directory", EntryName.shown(entry.getName()));
        }
    }

    /** By its type: the library's isFile() also says yes to devices. */
    private static boolean isRegular(TarArchiveEntry entry) {
        return switch (entry.getLinkFlag()) {
            case TarConstants.LF_NORMAL,
                    TarConstants.LF_OLDNORM,
                    TarConstants.LF_CONTIG,
                    TarConstants.LF_GNUTYPE_SPARSE -> true;
            default -> false;
        };
    }

    private static String nonempty(String path) {
        if (path.isEmpty()) {
            throw EntryName.refused("a file has no name");
        }
        return path;
    }

    private interface Decoding<T> {
        T run() throws IOException;
    }

    /**
     * Runs a step of the decoders; its failure means that the archive is damaged, unless its bytes could not be read at
     * all.
     */
    private <T> T decoded(Decoding<T> step) throws IOException {
        try {
            return step.run();
        } catch (OperatorFault e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            if (raw.failure().isPresent()) {
                throw raw.failure().get();
            }
            throw ArchiveFaults.damaged(
                            "archive \"%s\" is damaged or cut short: %s",
                            archive, EntryName.shown(String.valueOf(e.getMessage())))
                    .because(e);
        }
    }

    /** The bytes of one entry, for the visitor. */
    private final class Contents extends InputStream {
        private final InputStream tar;

        Contents(InputStream tar) {
            this.tar = tar;
        }

        @Override
        public int read() throws IOException {
            return decoded(tar::read);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return decoded(() -> tar.read(into, offset, length));
        }
    }
}
