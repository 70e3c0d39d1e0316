package oks.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import oks.openpgp.WordQuery;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** Searches in the index of 200,000 certificates, of which there is nothing but the index. */
final class WordSearchTest {
    private static final int CERTIFICATES = 200_000;
    private static final Random RANDOM = new Random(1);

    @TempDir
    private static Path directory;

    private static RocksSetup setup;
    private static RocksDB db;
    private static final long[] BEGINNINGS =
            RANDOM.longs(CERTIFICATES).distinct().toArray();

    @BeforeAll
    static void fill() throws RocksDBException {
        setup = RocksSetup.with(StoreOptions.standard());
        db = RocksDB.open(setup.options(), directory.toString());
        put("everybody", i -> true);
        put("third", i -> i % 3 == 0);
        put("even", i -> i % 2 == 0);
        put("rare", i -> i % 8_000 == 1);
        put("rarer", i -> i % 100_000 == 2);
        put("first", i -> i == 0);
        for (int group = 0; group < 400; group++) {
            int number = group;
            put("name" + number, i -> i % 400 == number);
        }
    }

    private static void put(String word, IntPredicate whose) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch();
                WriteOptions withoutLog = new WriteOptions().setDisableWAL(true)) {
            for (int i = 0; i < BEGINNINGS.length; i++) {
                if (whose.test(i)) {
                    batch.put(
                            StoreKeys.join(
                                    StoreKeys.wordPrefix(Names.OF_OTHERS, word),
                                    new FingerprintPrefix(BEGINNINGS[i]).bytes()),
                            new byte[0]);
                }
            }
            db.write(withoutLog, batch);
        }
    }

    @AfterAll
    static void close() {
        db.close();
        setup.close();
    }

    private static FingerprintPrefixes search(String query, Patience patience) throws RocksDBException {
        try (WordSearch search = new WordSearch(db, Names.OF_OTHERS, patience)) {
            return search.all(WordQuery.of(query));
        }
    }

    private static void finds(String query, IntPredicate whose) throws RocksDBException {
        FingerprintPrefixes found = search(query, Patience.endless());
        long[] expected = IntStream.range(0, BEGINNINGS.length)
                .filter(whose)
                .mapToLong(i -> new FingerprintPrefix(BEGINNINGS[i]).order())
                .sorted()
                .toArray();
        assertThat(IntStream.range(0, found.size()).mapToLong(found::order).toArray())
                .as(query)
                .isEqualTo(expected);
        assertThat(found.isComplete()).as(query).isTrue();
    }

    @Test
    void anyWordsAreCountedExactlyHoweverManyHaveThem() throws RocksDBException {
        finds("everybody", i -> true);
        finds("third even", i -> i % 6 == 0);
        finds("even third everybody", i -> i % 6 == 0);
        finds("everybody rare", i -> i % 8_000 == 1);
        finds("third rare", i -> i % 8_000 == 1 && i % 3 == 0);
        finds("even rare", i -> false);
        finds("first even", i -> i == 0);
        finds("nobody everybody", i -> false);
    }

    @Test
    void beginningsOfWordsAreTheUnionOfWhatBeginsSo() throws RocksDBException {
        finds("rare*", i -> i % 8_000 == 1 || i % 100_000 == 2);
        finds("name*", i -> true);
        finds("name1*", i -> Integer.toString(i % 400).startsWith("1"));
        finds("name1* third", i -> Integer.toString(i % 400).startsWith("1") && i % 3 == 0);
        finds("name* e* third", i -> i % 3 == 0);
        finds("e* ev* eve* third", i -> i % 3 == 0);
        finds("x* everybody", i -> false);
    }

    /** A clock that goes on by one whenever it is looked at. */
    private static Patience of(long looks) {
        AtomicLong clock = new AtomicLong();
        return Patience.ofNanos(looks, clock::incrementAndGet, () -> true);
    }

    @Test
    void whatTheTimeDidNotSufficeForIsSaidAndWhatWasFoundIsRight() throws RocksDBException {
        Set<Long> all = IntStream.range(0, BEGINNINGS.length)
                .filter(i -> i % 6 == 0)
                .mapToObj(i -> new FingerprintPrefix(BEGINNINGS[i]).order())
                .collect(Collectors.toSet());
        int before = 0;
        for (int looks : List.of(2, 20, 200)) {
            FingerprintPrefixes found = search("third even", of(looks));
            assertThat(found.isComplete()).isFalse();
            assertThat(found.size()).isGreaterThan(before).isLessThan(all.size());
            before = found.size();
            assertThat(all)
                    .containsAll(IntStream.range(0, found.size())
                            .mapToObj(found::order)
                            .toList());
        }
        assertThat(search("name* e*", of(20)).isComplete()).isFalse();
        assertThat(search("third even", of(1_000_000)).isComplete()).isTrue();
    }

    @Test
    void aSearchForWhichNobodyWaitsEnds() {
        Patience gone = Patience.ofNanos(Long.MAX_VALUE, () -> false);
        assertThatThrownBy(() -> search("third even", gone)).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> search("name*", gone)).isInstanceOf(CancellationException.class);
    }
}
