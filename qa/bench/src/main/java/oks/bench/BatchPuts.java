package oks.bench;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.commons.io.file.PathUtils;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The least that bringing certificates into a store can cost; prints one object of JSON.
 *
 * <p>{@code BatchPuts KEYRING-LIST KEYRING DIRECTORY}: puts every certificate under its fingerprint in batches of 1000
 * without RocksDB's log, and flushes; a second, as in {@link BareRates}.
 */
public final class BatchPuts {
    private static final int BATCH = 1000;

    private BatchPuts() {}

    public static void main(String[] args) throws IOException, RocksDBException {
        Path directory = Files.createTempDirectory(Path.of(args[2]), "puts");
        RocksDB.loadLibrary();
        try (BufferedReader list = Files.newBufferedReader(Path.of(args[0]));
                InputStream keyring = new BufferedInputStream(Files.newInputStream(Path.of(args[1])), 1 << 20)) {
            System.out.printf(Locale.ROOT, "{\"puts_per_second\": %.0f}%n", perSecond(list, keyring, directory));
        } finally {
            PathUtils.deleteDirectory(directory);
        }
    }

    private static double perSecond(BufferedReader list, InputStream keyring, Path directory)
            throws IOException, RocksDBException {
        long done = 0;
        try (Options options = new Options().setCreateIfMissing(true);
                RocksDB db = RocksDB.open(options, directory.toString());
                WriteOptions withoutLog = new WriteOptions().setDisableWAL(true);
                FlushOptions whole = new FlushOptions().setWaitForFlush(true)) {
            long began = System.nanoTime();
            for (int put = BATCH; put == BATCH; done += put) {
                put = batch(list, keyring, db, withoutLog);
            }
            db.flush(whole);
            return done * 1e9 / (System.nanoTime() - began);
        }
    }

    private static int batch(BufferedReader list, InputStream keyring, RocksDB db, WriteOptions withoutLog)
            throws IOException, RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            int put = 0;
            for (String line; put < BATCH && (line = list.readLine()) != null; put++) {
                String[] columns = line.split(" ");
                batch.put(HexFormat.of().parseHex(columns[0]), keyring.readNBytes(Integer.parseInt(columns[2])));
            }
            db.write(withoutLog, batch);
            return put;
        }
    }
}
