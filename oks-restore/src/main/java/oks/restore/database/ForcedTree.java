package oks.restore.database;

import java.io.IOException;
import java.nio.file.Path;
import oks.durable.Disk;
import oks.durable.DurableFile;

/** Forces every file below a directory, and then the directories, to disk. */
final class ForcedTree {
    private final Disk disk;

    ForcedTree(Disk disk) {
        this.disk = disk;
    }

    void force(Path directory) throws IOException {
        for (Path entry : disk.list(directory)) {
            if (disk.isDirectory(entry) && !disk.isLink(entry)) {
                force(entry);
            } else {
                try (DurableFile file = disk.openForReading(entry)) {
                    file.syncAll(); // fsync(2) forces a file's pages through any descriptor
                }
            }
        }
        disk.syncDirectory(directory);
    }
}
