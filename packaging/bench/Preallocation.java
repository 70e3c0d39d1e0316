import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;

/**
 * Is a recovery file forced faster when zeros were written ahead? Appends groups and forces each with fdatasync, with and
 * without preallocation, side by side; prints the medians of five runs.
 *
 * <p>{@code java packaging/bench/Preallocation.java DIRECTORY [GROUPS]}; the directory should be where recovery files go.
 */
public final class Preallocation {
    private static final int RUNS = 5;
    private static final int[] GROUP_BYTES = {1 << 10, 16 << 10, 256 << 10};
    private static final int AHEAD = 8 << 20;

    private Preallocation() {}

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        int groups = args.length > 1 ? Integer.parseInt(args[1]) : 300;
        System.out.printf("%d groups, each forced; medians of %d runs, microseconds per group%n", groups, RUNS);
        System.out.printf("%12s %12s %12s %14s%n", "group bytes", "append", "preallocated", "with filling");
        for (int bytes : GROUP_BYTES) {
            double[][] runs = new double[3][RUNS];
            for (int run = 0; run < RUNS; run++) { // in turn, so that what the machine does besides meets both alike
                runs[0][run] = micros(directory, bytes, groups, false)[0];
                double[] both = micros(directory, bytes, groups, true);
                runs[1][run] = both[0];
                runs[2][run] = both[1];
            }
            System.out.printf("%12d %12.0f %12.0f %14.0f%n", bytes, median(runs[0]), median(runs[1]), median(runs[2]));
        }
    }

    /** Microseconds per group, without and with the time that the preallocation itself takes. */
    private static double[] micros(Path directory, int bytes, int groups, boolean preallocate) throws IOException {
        Path file = Files.createTempFile(directory, "preallocation", ".bench");
        ByteBuffer group = ByteBuffer.allocateDirect(bytes);
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        group.put(content);
        long filling = 0;
        long began = System.nanoTime();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long zeros = 0;
            for (long at = 0; at < (long) groups * bytes; at += bytes) {
                if (preallocate && at + bytes > zeros) {
                    long before = System.nanoTime();
                    zeros = fill(channel, zeros);
                    filling += System.nanoTime() - before;
                }
                channel.write(group.clear(), at);
                channel.force(false);
            }
        }
        long took = System.nanoTime() - began;
        Files.delete(file);
        return new double[] {(took - filling) / 1e3 / groups, took / 1e3 / groups};
    }

    private static long fill(FileChannel channel, long from) throws IOException {
        channel.write(ByteBuffer.allocateDirect(AHEAD), from);
        channel.force(true);
        return from + AHEAD;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
