package oks.store;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
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

    /** Keys are taken for numbers of this many bytes: kind, a fingerprint and some more. */
    private static final int KEY_BYTES = 24;

    /** All bytes 0xFF: no key begins so. */
    private static final BigInteger BEHIND_ALL =
            BigInteger.ONE.shiftLeft(KEY_BYTES * Byte.SIZE).subtract(BigInteger.ONE);

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
     * The readable part of a file.
     *
     * @param records how many were handed over
     * @param damagedPlaces how many stretches between them could not be read; 1 for a file that cannot be opened
     * @param damage what RocksDB said about the first of them
     */
    public record Findings(long records, int damagedPlaces, Optional<String> damage) {}

    /** Hands over every record that can be read; blocks that do not match their checksums are stepped over. */
    public static Findings read(Path file, Visitor visitor) throws IOException {
        StoreFaults.requireName(file);
        RocksSetup.loadLibrary();
        TableFile table = new TableFile(file, visitor);
        try (Options options = new Options();
                ReadOptions reading = new ReadOptions().setFillCache(false).setTotalOrderSeek(true);
                SstFileReader reader = new SstFileReader(options)) {
            reader.open(file.toString());
            table.readAll(() -> reader.newIterator(reading));
        } catch (RocksDBException e) {
            table.noteDamage(e);
        }
        return new Findings(table.records, table.damagedPlaces, table.damage);
    }

    /**
     * Whether every table file is there that the store's own list names: RocksDB opens them all for reading. Changes
     * nothing. False also when the list itself is damaged or missing.
     */
    public static boolean areAllIn(Path store) {
        StoreFaults.requireName(store);
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
    static final class Silence extends Logger {
        Silence() {
            super(InfoLogLevel.FATAL_LEVEL);
        }

        @Override
        protected void log(InfoLogLevel level, String message) {}
    }

    private void noteDamage(RocksDBException e) {
        damagedPlaces++;
        damage = damage.or(() -> Optional.of(String.valueOf(e.getMessage())
                .replace(file.toString(), file.getFileName().toString())));
    }

    private void readAll(Supplier<SstFileReaderIterator> reader) throws IOException {
        BigInteger last = number(new byte[] {StoreKeys.CERTIFICATE}); // no key is before it
        boolean more = true;
        while (more) {
            try (SstFileReaderIterator entries = reader.get()) {
                entries.seek(bytes(last));
                last = readOn(entries, last);
                more = problem(entries).isPresent();
                problem(entries).ifPresent(this::noteDamage);
            }
            Optional<BigInteger> beyond = more ? beyond(last, reader) : Optional.empty();
            more = beyond.isPresent();
            last = beyond.orElse(last);
        }
    }

    /** Hands over what can be read without a break; gives the last key, or {@code before} when there is none. */
    private BigInteger readOn(SstFileReaderIterator entries, BigInteger before) throws IOException {
        BigInteger last = before;
        for (; entries.isValid() && problem(entries).isEmpty(); entries.next()) {
            last = number(entries.key());
            take(entries.key(), entries.value());
        }
        return last;
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
     * The first key after a damaged place. Only RocksDB's index knows where that is, and tells it by which searches
     * fail: strides from the last key that was read double until one comes out beyond, then halving finds the border.
     *
     * @return empty when even a search behind all keys fails: then nothing more of this file can be read
     */
    private static Optional<BigInteger> beyond(BigInteger last, Supplier<SstFileReaderIterator> reader) {
        if (!reads(BEHIND_ALL, reader)) {
            return Optional.empty();
        }
        BigInteger stride = BigInteger.ONE;
        while (last.add(stride).compareTo(BEHIND_ALL) < 0 && !reads(last.add(stride), reader)) {
            stride = stride.shiftLeft(1);
        }
        BigInteger fails = last.add(stride.shiftRight(1));
        BigInteger succeeds = last.add(stride).min(BEHIND_ALL);
        while (succeeds.subtract(fails).compareTo(BigInteger.ONE) > 0) {
            BigInteger between = fails.add(succeeds).shiftRight(1);
            if (reads(between, reader)) {
                succeeds = between;
            } else {
                fails = between;
            }
        }
        return Optional.of(succeeds);
    }

    /**
     * Whether nothing is damaged where this key is or would be. An iterator that has failed once may say so for ever.
     */
    private static boolean reads(BigInteger key, Supplier<SstFileReaderIterator> reader) {
        try (SstFileReaderIterator probe = reader.get()) {
            probe.seek(bytes(key));
            return problem(probe).isEmpty();
        }
    }

    private static BigInteger number(byte[] key) {
        return new BigInteger(1, Arrays.copyOf(key, KEY_BYTES));
    }

    private static byte[] bytes(BigInteger number) {
        byte[] key = new byte[KEY_BYTES];
        byte[] magnitude = number.toByteArray();
        int from = Math.max(0, magnitude.length - KEY_BYTES);
        System.arraycopy(magnitude, from, key, KEY_BYTES - (magnitude.length - from), magnitude.length - from);
        return key;
    }

    private void take(byte[] key, byte[] value) throws IOException {
        try {
            if (key[0] == StoreKeys.CERTIFICATE) {
                visitor.certificate(CertificateRecord.of(StoreKeys.withoutKind(key), value));
            } else if (key[0] == StoreKeys.TOMBSTONE) {
                visitor.tombstone(Fingerprint.of(StoreKeys.withoutKind(key)), Tombstone.of(value));
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
