package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import oks.fuzz.FuzzTarget;

/**
 * The payload of a frame behind good checksums, its type in the first byte: what is read is written, and read again the
 * same.
 */
public final class ChangeTarget implements FuzzTarget {
    @Override
    public List<byte[]> seeds() {
        byte[] fingerprint = RecoveryFixtures.fingerprint(1);
        return Stream.of(
                        new Change.Put(
                                new Lsn(1),
                                Instant.EPOCH,
                                fingerprint,
                                new byte[] {1, 2, 3},
                                "hkp",
                                Change.Replaced.NOTHING),
                        new Change.Delete(
                                new Lsn(1),
                                Instant.EPOCH,
                                fingerprint,
                                new Tombstone(Instant.EPOCH, true, "uid 0", "asked by the owner"),
                                false,
                                Change.Replaced.NOTHING,
                                Hash.ZERO),
                        new Change.Point(new Lsn(1), Instant.EPOCH, "before the upgrade"))
                .map(ChangeTarget::written)
                .toList();
    }

    @Override
    public void read(byte[] input) {
        if (input.length > 0) {
            FrameType.of(input[0]).ifPresent(type -> read(type, input));
        }
    }

    private static void read(FrameType type, byte[] input) {
        ByteBuffer payload = ByteBuffer.wrap(input, 1, input.length - 1).slice().order(ByteOrder.LITTLE_ENDIAN);
        Change change;
        try {
            change = ChangeCodec.read(new FrameHeader(payload.remaining(), type, 1, 0, 0), payload);
        } catch (RuntimeException refused) { // what RecoveryReader turns into a bad frame
            return;
        }
        byte[] again = written(change);
        ByteBuffer rest = ByteBuffer.wrap(again, 1, again.length - 1).slice().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(written(ChangeCodec.read(new FrameHeader(rest.remaining(), type, 1, 0, 0), rest)))
                .isEqualTo(again);
    }

    private static byte[] written(Change change) {
        ByteBuffer frame = ByteBuffer.allocate(1 + ChangeCodec.length(change)).order(ByteOrder.LITTLE_ENDIAN);
        ChangeCodec.write(change, frame.put(ChangeCodec.type(change).number()));
        assertThat(frame.hasRemaining()).isFalse();
        return frame.array();
    }
}
