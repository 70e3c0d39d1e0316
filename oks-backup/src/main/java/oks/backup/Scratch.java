package oks.backup;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.file.PathUtils;

/** A directory for what is needed only now; removed when it is closed, and also when a signal ends the process. */
record Scratch(Path directory, AtExit atExit) implements Closeable {

    static Scratch in(Path parent) throws IOException {
        Path directory = Files.createTempDirectory(parent, OksBackup.NAME + "-");
        return new Scratch(directory, AtExit.register(() -> PathUtils.deleteDirectory(directory)));
    }

    @Override
    public void close() throws IOException {
        atExit.close();
        PathUtils.deleteDirectory(directory);
    }
}
