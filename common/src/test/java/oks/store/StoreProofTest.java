package oks.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Digest;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreProofTest {
    private static final int STEP = 61; // through the data; behind it every byte is tried
    private static final int TAIL = 1200; // filter, indexes, properties, meta-index and footer of so small a table

    @TempDir
    private Path scratch;

    private Path store;
    private Digest digest;

    @BeforeEach
    void make() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)
                .put(1, 2, 3)
                .flush()
                .put(2, 4)
                .flush()) {
            digest = database.digest();
            database.snapshot(scratch.resolve("snapshot"));
        }
        store = scratch.resolve("snapshot/store");
    }

    private List<Path> files(String part) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            return files.filter(file -> file.getFileName().toString().contains(part))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void theContentIsAddedUpFromTheNewestVersionsInAllTables() throws IOException {
        assertThat(files(".sst")).hasSizeGreaterThan(1);
        StoreProof.Content content = StoreProof.scan(store);
        assertThat(content.digest()).isEqualTo(digest);
        assertThat(content.certificates()).isEqualTo(4);
        assertThat(content.last().number()).isEqualTo(5);
        assertThat(content.newest().number()).isEqualTo(5);
        assertThat(files("LOG")).as("nothing is written there").isEmpty();
    }

    @Test
    void aFlippedBitInWhateverBlockOfATableIsFoundAndTheTableNamed() throws IOException {
        Path table = files(".sst").get(0);
        byte[] whole = Files.readAllBytes(table);
        assertThatCode(() -> StoreProof.checkTable(table, "store/1.sst")).doesNotThrowAnyException();
        Path flipped = scratch.resolve("000099.sst");
        for (int at = 0; at < whole.length; at += at < whole.length - TAIL ? STEP : 1) {
            byte[] bytes = whole.clone();
            bytes[at] ^= (byte) (1 << at % 8);
            Files.write(flipped, bytes);
            OperatorFault fault =
                    catchThrowableOfType(OperatorFault.class, () -> StoreProof.checkTable(flipped, "store/000099.sst"));
            assertThat(fault).as("byte %d of %d", at, whole.length).isNotNull();
            assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
            assertThat(fault.what())
                    .startsWith("table \"store/000099.sst\" is damaged: ")
                    .doesNotContain(scratch.toString());
        }
    }

    /** Whoever read on in a store that is closed would end the whole process. */
    @Test
    void nothingReadsOnInAStoreOfWhichAPartCannotBeRead() throws IOException {
        Path table = files(".sst").get(0);
        byte[] bytes = Files.readAllBytes(table);
        bytes[40] ^= 1;
        Files.write(table, bytes);
        for (int i = 0; i < 100; i++) {
            OperatorFault fault = catchThrowableOfType(OperatorFault.class, () -> StoreProof.scan(store));
            assertThat(fault.what()).contains("table \"store/" + table.getFileName() + "\" is damaged");
        }
    }

    /** A list that seems to end early opens, as an earlier state: the sum tells. */
    @Test
    void aFlippedBitInTheListOfTablesIsFoundOrTheSumIsAnother() throws IOException {
        StoreProof.Content sound = StoreProof.scan(store);
        for (String kind : List.of("MANIFEST", "CURRENT")) {
            Path file = files(kind).get(0);
            byte[] whole = Files.readAllBytes(file);
            for (int at = 0; at < whole.length; at += whole.length < 50 ? 1 : 13) {
                byte[] bytes = whole.clone();
                bytes[at] ^= (byte) (1 << at % 8);
                Files.write(file, bytes);
                try {
                    StoreProof.Content content = StoreProof.scan(store);
                    assertThat(content.equals(sound)
                                    || !content.digest().equals(sound.digest())
                                            && content.last().number() < 5)
                            .as("byte %d of %s: %s", at, kind, content)
                            .isTrue();
                } catch (OperatorFault fault) {
                    assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
                }
            }
            Files.write(file, whole);
        }
    }
}
