package oks.recovery;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.durable.DurableFile;

/**
 * Reads one recovery file, group by group, and says how it ended. Memory is bounded by the largest group, not by the
 * file.
 *
 * <p>The reader only observes: whether a bad frame is a torn tail or damage depends on other files and is decided by
 * {@link RecoveryChain}. One thread.
 */
public final class RecoveryReader implements Closeable {
    /** The kind of end that reading came to. */
    public enum EndKind {
        /** With a SEAL: the file is complete. */
        SEALED,
        /** After a whole group, or before zeros: the file was in use, or its successor voids the rest. */
        OPEN,
        /** Before a frame that does not check. */
        BAD
    }

    /**
     * @param position after the last valid group (or after the SEAL)
     * @param seal present when the kind is SEALED
     * @param bad present when the kind is BAD
     */
    public record End(EndKind kind, LogPosition position, Optional<Seal> seal, Optional<BadFrame> bad) {
        private static End sealed(LogPosition position, Seal seal) {
            return new End(EndKind.SEALED, position, Optional.of(seal), Optional.empty());
        }

        private static End open(LogPosition position) {
            return new End(EndKind.OPEN, position, Optional.empty(), Optional.empty());
        }

        private static End bad(LogPosition position, BadFrame frame) {
            return new End(EndKind.BAD, position, Optional.empty(), Optional.of(frame));
        }
    }

    /**
     * @param offset where the frame begins
     * @param what what is wrong, for people
     * @param wasDurable whether a later frame proves that these bytes had been forced to disk
     */
    public record BadFrame(long offset, String what, boolean wasDurable) {}

    private final DurableFile file;
    private final RecoveryHeader header;
    private final FileWindow window;
    private LogPosition position;
    private long changes;
    private Optional<End> end = Optional.empty();

    private RecoveryReader(DurableFile file, RecoveryHeader header) throws IOException {
        this.file = file;
        this.header = header;
        this.window = new FileWindow(file, RecoveryFormat.HEADER);
        this.position = header.start();
    }

    /** A reader of an open file, which it owns from now on, also when this fails. */
    static RecoveryReader over(DurableFile file) throws IOException {
        try {
            return new RecoveryReader(file, RecoveryHeader.read(file));
        } catch (IOException | RuntimeException e) {
            try (file) { // still ours: no reader exists yet
                throw e;
            }
        }
    }

    public RecoveryHeader header() {
        return header;
    }

    public Path path() {
        return file.path();
    }

    /** Treats bytes from this offset on as not there: a successor declared them void. */
    public void voidFrom(long length) {
        window.limit(length);
    }

    /** The position after the groups read so far. */
    public LogPosition position() {
        return position;
    }

    /** The next valid group; empty at the end: then {@link #end} tells which end it was. */
    public Optional<Group> next() throws IOException {
        if (end.isPresent()) {
            return Optional.empty();
        }
        try {
            Frames frames = frames();
            if (frames.last().type() == FrameType.COMMIT) {
                return Optional.of(commit(frames));
            }
            end = Optional.of(seal(frames));
        } catch (InvalidFrame invalid) {
            end = Optional.of(endBefore(invalid));
        }
        position = end().position();
        return Optional.empty();
    }

    /**
     * Forgets that the end was reached, so that {@link #next} reads on after the last whole group: of a file that is
     * still written. Of a complete file the end stays.
     */
    public void resume() throws IOException {
        if (end.isPresent() && end().kind() != EndKind.SEALED) {
            end = Optional.empty();
            window.refresh();
        }
    }

    /** How reading ended; only after {@link #next} returned empty. */
    public End end() {
        return end.orElseThrow(() -> new IllegalStateException("the file is not read to its end"));
    }

    /** A frame that must not stand where it stands, or that is none. Leaves the reading of a group. */
    private static final class InvalidFrame extends Exception {
        private static final long serialVersionUID = 1;

        /** Where it begins, from the window's beginning. */
        private final int at;

        InvalidFrame(int at, String what) {
            super(what, null, false, false);
            this.at = at;
        }
    }

    /**
     * The frames of a group, or the last frame of the file alone.
     *
     * @param last a COMMIT or SEAL
     * @param at where that begins, from the window's beginning
     */
    private record Frames(List<Change> changes, FrameHeader last, int at) {
        int payload() {
            return at + RecoveryFormat.FRAME_HEADER;
        }

        void require(boolean fits, String otherwise) throws InvalidFrame {
            if (!fits) {
                throw new InvalidFrame(at, otherwise);
            }
        }
    }

    /** The changes up to the next end record, and that, its own payload not looked at. */
    private Frames frames() throws IOException, InvalidFrame {
        List<Change> changes = new ArrayList<>();
        int at = 0;
        FrameHeader frame = frame(at);
        while (!frame.type().isEndRecord()) {
            changes.add(change(frame, at, position.last().number() + changes.size() + 1));
            at += (int) frame.frameLength();
            frame = frame(at);
        }
        return new Frames(changes, frame, at);
    }

