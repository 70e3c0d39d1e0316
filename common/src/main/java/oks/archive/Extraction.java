package oks.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import oks.durable.ForcedBehind;
import oks.durable.Modes;

/**
 * Unpacks an archive below a directory, with the paths that it has inside, and checks it on the way: what is written
 * and what is compared with the manifest are the same bytes. Each file's bytes are forced to disk while the next ones
 * are unpacked; names and directories are not.
 */
public final class Extraction {
    private static final Set<OpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private Extraction() {}

    /**
     * Unpacks and checks.
     *
     * @param in the archive, read to its end and not closed
     * @param archive its name, for messages
     * @param into an empty directory; what was unpacked so far stays there when the archive turns out to be damaged
     * @param bases where files are that the archive does not hold itself
     * @param progress is told how many more bytes of {@code in} were read
     * @throws oks.fault.OperatorFault DAMAGED naming the first fault, FAILED when the manifest is too new, GAP_OR_FORK
     *     when a base is missing
     */
    public static ArchiveContents unpack(
            InputStream in, String archive, Path into, BaseArchives bases, LongConsumer progress) throws IOException {
        try (ForcedBehind forced = new ForcedBehind()) {
            ArchiveContents contents =
                    unpack(in, archive, into, bases, progress, file -> forced.begin(() -> force(file)));
            forced.await();
            return contents;
        }
    }

    /**
     * The same of an archive of which all bytes are hashed, for somebody who removes what was unpacked: nothing is
     * forced.
     *
     * @throws oks.fault.OperatorFault as above
     */
    public static ArchiveCheck.Hashed unpackForNow(
            InputStream stored, String archive, Path into, BaseArchives bases, LongConsumer progress)
            throws IOException {
        return ArchiveCheck.hashed(stored, in -> unpack(in, archive, into, bases, progress, FileChannel::close));
    }

    /** Receiver of each file that was written; its channel is to be closed by then. */
    private interface Written {
        void written(FileChannel file) throws IOException;
    }

    private static ArchiveContents unpack(
            InputStream in, String archive, Path into, BaseArchives bases, LongConsumer progress, Written written)
            throws IOException {
        return new ArchiveWalk(archive, receiver(into, written)).walk(in, Optional.of(bases), progress);
    }

    private static ArchiveWalk.Receiver receiver(Path into, Written written) {
        return new ArchiveWalk.Receiver() {
            @Override
            public void file(String path, InputStream contents, ManifestVerifier verifier) throws IOException {
                verifier.requireNew(path);
                FileChannel file = create(into.resolve(path));
                try {
                    verifier.add(path, contents, Channels.newOutputStream(file));
                    written.written(file);
                } catch (IOException | RuntimeException e) {
                    try (file) {
                        throw e;
                    }
                }
            }

            @Override
            public void hardLink(String path, String target) throws IOException {
                Files.createDirectories(into.resolve(path).getParent(), Modes.DIRECTORY);
                Files.createLink(into.resolve(path), into.resolve(target));
            }
        };
    }

    private static FileChannel create(Path file) throws IOException {
        Files.createDirectories(file.getParent(), Modes.DIRECTORY);
        return FileChannel.open(file, NEW, Modes.FILE);
    }

    private static void force(FileChannel file) throws IOException {
        try (file) {
            file.force(false);
        }
    }
}
