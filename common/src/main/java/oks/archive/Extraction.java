package oks.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Unpacks an archive below a directory, with the paths that it has inside, and checks it on the way: what is written and
 * what is compared with the manifest are the same bytes. Nothing is forced to disk.
 */
public final class Extraction {
    private static final FileAttribute<?> OWNER_WRITES_GROUP_READS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));
    private static final Set<OpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private Extraction() {}

    /**
     * Unpacks and checks.
     *
     * @param in the archive, read to its end and not closed
     * @param archive its name, for messages
     * @param into an empty directory; what was unpacked so far stays there when the archive turns out to be damaged
     * @param progress is told how many more bytes of {@code in} were read
     * @throws oks.fault.OperatorFault DAMAGED naming the first fault, FAILED when the manifest is too new
     */
    public static ArchiveContents unpack(InputStream in, String archive, Path into, LongConsumer progress)
            throws IOException {
        Inventory inventory = new Inventory(archive);
        ArchiveReader reader = new ArchiveReader(in, archive, progress);
        reader.visit(new ArchiveReader.Visitor() {
            @Override
            public void file(String path, InputStream contents) throws IOException {
                inventory.requireNew(path);
                try (OutputStream file = create(into.resolve(path))) {
                    inventory.add(path, contents, file);
                }
            }

            @Override
            public void hardLink(String path, String target) throws IOException {
                inventory.addLink(path, target);
                Files.createDirectories(into.resolve(path).getParent());
                Files.createLink(into.resolve(path), into.resolve(target));
            }
        });
        return inventory.contents(reader.hasDirectories());
    }

    private static OutputStream create(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        return Channels.newOutputStream(FileChannel.open(file, NEW, OWNER_WRITES_GROUP_READS));
    }
}
