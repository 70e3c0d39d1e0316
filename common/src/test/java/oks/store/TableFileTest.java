package oks.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import oks.openpgp.Fingerprint;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Table files that are damaged anywhere. Each reading must come to an end. */
@Timeout(120)
final class TableFileTest {
    private static final int CERTIFICATES = 100;
    /** A block of 4 KiB holds about ten certificates of 300 bytes. */
    private static final int IN_A_BLOCK = 25;

    @TempDir
    private Path scratch;

    private Path table;
    private byte[] whole;

    @BeforeEach
    void make() throws IOException {
        Path directory = scratch.resolve("db");
        try (SampleDatabase database = SampleDatabase.create(directory, 1)) {
            database.putTogether(LongStream.rangeClosed(1, CERTIFICATES).toArray())
                    .flush();
            try (var files = Files.list(directory.resolve("store"))) {
                Path made = files.filter(file -> file.toString().endsWith(TableFile.SUFFIX))
                        .findFirst()
                        .orElseThrow();
                table = Files.copy(made, scratch.resolve(made.getFileName()));
            }
        }
        whole = Files.readAllBytes(table);
        assertThat(TableFile.areAllIn(directory.resolve("store"))).isTrue();
    }

    private record Read(List<Fingerprint> certificates, Set<Fingerprint> indexed, TableFile.Findings outcome) {}

    private Read read(byte[] bytes) throws IOException {
        Files.write(table, bytes);
        List<Fingerprint> certificates = new ArrayList<>();
        Set<Fingerprint> indexed = new HashSet<>();
        TableFile.Findings outcome = TableFile.read(table, new TableFile.Visitor() {
            @Override
            public void certificate(StoredCertificate certificate) {
                certificates.add(certificate.fingerprint());
            }

            @Override
            public void indexed(Fingerprint primary) {
                indexed.add(primary);
            }
        });
        assertThat(certificates).as("none twice").doesNotHaveDuplicates();
        return new Read(certificates, indexed, outcome);
    }

    @Test
    void aWholeFileIsReadWhole() throws IOException {
        Read read = read(whole);
        assertThat(read.certificates).hasSize(CERTIFICATES).isSorted();
        assertThat(read.indexed).hasSize(CERTIFICATES);
        assertThat(read.outcome.damage()).isEmpty();
    }

    @Test
    void aFlippedByteCostsABlockUnlessTheFileCannotBeOpened() throws IOException {
        int opened = 0;
        int tried = 0;
        for (int at = 0; at < whole.length; at += 211) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x20;
            Read read = read(damaged);
            tried++;
            if (read.outcome.records() > 0) {
                opened++;
                assertThat(read.certificates.size())
                        .as("byte %d", at)
                        .isGreaterThanOrEqualTo(CERTIFICATES - IN_A_BLOCK);
            }
        }
        assertThat(opened).isGreaterThan(tried * 3 / 4);
    }

    @Test
    void severalDamagedBlocksAndTheLastOneAreSteppedOver() throws IOException {
        for (int from = 0; from < 5; from++) {
            byte[] damaged = whole.clone();
            for (int at = from * 1000; at < whole.length * 3 / 4; at += 9000) {
                damaged[at] ^= 1;
            }
            Read read = read(damaged);
            assertThat(read.outcome.damagedPlaces()).isGreaterThan(1);
            assertThat(read.certificates).isNotEmpty();
        }
        Arrays.fill(whole, whole.length / 4, whole.length * 3 / 4, (byte) 7);
        assertThat(read(whole).certificates).as("the first quarter").hasSizeBetween(5, CERTIFICATES - 5);
    }

    @Test
    void whatIsNoTableFileIsOneDamagedPlace() throws IOException {
        for (byte[] bytes : List.of(new byte[0], new byte[5000], Arrays.copyOf(whole, whole.length / 2))) {
            assertThat(read(bytes).outcome)
                    .isEqualTo(new TableFile.Findings(0, 1, read(bytes).outcome.damage()));
        }
        Path store = Files.createDirectory(scratch.resolve("empty"));
        assertThat(TableFile.areAllIn(store)).isFalse();
        assertThat(store).isEmptyDirectory();
    }
}
