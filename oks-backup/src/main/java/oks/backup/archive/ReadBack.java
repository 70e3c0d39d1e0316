package oks.backup.archive;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import oks.archive.ArchiveCheck;
import oks.backup.output.UnfinishedFile;
import oks.cli.ProgressDisplay;
import oks.durable.BackgroundThreads;

/**
 * Reads an archive back and checks it in a thread of its own, while more of it is written: each part when it has been
 * forced to disk, not before. The thread ends with the archive, with its first fault, or when the file is closed.
 */
public final class ReadBack {
    private static final int SHOWN_EVERY_MILLIS = 100;

    private final AtomicLong read = new AtomicLong();
    private final BackgroundThreads thread = new BackgroundThreads("read-back");
    private final Future<ArchiveCheck.Hashed> reading;

    private ReadBack(InputStream forced, String archive) {
        reading = thread.begin(() -> {
            try (forced) {
                return ArchiveCheck.hashOwn(forced, archive, read::addAndGet);
            }
        });
        thread.close(); // after that
    }

    /** Begins with what of the file is forced now. */
    public static ReadBack begin(UnfinishedFile file) throws IOException {
        return new ReadBack(file.forcedBytes(), file.partial().toString());
    }

    /**
     * Waits until the whole archive is read.
     *
     * @throws oks.fault.OperatorFault DAMAGED when it is not as it should be
     */
    public ArchiveCheck.Hashed await(ProgressDisplay display) throws IOException {
        while (true) {
            try {
                return BackgroundThreads.await(reading, SHOWN_EVERY_MILLIS, "reading back");
            } catch (TimeoutException notYet) {
                display.to(read.get());
            }
        }
    }
}
