package oks.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import oks.durable.DurableFile;
import oks.fault.OperatorFault;

/**
 * The time that the log had reached at a position, so that times do not go back when the clock does between two starts.
 */
final class LastTime {
    private LastTime() {}

    /** As the file says in which the position is; at least the time in its name: it may be gone. */
    static Instant of(RecoveryFile file, LogPosition position) throws IOException {
        Instant named = file.name().timestamp();
        if (!file.disk().exists(file.path())) {
            return named;
        }
        try (DurableFile reading = file.open()) {
            Instant written = of(reading, RecoveryHeader.read(reading), position.length());
            return written.isAfter(named) ? written : named;
        } catch (OperatorFault unreadable) {
            return named; // not needed to go on; whoever reads the chain will say what is wrong
        }
    }

    /** The time in the COMMIT or SEAL that ends at this offset; the file's own beginning when there is none. */
    static Instant of(DurableFile file, RecoveryHeader header, long end) throws IOException {
        long record = end - RecoveryFormat.END_FRAME;
        ByteBuffer bytes = ByteBuffer.allocate(RecoveryFormat.FRAME_HEADER).order(ByteOrder.LITTLE_ENDIAN);
        if (record < RecoveryFormat.HEADER || file.read(bytes, record) < RecoveryFormat.FRAME_HEADER) {
            return header.begun();
        }
        return FrameHeader.read(bytes, 0, header.salt(), record)
                .map(frame -> Micros.instant(frame.micros()))
                .orElse(header.begun());
    }
}
