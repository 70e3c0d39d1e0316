package oks.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import oks.openpgp.Limits;
import oks.openpgp.Policy;
import oks.openpgp.UploadParser;
import org.apache.commons.io.file.PathUtils;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * What this machine can do at most, for the scripts to compare with; prints one object of JSON.
 *
 * <p>{@code BareRates KEYRING-LIST KEYRING DIRECTORY}: certificates parsed and verified a second on all cores, what
 * verification takes of a core for one, RocksDB puts a second of the same bytes in batches without its log, 4 KiB
 * appends forced a second.
 */
public final class BareRates {
    private static final long MEASURED_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int BATCH = 1000;

    private BareRates() {}

    public static void main(String[] args) throws IOException, RocksDBException {
        List<byte[]> certificates = read(Path.of(args[0]), Path.of(args[1]));
        Path directory = Files.createTempDirectory(Path.of(args[2]), "bare");
        UploadParser verifying = new UploadParser(Limits.standard(), Policy.standard());
        UploadParser trusting =
                new UploadParser(Limits.standard(), Policy.standard().withVerification(false));
        parse(verifying, certificates); // the compiler's turn
        try {
            System.out.printf(
                    Locale.ROOT,
                    "{\"verified_per_second\": %.0f, \"verification_cpu_micros\": %.1f, \"puts_per_second\": %.0f,"
                            + " \"forced_per_second\": %.0f}%n",
                    parse(verifying, certificates),
                    cpuMicros(verifying, certificates) - cpuMicros(trusting, certificates),
                    put(directory, certificates),
                    force(directory));
        } finally {
            PathUtils.deleteDirectory(directory);
        }
    }

    private static List<byte[]> read(Path list, Path keyring) throws IOException {
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(keyring));
        List<byte[]> certificates = new ArrayList<>();
        for (String line : Files.readAllLines(list)) {
            byte[] one = new byte[Integer.parseInt(line.split(" ")[2])];
            all.get(one);
            certificates.add(one);
        }
        return certificates;
    }

    private static double parse(UploadParser parser, List<byte[]> certificates) {
        long began = System.nanoTime();
        long done = 0;
        while (System.nanoTime() - began < MEASURED_NANOS) {
            int from = (int) (done % certificates.size());
            int to = Math.min(from + BATCH, certificates.size());
            done += IntStream.range(from, to)
                    .parallel()
                    .map(i -> parser.parse(certificates.get(i)).accepted().size())
                    .sum();
        }
        return perSecond(done, began);
    }

    /** Processor time per certificate on one thread; unlike a rate, hardly moved by what else the machine does. */
    private static double cpuMicros(UploadParser parser, List<byte[]> certificates) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long began = threads.getCurrentThreadCpuTime();
        certificates.forEach(parser::parse);
        return (threads.getCurrentThreadCpuTime() - began) / 1e3 / certificates.size();
    }

    private static double put(Path directory, List<byte[]> certificates) throws RocksDBException {
        Random random = new Random(1);
        byte[] key = new byte[21];
        long done = 0;
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB db = RocksDB.open(options, directory.resolve("rocksdb").toString());
                WriteOptions withoutLog = new WriteOptions().setDisableWAL(true)) {
            long began = System.nanoTime();
            while (System.nanoTime() - began < MEASURED_NANOS) {
                try (WriteBatch batch = new WriteBatch()) {
                    for (int i = 0; i < BATCH; i++) {
                        random.nextBytes(key);
                        batch.put(key, certificates.get((int) (done++ % certificates.size())));
                    }
                    db.write(withoutLog, batch);
                }
            }
            return perSecond(done, began);
        }
    }

    private static double force(Path directory) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(4096);
        long done = 0;
        try (FileChannel file = FileChannel.open(
                directory.resolve("forced"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long began = System.nanoTime();
            while (System.nanoTime() - began < MEASURED_NANOS) {
                file.write(block.clear(), done++ * block.capacity());
                file.force(false);
            }
            return perSecond(done, began);
        }
    }

    private static double perSecond(long done, long began) {
        return done * 1e9 / (System.nanoTime() - began);
    }
}
