package oks.archive;

import com.google.errorprone.annotations.concurrent.GuardedBy;

/**
 * Counts the bytes that are read of an archive and of its bases, for somebody who shows them. How much there is to read
 * of bases is known only when the archive has been read. May be told from any thread.
 */
public final class ArchiveProgress {
    private final Shown shown;

    @GuardedBy("this") private long total; // 0 when it is not known

    @GuardedBy("this") private long done;

    /** Shows how much is done, and how much there is to do; 0 when that is not known. */
    public interface Shown {
        void to(long done, long total);
    }

    /** @param total bytes of the archive itself; 0 when that is not known */
    public ArchiveProgress(Shown shown, long total) {
        this.shown = shown;
        this.total = total;
    }

    /** Progress that nobody looks at. */
    public static ArchiveProgress unseen() {
        return new ArchiveProgress((done, total) -> {}, 0);
    }

    /** So many more bytes were read. */
    public synchronized void add(long bytes) {
        done += bytes;
        shown.to(done, total);
    }

    /** So many more bytes are to be read. */
    synchronized void expect(long bytes) {
        total += bytes;
    }
}
