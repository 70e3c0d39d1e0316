import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Is a recovery file forced faster when zeros were written ahead? Appends groups and forces each with fdatasync, in four
 * ways side by side; prints the medians of five runs.
 *
 * <p>A little, and oksd does not do it: 0.05 to 0.15 ms of a force are saved (1 KiB 191 to 139 microseconds, 16 KiB 253 to
 * 152, 256 KiB 339 to 233 on an idle ext4), if somebody else wrote the zeros; with the writing of them, 256 KiB take
 * longer. Of an upload none of that is seen: a group has many uploads in it, and each takes longer to verify. An oksd whose
 * recovery file had all its zeros before the clock ran, the most that any way of filling could save, loaded 12,000
 * certificates in 6.0 s, one without in 5.5 s (medians of seven in turn).
 *
 * <p>{@code java qa/bench/Preallocation.java DIRECTORY}; the directory should be where recovery files go.
 */
public final class Preallocation {
    private static final int RUNS = 5;
    private static final int[] GROUP_BYTES = {1 << 10, 16 << 10, 256 << 10};
    private static final int LEAST_GROUPS = 300;
    private static final int MOST_GROUPS = 3000;
    private static final int ENOUGH_BYTES = 16 << 20; // many times what is filled ahead
    private static final int AHEAD = 1 << 20;
    private static final int CHUNK = 256 << 10;
    private static final long NAP_NANOS = 50_000;

    /** Who writes the zeros. */
    private enum Zeros {
        /** Nobody: each group makes the file longer. */
        NONE,
        /** Somebody, before the clock runs: the most that any way of filling could save. */
        BEFORE,
        /** The writer, {@value #AHEAD} bytes whenever it has used them up. */
        WRITER,
        /** A thread beside the writer, in the same file, forced before they are used. */
        BESIDE
    }

    private Preallocation() {}

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        System.out.printf(Locale.ROOT, "each group forced; medians of %d runs, microseconds per group%n", RUNS);
        System.out.printf(Locale.ROOT, "%12s %12s %12s %12s %12s%n", "group bytes", "append", "into zeros", "writer fills", "beside");
        for (int bytes : GROUP_BYTES) {
            int groups = Math.min(MOST_GROUPS, Math.max(LEAST_GROUPS, ENOUGH_BYTES / bytes));
            double[][] runs = new double[Zeros.values().length][RUNS];
            for (int run = 0; run < RUNS; run++) { // in turn, so that what the machine does besides meets all alike
                for (Zeros zeros : Zeros.values()) {
                    runs[zeros.ordinal()][run] = micros(directory, bytes, groups, zeros);
                }
            }
            System.out.printf(Locale.ROOT, "%12d %12.0f %12.0f %12.0f %12.0f%n",
                    bytes, median(runs[0]), median(runs[1]), median(runs[2]), median(runs[3]));
        }
    }

    /** Microseconds per group. */
    private static double micros(Path directory, int bytes, int groups, Zeros zeros) throws IOException {
        Path file = Files.createTempFile(directory, "preallocation", ".bench");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                Filler filler = new Filler(file)) {
            long length = (long) groups * bytes;
            if (zeros == Zeros.BEFORE) {
                filler.fillUpTo(length);
            } else if (zeros == Zeros.BESIDE) {
                filler.fillUpTo(AHEAD);
                filler.begin(length);
            }
            ByteBuffer group = group(bytes);
            long began = System.nanoTime();
            for (long at = 0; at < length; at += bytes) {
                if (zeros == Zeros.WRITER && at + bytes > filler.filled) {
                    filler.fillUpTo(filler.filled + AHEAD);
                }
                channel.write(group.clear(), at);
                channel.force(false);
                filler.used = at + bytes;
            }
            return (System.nanoTime() - began) / 1e3 / groups;
        } finally {
            Files.delete(file);
        }
    }

    private static ByteBuffer group(int bytes) {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return ByteBuffer.allocateDirect(bytes).put(content);
    }

    /** Writes zeros after the groups; on a channel of its own, as a second thread must. */
    private static final class Filler implements AutoCloseable {
        private final FileChannel channel;
        private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        private volatile long filled;
        private volatile long used;
        private volatile boolean over;
        private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);

        Filler(Path file) throws IOException {
            channel = FileChannel.open(file, StandardOpenOption.WRITE);
        }

        void fillUpTo(long length) throws IOException {
            for (long at = filled; at < length; at += CHUNK) {
                channel.write(chunk.clear(), at);
            }
            channel.force(true); // the length, too
            filled = Math.max(filled, length);
        }

        void begin(long length) {
            running = CompletableFuture.runAsync(() -> {
                try {
                    while (!over && filled < length) {
                        if (filled - used < AHEAD) {
                            fillUpTo(filled + CHUNK);
                        } else {
                            LockSupport.parkNanos(NAP_NANOS);
                        }
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }

        @Override
        public void close() throws IOException {
            over = true;
            running.join();
            channel.close();
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
