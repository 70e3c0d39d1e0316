package oks.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.LongConsumer;
import oks.durable.RealDisk;
import oks.recovery.Hash;

/** Reads an archive to its end and compares every file with the manifest; writes nothing. */
public final class ArchiveCheck {
    private ArchiveCheck() {}

    /**
     * Checks an archive file.
     *
     * @param progress is told how many more bytes of the file were read
     * @throws oks.fault.OperatorFault DAMAGED naming the first fault, FAILED when the manifest is too new
     */
    public static ArchiveContents check(Path archive, LongConsumer progress) throws IOException {
        return check(archive, Optional.empty(), progress);
    }

    /**
     * Checks an archive file and, if it is known, the hash of all its bytes: then nothing in it can change unseen.
     *
     * @param sha256 of the whole file, as {@link ArchiveChecksum} has it
     * @throws oks.fault.OperatorFault as above
     */
    public static ArchiveContents check(Path archive, Optional<Hash> sha256, LongConsumer progress) throws IOException {
        BaseArchives bases = BaseArchives.beside(new RealDisk(), archive, ArchiveProgress.unseen());
        try (InputStream in = Files.newInputStream(archive)) {
            return check(in, archive.toString(), sha256, bases, progress);
        }
    }

    /**
     * A checked archive, and the hash of all its bytes.
     *
     * @param sha256 of exactly the bytes that were found to be good
     */
    public record Hashed(ArchiveContents contents, Hash sha256) {}

    /**
     * Compares only the bytes of a file with their hash: all that can be said of an encrypted archive.
     *
     * @throws oks.fault.OperatorFault DAMAGED when they differ
     */
    public static void checkBytes(Path archive, Hash sha256, LongConsumer progress) throws IOException {
        MessageDigest digest = Hash.sha256();
        byte[] chunk = new byte[1 << 18];
        try (InputStream in = Files.newInputStream(archive)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
                progress.accept(read);
            }
        }
        Hash actual = Hash.of(digest.digest());
        if (!actual.equals(sha256)) {
            throw ArchiveFaults.damaged(
                    "archive \"%s\" has SHA-256 %.16s…, but had %.16s… when it was written", archive, actual, sha256);
        }
    }

    static ArchiveContents check(
            InputStream stored, String archive, Optional<Hash> sha256, BaseArchives bases, LongConsumer progress)
            throws IOException {
        if (sha256.isEmpty()) {
            return check(stored, archive, bases, progress);
        }
        Hashed hashed = hash(stored, archive, bases, progress);
        requireHash(archive, sha256.get(), hashed.sha256());
        return hashed.contents();
    }

    /**
     * @throws oks.fault.OperatorFault DAMAGED when an archive without a fault in its files has another hash than it
     *     should
     */
    public static void requireHash(String archive, Hash written, Hash actual) {
        if (!written.equals(actual)) {
            throw ArchiveFaults.damaged(
                    "archive \"%s\" has SHA-256 %.16s…, but had %.16s… when it was written; what is "
                            + "damaged belongs to no file in it",
                    archive, actual, written);
        }
    }

    /**
     * Checks an archive that comes from a stream, read to its end and not closed, and hashes all its bytes.
     *
     * @param bases where files are that the archive does not hold itself
     * @throws oks.fault.OperatorFault as above, and GAP_OR_FORK when a base is missing
     */
    public static Hashed hash(InputStream stored, String archive, BaseArchives bases, LongConsumer progress)
            throws IOException {
        return hashed(stored, in -> check(in, archive, bases, progress));
    }

    /** The same of the files that the archive holds itself; its bases are not looked at. */
    public static Hashed hashOwn(InputStream stored, String archive, LongConsumer progress) throws IOException {
        return hashed(stored, in -> walk(archive).walk(in, Optional.empty(), progress));
    }

    /** Reads an archive from a stream. */
    interface Reading {
        ArchiveContents read(InputStream in) throws IOException;
    }

    /** Reads a stream to its end, and hashes what was read. */
    static Hashed hashed(InputStream stored, Reading reading) throws IOException {
        try (BackgroundHash sha256 = new BackgroundHash()) {
            InputStream in = hashing(stored, sha256);
            ArchiveContents contents = reading.read(in);
            in.transferTo(OutputStream.nullOutputStream());
            return new Hashed(contents, sha256.digest());
        }
    }

    /** The same bytes, which are hashed on their way. */
    private static InputStream hashing(InputStream stored, BackgroundHash sha256) {
        return new BlockInputStream() {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int read = stored.read(into, offset, length);
                sha256.update(into, offset, Math.max(0, read));
                return read;
            }
        };
    }

    /**
     * Checks an archive that comes from a stream; the stream is read to its end and not closed.
     *
     * @param bases where files are that the archive does not hold itself
     */
    public static ArchiveContents check(InputStream in, String archive, BaseArchives bases, LongConsumer progress)
            throws IOException {
        return walk(archive).walk(in, Optional.of(bases), progress);
    }

    private static ArchiveWalk walk(String archive) {
        return new ArchiveWalk(archive, new ArchiveWalk.Receiver() {
            @Override
            public void file(String path, InputStream contents, ManifestVerifier verifier) throws IOException {
                verifier.add(path, contents, OutputStream.nullOutputStream());
            }

            @Override
            public void hardLink(String path, String target) {
                // nothing is written
            }
        });
    }
}
