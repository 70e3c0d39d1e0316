package oks.store;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import oks.openpgp.Fingerprint;
import oks.recovery.LogPosition;
import oks.recovery.Tombstone;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Logger;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;
import org.rocksdb.SstFileReaderIterator;

/**
 * One table file ({@code *.sst}) of a store, read by itself: what is left to do when RocksDB refuses to open the store.
 * Several table files may hold versions of one record, in no order that their names tell. One thread.
 */
public final class TableFile {
    /** The suffix of such files. */
    public static final String SUFFIX = ".sst";

    /** Keys are taken for numbers of so many bytes: kind, a fingerprint and some more. */
    private static final int KEY_BYTES = 24;

    private final Path file;
    private final Visitor visitor;
    private long records;
    private int damagedPlaces;
    private Optional<String> damage = Optional.empty();

    private TableFile(Path file, Visitor visitor) {
        this.file = file;
        this.visitor = visitor;
    }

    /** Receives the records in the order of their keys. */
    public interface Visitor {
        void certificate(StoredCertificate certificate) throws IOException;

        default void tombstone(Fingerprint fingerprint, Tombstone tombstone) {}

        /** Where the store stood when this file, or one that was merged into it, was written. */
        default void meta(LogPosition position, long certificates, long tombstones) {}

        /** An index entry names this certificate; it may be an old one. */
        default void indexed(Fingerprint primary) {}
    }

    /**
     * How much of a file could be read.
     *
     * @param records how many were handed over
     * @param damagedPlaces how many stretches between them could not be read; 1 for a file that cannot be opened
     * @param damage what RocksDB said about the first of them
     */
    public record Outcome(long records, int damagedPlaces, Optional<String> damage) {}

    /** Hands over every record that can be read; blocks that do not match their checksums are stepped over. */
    public static Outcome read(Path file, Visitor visitor) throws IOException {
        RocksSetup.loadLibrary();
        TableFile table = new TableFile(file, visitor);
        try (Options options = new Options();
                ReadOptions reading = new ReadOptions().setFillCache(false);
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(file.toString());
            try (SstFileReaderIterator entries = reader.newIterator(reading)) {
                table.readAll(entries);
            }
        } catch (RocksDBException e) {
            table.noteDamage(e);
        }
        return new Outcome(table.records, table.damagedPlaces, table.damage);
    }

    /**
     * Whether every table file is there that the store's own list names: RocksDB opens them all for reading. Changes
     * nothing. False also when the list itself is damaged or missing.
     */
    public static boolean areAllIn(Path store) {
        RocksSetup.loadLibrary();
        try (Silence silence = new Silence();
                Options options = new Options().setMaxOpenFiles(-1).setLogger(silence);
                RocksDB opened = RocksDB.openReadOnly(options, store.toString())) {
            return opened.getLatestSequenceNumber() >= 0;
        } catch (RocksDBException e) {
            return false;
        }
    }

    /** Keeps RocksDB from writing a LOG into a directory that is to stay as it is. */
    private static final class Silence extends Logger {
        Silence() {
            super(InfoLogLevel.FATAL_LEVEL);
        }

        @Override
        protected void log(InfoLogLevel level, String message) {}
    }

    private void noteDamage(RocksDBException e) {
        damagedPlaces++;
        damage = damage.or(() -> Optional.of(String.valueOf(e.getMessage()).replace(file.toString(), file.getFileName().toString())));
    }

    private void readAll(SstFileReaderIterator entries) throws IOException {
        BigInteger last = BigInteger.ZERO;
        entries.seekToFirst();
        while (true) {
            Optional<RocksDBException> unreadable = problem(entries);
            if (unreadable.isPresent()) {
                noteDamage(unreadable.get());
                seekBeyond(last, entries);
            } else if (entries.isValid()) {
                last = number(entries.key());
                take(entries.key(), entries.value());
                entries.next();
            } else {
                return;
            }
        }
    }

    private static Optional<RocksDBException> problem(SstFileReaderIterator entries) {
        try {
            entries.status();
            return Optional.empty();
        } catch (RocksDBException e) {
            return Optional.of(e);
        }
    }

    /**
     * Goes to the first key after a damaged place. Only RocksDB's index knows where that is, and tells it by which searches
     * fail: strides from the last key that was read double until one comes out beyond, then halving finds the border.
     */
    private static void seekBeyond(BigInteger last, SstFileReaderIterator entries) {
        BigInteger stride = BigInteger.ONE;
        while (!reads(last.add(stride), entries)) {
            stride = stride.shiftLeft(1);
        }
        BigInteger fails = last.add(stride.shiftRight(1));
        BigInteger succeeds = last.add(stride);
        while (succeeds.subtract(fails).compareTo(BigInteger.ONE) > 0) {
            BigInteger between = fails.add(succeeds).shiftRight(1);
            if (reads(between, entries)) {
                succeeds = between;
            } else {
                fails = between;
            }
        }
        reads(succeeds, entries);
    }

    /** Whether nothing is damaged where this key is or would be. */
    private static boolean reads(BigInteger key, SstFileReaderIterator entries) {
        entries.seek(bytes(key));
        return problem(entries).isEmpty();
    }

    private static BigInteger number(byte[] key) {
        return new BigInteger(1, Arrays.copyOf(key, KEY_BYTES));
    }

    /** After the last key that a number can stand for, a key that is behind all keys. */
    private static byte[] bytes(BigInteger number) {
        byte[] key = new byte[KEY_BYTES];
        if (number.bitLength() > KEY_BYTES * Byte.SIZE) {
            Arrays.fill(key, (byte) 0xFF);
            return key;
        }
        byte[] magnitude = number.toByteArray();
        int from = Math.max(0, magnitude.length - KEY_BYTES);
        System.arraycopy(magnitude, from, key, KEY_BYTES - (magnitude.length - from), magnitude.length - from);
        return key;
    }

    private void take(byte[] key, byte[] value) throws IOException {
        try {
            if (key[0] == StoreKeys.CERTIFICATE) {
                visitor.certificate(CertificateRecord.of(FullScan.withoutKind(key), value));
            } else if (key[0] == StoreKeys.TOMBSTONE) {
                visitor.tombstone(Fingerprint.of(FullScan.withoutKind(key)), Tombstone.of(value));
            } else if (Arrays.equals(key, StoreKeys.META)) {
                StoreMeta meta = StoreMeta.of(value);
                visitor.meta(meta.position(), meta.certificates(), meta.tombstones());
            } else {
                StoreKeys.primaryOf(key).ifPresent(visitor::indexed);
            }
            records++;
        } catch (IllegalArgumentException | java.nio.BufferUnderflowException e) {
            damagedPlaces++;
            damage = damage.or(() -> Optional.of("a record makes no sense: " + e.getMessage()));
        }
    }
}
