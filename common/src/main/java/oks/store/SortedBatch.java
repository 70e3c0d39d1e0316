package oks.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rocksdb.WriteBatch;

/**
 * Records on their way into RocksDB, of which the last one of a key counts. They go sorted, since neighbours cost a memtable
 * half of what random keys do, and in one piece, since a call into native code for each costs more than the record.
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

    private final List<Entry> entries = new ArrayList<>();
    private long bytes = HEADER;

    /**
     * A record.
     *
     * @param head the first eight bytes of the key, which tell most keys apart at a fraction of the cost
     * @param value null for a record that is to be deleted
     */
    private record Entry(long head, byte[] key, byte[] value) implements Comparable<Entry> {
        Entry(byte[] key, byte[] value) {
            this(ByteBuffer.wrap(Arrays.copyOf(key, Long.BYTES)).getLong(), key, value);
        }

        @Override
        public int compareTo(Entry other) {
            int byHead = Long.compareUnsigned(head, other.head);
            return byHead == 0 ? Arrays.compareUnsigned(key, other.key) : byHead;
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

    private byte[] toBytes() {
        Entry[] sorted = entries.toArray(Entry[]::new);
        Arrays.sort(sorted); // equal keys stay in their order
        ByteBuffer into = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN).position(HEADER);
        int count = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i + 1 == sorted.length || !Arrays.equals(sorted[i].key(), sorted[i + 1].key())) {
                write(sorted[i], into);
                count++;
            }
        }
        return Arrays.copyOf(into.putInt(COUNT, count).array(), into.position());
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
