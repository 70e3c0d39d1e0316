package oks.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SortedBatchTest {
    private static final int SHORTEST_VARINT = 0x80;

    /** Keys that begin alike for long, end in zeros, or are the beginning of others; some come often. */
    private static byte[] key(Random random) {
        byte[] random8 = new byte[8];
        random.nextBytes(random8);
        return switch (random.nextInt(5)) {
            case 0 -> StoreKeys.certificate(random8);
            case 1 -> StoreKeys.join(StoreKeys.wordPrefix(Names.OF_OTHERS, "example"), random8);
            case 2 ->
                StoreKeys.join(
                        StoreKeys.emailPrefix(Names.OF_OTHERS, "ann@" + "example".repeat(6)), new byte[] {random8[0]});
            case 3 -> Arrays.copyOf(new byte[] {'W', (byte) random.nextInt(2)}, 2 + random.nextInt(60));
            default -> StoreKeys.dayPrefix(java.time.Instant.ofEpochSecond(random.nextInt(1 << 30)));
        };
    }

    @Test
    void recordsComeSortedAndTheLastOneOfAKeyCounts() {
        Random random = new Random(3);
        SortedBatch batch = new SortedBatch();
        SortedMap<byte[], String> expected = new TreeMap<>(Arrays::compareUnsigned);
        for (int i = 0; i < 20_000; i++) {
            byte[] key = key(random);
            if (random.nextInt(4) == 0) {
                batch.delete(key);
                expected.put(key, "deleted");
            } else {
                batch.put(key, String.valueOf(i).getBytes(StandardCharsets.US_ASCII));
                expected.put(key, String.valueOf(i));
            }
        }
        assertThat(read(batch.toBytes())).isEqualTo(lines(expected));
    }

    private static List<String> lines(SortedMap<byte[], String> records) {
        List<String> lines = new ArrayList<>();
        records.forEach((key, value) -> lines.add(Arrays.toString(key) + " " + value));
        return lines;
    }

    private static List<String> read(byte[] batch) {
        ByteBuffer from = ByteBuffer.wrap(batch).order(ByteOrder.LITTLE_ENDIAN).position(8);
        int count = from.getInt();
        List<String> lines = new ArrayList<>();
        while (from.hasRemaining()) {
            boolean deleted = from.get() == 0;
            String key = Arrays.toString(next(from));
            lines.add(key + " " + (deleted ? "deleted" : new String(next(from), StandardCharsets.US_ASCII)));
        }
        assertThat(lines).hasSize(count);
        return lines;
    }

    private static byte[] next(ByteBuffer from) {
        int length = from.get();
        assertThat(length).isBetween(0, SHORTEST_VARINT - 1);
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }
}
