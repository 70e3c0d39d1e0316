package oks.backup.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import oks.archive.ArchiveCheck;
import oks.backup.output.UnfinishedFile;
import oks.cli.ProgressDisplay;

/**
 * Reads an archive back and checks it in a thread of its own, while more of it is written: each part when it has been
 * forced to disk, not before. The thread ends with the archive, with its first fault, or when the file is closed.
 */
public final class ReadBack {
    private static final int SHOWN_EVERY_MILLIS = 100;

    private final AtomicLong read = new AtomicLong();
    private final FutureTask<ArchiveCheck.Hashed> reading;

    private ReadBack(InputStream forced, String archive) {
        reading = new FutureTask<>(() -> {
            try (forced) {
                return ArchiveCheck.hash(forced, archive, read::addAndGet);
            }
        });
    }

    /** Begins with what of the file is forced now. */
    public static ReadBack begin(UnfinishedFile file) throws IOException {
        ReadBack readBack = new ReadBack(file.forcedBytes(), file.partial().toString());
        Thread thread = new Thread(readBack.reading, "read-back");
        thread.setDaemon(true);
        thread.start();
        return readBack;
    }

    /**
     * Waits until the whole archive is read.
     *
     * @throws oks.fault.OperatorFault DAMAGED when it is not as it should be
     */
    public ArchiveCheck.Hashed await(ProgressDisplay display) throws IOException {
        while (true) {
            try {
                return reading.get(SHOWN_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                display.to(read.get());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while reading back");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException fault) {
                    throw fault;
                }
                throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
            }
        }
    }
}
