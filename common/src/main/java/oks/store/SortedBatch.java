package oks.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.WriteBatch;

/**
 * Records on their way into RocksDB, of which the last one of a key counts. They go sorted, since neighbours cost a
 * memtable half of what random keys do, and in one piece, since a call into native code for each costs more than the
 * record.
 *
 * <p>The piece is what RocksDB's {@code WriteBatch} holds, little endian:
 *
 * <pre>
 * offset size
 *      0    8  zeros (RocksDB's own sequence number)
 *      8    4  number of records
 *     12       for each: 1, length of the key, key, length of the value, value; or 0, length of the key, key, to delete it;
 *              lengths as varint32: seven bits a byte, the lowest first, the highest bit set in all but the last
 * </pre>
 */
final class SortedBatch {
    private static final byte DELETION = 0;
    private static final byte VALUE = 1;
    private static final int COUNT = 8;
    private static final int HEADER = 12;
    private static final int MAX_VARINT = 5;

    /** Keys are sorted by this many bytes at once: with an index below them they fit a number. */
    private static final int STRIDE = 5;

    private static final int INDEX_BITS = 24;
    private static final int FEW = 24; // are sorted as they are
    private static final int DEEPEST = 8 * STRIDE; // keys with so long a common prefix are sorted by comparison, too

    private final List<Entry> entries = new ArrayList<>();
    private long bytes = HEADER;

    /**
     * A record.
     *
     * @param value null for a record that is to be deleted
     */
    private record Entry(byte[] key, byte[] value) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return Arrays.compareUnsigned(key, other.key);
        }

        /** Some bytes of the key as the upper bits of a number; zeros where there are none. */
        long from(int at) {
            if (at + Long.BYTES <= key.length) {
                return ByteBuffer.wrap(key).getLong(at) >>> INDEX_BITS << INDEX_BITS;
            }
            long number = 0;
            for (int i = at; i < at + STRIDE; i++) {
                number = number << Byte.SIZE | (i < key.length ? Byte.toUnsignedInt(key[i]) : 0);
            }
            return number << INDEX_BITS;
        }
    }

    void put(byte[] key, byte[] value) {
        entries.add(new Entry(key, value));
        bytes += 1 + 2 * MAX_VARINT + key.length + value.length;
    }

    void delete(byte[] key) {
        entries.add(new Entry(key, null));
        bytes += 1 + MAX_VARINT + key.length;
    }

    /** RocksDB's form; the caller closes it. */
    WriteBatch toRocks() {
        return new WriteBatch(toBytes());
    }

    byte[] toBytes() {
        Entry[] sorted = entries.toArray(Entry[]::new);
        sort(sorted, 0, sorted.length, 0);
        ByteBuffer into = ByteBuffer.allocate(Math.toIntExact(bytes))
                .order(ByteOrder.LITTLE_ENDIAN)
                .position(HEADER);
        int count = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i + 1 == sorted.length || !Arrays.equals(sorted[i].key(), sorted[i + 1].key())) {
                write(sorted[i], into);
                count++;
            }
        }
        return Arrays.copyOf(into.putInt(COUNT, count).array(), into.position());
    }

    /**
     * Sorts entries whose keys have the same bytes before a place; equal keys stay in their order. Numbers that hold
     * the next bytes are sorted in place of the keys, each of which is somewhere else in memory.
     */
    private static void sort(Entry[] entries, int from, int to, int at) {
        int count = to - from;
        if (count <= FEW || count > 1 << INDEX_BITS || at > DEEPEST) {
            Arrays.sort(entries, from, to);
            return;
        }
        long[] order = new long[count];
        for (int i = 0; i < count; i++) {
            order[i] = (entries[from + i].from(at) | i) ^ Long.MIN_VALUE; // bytes are unsigned, numbers are not
        }
        Arrays.sort(order);
        Entry[] before = Arrays.copyOfRange(entries, from, to);
        for (int i = 0; i < count; i++) {
            entries[from + i] = before[(int) order[i] & (1 << INDEX_BITS) - 1];
        }
        int begin = 0;
        for (int i = 1; i <= count; i++) {
            if (i == count || order[i] >>> INDEX_BITS != order[begin] >>> INDEX_BITS) {
                if (i - begin > 1) {
                    sort(entries, from + begin, from + i, at + STRIDE);
                }
                begin = i;
            }
        }
    }

    private static void write(Entry entry, ByteBuffer into) {
        into.put(entry.value() == null ? DELETION : VALUE);
        writeVarint(entry.key().length, into);
        into.put(entry.key());
        if (entry.value() != null) {
            writeVarint(entry.value().length, into);
            into.put(entry.value());
        }
    }

    private static void writeVarint(int number, ByteBuffer into) {
        int rest = number;
        for (; rest > 0x7f; rest >>>= 7) {
            into.put((byte) (rest | 0x80));
        }
        into.put((byte) rest);
    }
}