    /** The checked frame at this place of the group. */
    private FrameHeader frame(int at) throws IOException, InvalidFrame {
        if (!window.has(at + RecoveryFormat.FRAME_HEADER)) {
            throw new InvalidFrame(at, "the file ends inside a group");
        }
        FrameHeader frame = FrameHeader.read(window.bytes(), at, header.salt(), window.offset() + at)
                .orElseThrow(() -> new InvalidFrame(at, "the frame header does not match its checksum"));
        long length = frame.frameLength();
        if (at + length > RecoveryFormat.MAX_GROUP) {
            throw new InvalidFrame(at, "the group is longer than any that is written");
        }
        if (!window.has((int) (at + length))) {
            throw new InvalidFrame(at, "the file ends inside a frame");
        }
        int payload = at + RecoveryFormat.FRAME_HEADER;
        if (frame.payloadChecksum() != FrameHeader.payloadChecksum(window.bytes(), payload, frame.payloadLength())) {
            throw new InvalidFrame(at, "the payload does not match its checksum");
        }
        return frame;
    }

    private Change change(FrameHeader frame, int at, long expectedLsn) throws InvalidFrame {
        if (frame.lsn() != expectedLsn) {
            throw new InvalidFrame(at, "LSN " + frame.lsn() + " stands where LSN " + expectedLsn + " is expected");
        }
        int payload = at + RecoveryFormat.FRAME_HEADER;
        try {
            return ChangeCodec.read(
                    frame, window.bytes().limit(payload + frame.payloadLength()).position(payload));
        } catch (RuntimeException e) {
            throw new InvalidFrame(at, "the payload makes no sense: " + e.getMessage());
        }
    }

    private Group commit(Frames frames) throws InvalidFrame {
        String otherwise = "the COMMIT does not fit the changes before it";
        frames.require(frames.last().payloadLength() == RecoveryFormat.END_PAYLOAD, otherwise);
        CommitRecord commit = CommitRecord.read(window.bytes(), frames.payload());
        Lsn last = new Lsn(position.last().number() + frames.changes().size());
        frames.require(
                commit.first() == position.last().number() + 1
                        && commit.last() == last.number()
                        && commit.changes() == frames.changes().size()
                        && commit.groupOffset() == position.length(),
                otherwise);
        LogPosition after = after(frames, last, commit.digest());
        changes += frames.changes().size();
        position = after;
        window.advance(frames.at() + RecoveryFormat.END_FRAME);
        return new Group(frames.changes(), after, Micros.instant(frames.last().micros()));
    }

    private End seal(Frames frames) throws IOException, InvalidFrame {
        String otherwise = "the SEAL does not fit the file before it";
        frames.require(frames.last().payloadLength() == RecoveryFormat.END_PAYLOAD, otherwise);
        SealRecord seal = SealRecord.read(window.bytes(), frames.payload());
        Seal.Reason reason = Seal.Reason.of(seal.reason()).orElseThrow(() -> new InvalidFrame(frames.at(), otherwise));
        frames.require(
                frames.changes().isEmpty()
                        && seal.changes() == changes
                        && seal.last() == position.last().number()
                        && seal.fileLength() == position.length() + RecoveryFormat.END_FRAME,
                otherwise);
        LogPosition after = after(frames, position.last(), seal.digest());
        if (file.size() > after.length()) {
            // Nothing is ever written after a SEAL, so no crash explains this; also where the next file knows how long
            // it was.
            return End.bad(after, new BadFrame(after.length(), "bytes stand after the end of the file", true));
        }
        return End.sealed(
                after,
                new Seal(
                        changes,
                        after.length(),
                        reason,
                        Micros.instant(frames.last().micros())));
    }

    /** The position after an end record whose chain hash is right. */
    private LogPosition after(Frames frames, Lsn last, Digest digest) throws InvalidFrame {
        Hash chain = ChainHash.after(position.chain(), window.bytes(), frames.at());
        frames.require(
                frames.last().lsn() == last.number() && chain.equals(ChainHash.read(window.bytes(), frames.at())),
                "the chain hash does not fit the changes before it");
        return new LogPosition(
                header.name(), position.length() + frames.at() + RecoveryFormat.END_FRAME, last, chain, digest);
    }

    /** How the file ends after its last whole group: before zeros or nothing, or before a bad frame. */
    private End endBefore(InvalidFrame invalid) throws IOException {
        if (invalid.at == 0 && window.onlyZerosAhead()) {
            return End.open(position);
        }
        long offset = window.offset() + invalid.at;
        boolean wasDurable = DurabilityEvidence.exists(file, header.salt(), position, offset, window.limit());
        return End.bad(position, new BadFrame(offset, invalid.getMessage(), wasDurable));
    }

    /** When the file was begun. */
    public Instant begun() {
        return header.begun();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
