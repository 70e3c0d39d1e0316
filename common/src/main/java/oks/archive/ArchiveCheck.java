package oks.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

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
        try (InputStream in = Files.newInputStream(archive)) {
            return check(in, archive.toString(), progress);
        }
    }

    /** Checks an archive that comes from a stream; the stream is read to its end and not closed. */
    public static ArchiveContents check(InputStream in, String archive, LongConsumer progress) throws IOException {
        Inventory inventory = new Inventory(archive);
        ArchiveReader reader = new ArchiveReader(in, archive, progress);
        reader.visit(new ArchiveReader.Visitor() {
            @Override
            public void file(String path, InputStream contents) throws IOException {
                inventory.add(path, contents, OutputStream.nullOutputStream());
            }

            @Override
            public void hardLink(String path, String target) {
                inventory.addLink(path, target);
            }
        });
        return inventory.contents(reader.hasDirectories());
    }
}
