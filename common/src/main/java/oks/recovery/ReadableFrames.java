package oks.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.durable.DurableFile;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * Every frame of a recovery file that can still be read, whatever is damaged before it: for salvage alone, because it
 * proves nothing about what is between two frames. Frames are found by their own checksums, which no other bytes match.
 * A file whose header is damaged is read too, if the salt in it is right. One thread.
 */
public final class ReadableFrames {
    private final FileWindow window;
    private final long salt;
    private final Visitor visitor;
    private final List<Uncommitted> uncommitted = new ArrayList<>();
    private final List<Damage> damages = new ArrayList<>();
    private long changes;
    private long damagedFrom = -1;
    private Optional<Seal.Reason> sealed = Optional.empty();

    private ReadableFrames(FileWindow window, long salt, Visitor visitor) {
        this.window = window;
        this.salt = salt;
        this.visitor = visitor;
    }

    /** Receives what is there, in the order of the file. */
    public interface Visitor {
        /** @param committed whether a later frame of the file says that it was durable */
        void change(Change change, boolean committed) throws IOException;

        default void unreadable(Unreadable change, boolean committed) throws IOException {}

        /** A commit record or seal record: the last change up to it, and the state digest after that. */
        default void endRecord(Lsn last, Digest digest) {}
    }

    /**
     * A change whose content cannot be read.
     *
     * @param fingerprint what stands where the fingerprint should; not to be trusted, and may be of any length
     */
    public record Unreadable(Lsn lsn, Instant time, Change.Kind kind, byte[] fingerprint) {}

    /** Hands over a change since the last COMMIT. */
    private interface Uncommitted {
        void release(boolean committed) throws IOException;
    }

    /**
     * Bytes that are no frame or whose payload is not what was written.
     *
     * @param atEnd whether no frame was read after them, as where a group was torn
     */
    public record Damage(long offset, long bytes, boolean atEnd) {}

    /**
     * The readable part of a file.
     *
     * @param changes how many were handed over
     * @param sealed why the file was ended, if its SEAL could be read
     */
    public record Findings(long changes, List<Damage> damages, Optional<Seal.Reason> sealed) {
        public Findings {
            damages = List.copyOf(damages);
        }

        /** Whether the log can end with this file: it was in use, or oksd stopped; not, if another one was begun. */
        public boolean mayBeLast() {
            boolean readToTheEnd = damages.stream().allMatch(damage -> damage.offset() > 0);
            return readToTheEnd && sealed.filter(Seal.Reason::hasSuccessor).isEmpty();
        }
    }

    /**
     * Reads a file.
     *
     * @param limit bytes at and after this offset are void
     */
    public static Findings read(RecoveryFile from, long limit, Visitor visitor) throws IOException {
        try (DurableFile file = from.open()) {
            ByteBuffer header = ByteBuffer.allocate(RecoveryFormat.HEADER).order(ByteOrder.LITTLE_ENDIAN);
            if (file.read(header, 0) < RecoveryFormat.HEADER) {
                return new Findings(0, List.of(new Damage(0, file.size(), true)), Optional.empty());
            }
            FileWindow window = new FileWindow(file, RecoveryFormat.HEADER);
            window.limit(limit);
            ReadableFrames frames = new ReadableFrames(window, header.getLong(RecoveryFormat.SALT), visitor);
            frames.readAll();
            return new Findings(frames.changes, frames.damages, frames.sealed);
        }
    }

    private void readAll() throws IOException {
        while (window.has(RecoveryFormat.FRAME_HEADER)) {
            Optional<FrameHeader> frame = FrameHeader.read(window.bytes(), 0, salt, window.offset());
            if (frame.isEmpty() && damagedFrom < 0 && window.onlyZerosAhead()) {
                break;
            }
            long length = frame.map(FrameHeader::frameLength).orElse(Long.MAX_VALUE);
            if (length > RecoveryFormat.MAX_GROUP || !window.has((int) length)) {
                damaged();
                window.advance(RecoveryFormat.ALIGNMENT);
            } else {
                take(frame.orElseThrow());
                window.advance((int) length);
            }
        }
        if (window.available() > 0 && damagedFrom < 0 && !window.onlyZerosAhead()) {
            damaged();
        }
        endOfDamage(window.limit(), true);
        release(false);
    }

    private void take(FrameHeader frame) throws IOException {
        ByteBuffer payload = window.bytes()
                .limit(RecoveryFormat.FRAME_HEADER + frame.payloadLength())
                .position(RecoveryFormat.FRAME_HEADER);
        boolean whole = frame.payloadChecksum()
                == FrameHeader.payloadChecksum(window.bytes(), RecoveryFormat.FRAME_HEADER, frame.payloadLength());
        if (whole) {
            endOfDamage(window.offset(), false);
        } else {
            damaged();
        }
        if (!frame.type().isEndRecord()) {
            uncommitted.add(whole ? readable(frame, payload) : unreadable(frame, payload));
        } else if (whole && frame.payloadLength() == RecoveryFormat.END_PAYLOAD) {
            release(true);
            visitor.endRecord(new Lsn(frame.lsn()), digest(frame.type(), payload));
        }
    }

    /** The state digest in an end record. */
    private Digest digest(FrameType type, ByteBuffer payload) {
        if (type == FrameType.COMMIT) {
            return CommitRecord.read(payload, RecoveryFormat.FRAME_HEADER).digest();
        }
        SealRecord seal = SealRecord.read(payload, RecoveryFormat.FRAME_HEADER);
        sealed = Seal.Reason.of(seal.reason());
        return seal.digest();
    }

    private Uncommitted readable(FrameHeader frame, ByteBuffer payload) {
        Change change = ChangeCodec.read(frame, payload);
        return committed -> {
            visitor.change(change, committed);
            changes++;
        };
    }

    private Uncommitted unreadable(FrameHeader frame, ByteBuffer payload) {
        Change.Kind kind = Change.Kind.valueOf(frame.type().name());
        int from = payload.position()
                + switch (kind) {
                    case PUT -> ChangeCodec.PUT_FIXED;
                    case DELETE -> ChangeCodec.DELETE_FIXED;
                    case POINT -> frame.payloadLength();
                };
        int begin = Math.min(from, payload.limit());
        int length = frame.payloadLength() == 0 ? 0 : Byte.toUnsignedInt(payload.get(payload.position()));
        byte[] fingerprint = new byte[Math.min(length, payload.limit() - begin)];
        payload.get(begin, fingerprint);
        Unreadable change = new Unreadable(new Lsn(frame.lsn()), Micros.instant(frame.micros()), kind, fingerprint);
        return committed -> visitor.unreadable(change, committed);
    }

    private void damaged() {
        damagedFrom = damagedFrom < 0 ? window.offset() : damagedFrom;
    }

    private void endOfDamage(long offset, boolean atEnd) {
        if (damagedFrom >= 0) {
            damages.add(new Damage(damagedFrom, offset - damagedFrom, atEnd));
            damagedFrom = -1;
        }
    }

    /** Hands over the changes since the last COMMIT. */
    private void release(boolean committed) throws IOException {
        for (Uncommitted change : uncommitted) {
            change.release(committed);
        }
        uncommitted.clear();
    }

    /** A file's header; empty when it is damaged. */
    public static Optional<RecoveryHeader> header(RecoveryFile file) throws IOException {
        try {
            return Optional.of(file.header());
        } catch (OperatorFault damaged) {
            if (damaged.code() != ExitCode.DAMAGED) {
                throw damaged;
            }
            return Optional.empty();
        }
    }
}
