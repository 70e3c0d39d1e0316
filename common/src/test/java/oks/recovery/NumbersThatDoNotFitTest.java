package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.testing.FaultyDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files whose checksums and chain hashes are right, but whose numbers contradict each other: no disk makes them, only a
 * program with a fault. The first file has a PUT with LSN 1, one with LSN 2, a COMMIT, a PUT with LSN 3, a COMMIT, a
 * SEAL.
 */
final class NumbersThatDoNotFitTest {
    private static final int PUT = 1;
    private static final int COMMIT = 2;
    private static final int SEAL = 5;

    private Path path;
    private ByteBuffer file;
    private RecoveryHeader header;
    private final List<Integer> frames = new ArrayList<>();

    @BeforeEach
    void takeTheFirstFile() throws IOException {
        FaultyDisk disk = RecoveryFixtures.disk();
        path = RecoveryFixtures.files(disk).get(0);
        header = RecoveryFile.of(disk, path).orElseThrow().header();
        file = ByteBuffer.wrap(disk.bytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = RecoveryFormat.HEADER;
                at < file.capacity();
                at += (int) RecoveryFormat.frameLength(file.getInt(at))) {
            frames.add(at);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "the LSN of a change that was there already,        1,  8, 1, LSN 1 stands where LSN 2 is expected",
        "the LSN of a change to come,                       1,  8, 3, LSN 3 stands where LSN 2 is expected",
        "the LSN of a COMMIT,                               2,  8, 3, the chain hash does not fit the changes before it",
        "the first LSN of a group,                          2, 32, 2, the COMMIT does not fit the changes before it",
        "the last LSN of a group,                           2, 40, 3, the COMMIT does not fit the changes before it",
        "what was durable before a group,                   4, 56, 0, the COMMIT does not fit the changes before it",
        "the number of changes in a file,                   5, 32, 2, the SEAL does not fit the file before it",
        "the last LSN of a file,                            5, 40, 4, the SEAL does not fit the file before it",
        "the length of a file,                              5, 48, 8, the SEAL does not fit the file before it",
    })
    void aNumberThatContradictsTheOthersIsABadFrame(String what, int frame, int offset, long number, String said)
            throws IOException {
        file.putLong(frames.get(frame) + offset, number);
        assertThat(reading().bad()).hasValueSatisfying(bad -> {
            assertThat(bad.what()).isEqualTo(said);
            assertThat(bad.offset()).isEqualTo(frames.get(frame).longValue());
        });
    }

    @Test
    void aGroupOfFewerChangesThanItsCommitCountsIsABadFrame() throws IOException {
        file.putInt(frames.get(COMMIT) + RecoveryFormat.FRAME_HEADER + 16, 1);
        assertThat(reading().bad())
                .hasValueSatisfying(bad -> assertThat(bad.what()).startsWith("the COMMIT does not fit"));
    }

    @Test
    void aSealWithoutAReasonThatIsKnownIsABadFrame() throws IOException {
        file.putInt(frames.get(SEAL) + RecoveryFormat.FRAME_HEADER + 24, 77);
        assertThat(reading().bad())
                .hasValueSatisfying(bad -> assertThat(bad.what()).startsWith("the SEAL does not fit"));
    }

    @Test
    void aFlippedByteOfAPayloadIsFoundInItsOwnFrame() throws IOException {
        int at = frames.get(PUT) + RecoveryFormat.FRAME_HEADER + 60;
        assertThat(reading().kind()).isEqualTo(RecoveryReader.EndKind.SEALED);
        file.put(at, (byte) (file.get(at) ^ 1));
        assertThat(end().bad()).hasValueSatisfying(bad -> {
            assertThat(bad.what()).isEqualTo("the payload does not match its checksum");
            assertThat(bad.offset()).isEqualTo(frames.get(PUT).longValue());
        });
    }

    /** Reads the file with every checksum and chain hash made anew. */
    private RecoveryReader.End reading() throws IOException {
        Hash chain = header.chainStart();
        int group = frames.get(0);
        for (int at : frames) {
            int length = file.getInt(at);
            FrameType type = FrameType.of(file.get(at + 4)).orElseThrow();
            int payload = at + RecoveryFormat.FRAME_HEADER;
            if (type.isEndRecord()) {
                chain = ChainHash.after(chain, file.slice(group, file.capacity() - group), at - group);
                chain.write(file.position(payload + RecoveryFormat.END_CHAIN));
                group = at + RecoveryFormat.END_FRAME;
            }
            int checksum = FrameHeader.payloadChecksum(file, payload, length);
            new FrameHeader(length, type, file.getLong(at + 8), file.getLong(at + 16), checksum)
                    .write(file, at, header.salt(), at);
        }
        return end();
    }

    private RecoveryReader.End end() throws IOException {
        FaultyDisk disk = new FaultyDisk(1);
        disk.put(path, file.array());
        try (RecoveryReader reader = RecoveryFile.reader(disk, path)) {
            while (reader.next().isPresent()) {
                // only how it ends is looked at
            }
            return reader.end();
        }
    }
}
