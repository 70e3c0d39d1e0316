package oks.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import oks.durable.Disk;
import oks.recovery.HistoryFile;
import oks.recovery.RecoveryFile;

/** Recovery files of which a test knows the paths. */
public final class RecoveryFiles {
    private RecoveryFiles() {}

    /** The files at these paths, with their headers read. */
    public static List<HistoryFile> read(Disk disk, Collection<Path> paths) throws IOException {
        return HistoryFile.of(at(disk, paths));
    }

    /** The files at these paths. */
    public static List<RecoveryFile> at(Disk disk, Collection<Path> paths) {
        List<RecoveryFile> files = new ArrayList<>();
        paths.forEach(path -> files.add(RecoveryFile.of(disk, path).orElseThrow()));
        return files;
    }
}
