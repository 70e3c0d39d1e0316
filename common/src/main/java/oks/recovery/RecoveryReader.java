package oks.recovery;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.durable.Disk;
import oks.durable.DurableFile;

/**
 * Reads one recovery file, group by group, and says how it ended. Memory is bounded by the largest group, not by the
 * file.
 *
 * <p>The reader only observes: whether a bad frame is a torn tail or damage depends on other files and is decided by
 * {@link RecoveryChain}. One thread.
 */
public final class RecoveryReader implements Closeable {
    /** No group, its COMMIT included, may be longer; a longer one is a bad frame. */
    static final int MAX_GROUP = 256 << 20;

    /** How reading ended. */
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
    public record End(EndKind kind, LogPosition position, Optional<Seal> seal, Optional<BadFrame> bad) {}

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
    private End end;

    private RecoveryReader(DurableFile file, RecoveryHeader header) throws IOException {
        this.file = file;
        this.header = header;
        this.window = new FileWindow(file, RecoveryHeader.LENGTH);
        this.position = header.start();
    }

    /**
     * Opens a recovery file, also one that was sealed meanwhile. The reader owns it: closing the reader closes both.
     */
    public static RecoveryReader open(Disk disk, Path path) throws IOException {
        return over(openFile(disk, path));
    }

    /**
     * A file that is being followed loses its {@code .partial} when it is sealed: who listed it before reads it all the
     * same.
     */
    static DurableFile openFile(Disk disk, Path path) throws IOException {
        try {
            return disk.openForReading(path);
        } catch (NoSuchFileException e) {
            Path sealed = RecoveryFileName.sealed(path);
            if (sealed.equals(path)) {
                throw e;
            }
            return disk.openForReading(sealed);
        }
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

    /** The next valid group, or empty at the end; then {@link #end} tells which end it was. */
    public Optional<Group> next() throws IOException {
        if (end != null) {
            return Optional.empty();
        }
        List<Change> group = new ArrayList<>();
        int at = 0;
        while (true) {
            FrameHeader frame = frame(at);
            if (frame == null) {
                return Optional.empty();
            }
            switch (frame.type()) {
                case PUT, DELETE, POINT -> {
                    Change change = change(frame, at, position.last().number() + group.size() + 1);
                    if (change == null) {
                        return Optional.empty();
                    }
                    group.add(change);
                    at += (int) FrameHeader.frameLength(frame.payloadLength());
                }
                case COMMIT -> {
                    return commit(frame, at, group);
                }
                case SEAL -> {
                    seal(frame, at, group);
                    return Optional.empty();
                }
            }
        }
    }

    /**
     * Forgets that the end was reached, so that {@link #next} reads on after the last whole group: of a file that is
     * still written. Of a complete file the end stays.
     */
    public void resume() throws IOException {
        if (end != null && end.kind() != EndKind.SEALED) {
            end = null;
            window.refresh();
        }
    }

    /** How reading ended; only after {@link #next} returned empty. */
    public End end() {
        if (end == null) {
            throw new IllegalStateException("the file is not read to its end");
        }
        return end;
    }

    /** The checked frame at this place of the group, or null when the file ends or is bad here. */
    private FrameHeader frame(int at) throws IOException {
        if (!window.has(at + FrameHeader.LENGTH)) {
            if (at == 0 && window.onlyZerosAhead()) {
                end = new End(EndKind.OPEN, position, Optional.empty(), Optional.empty());
                return null;
            }
            return bad(at, "the file ends inside a group");
        }
        FrameHeader frame = FrameHeader.read(window.bytes(), at, header.salt(), window.offset() + at);
        if (frame == null) {
            if (at == 0 && window.onlyZerosAhead()) {
                end = new End(EndKind.OPEN, position, Optional.empty(), Optional.empty());
                return null;
            }
            return bad(at, "the frame header does not match its checksum");
        }
        long length = FrameHeader.frameLength(frame.payloadLength());
        if (at + length > MAX_GROUP) {
            return bad(at, "the group is longer than any that is written");
        }
        if (!window.has((int) (at + length))) {
            return bad(at, "the file ends inside a frame");
        }
        int payload = at + FrameHeader.LENGTH;
        if (frame.payloadChecksum() != FrameHeader.payloadChecksum(window.bytes(), payload, frame.payloadLength())) {
            return bad(at, "the payload does not match its checksum");
        }
        return frame;
    }

    private Change change(FrameHeader frame, int at, long expectedLsn) throws IOException {
        if (frame.lsn() != expectedLsn) {
            bad(at, "LSN " + frame.lsn() + " stands where LSN " + expectedLsn + " is expected");
            return null;
        }
        try {
            return ChangeCodec.read(frame, payload(frame, at));
        } catch (RuntimeException e) {
            bad(at, "the payload makes no sense: " + e.getMessage());
            return null;
        }
    }

    private Optional<Group> commit(FrameHeader frame, int at, List<Change> group) throws IOException {
        ByteBuffer mark = payload(frame, at);
        long last = position.last().number() + group.size();
        if (frame.payloadLength() != GroupEncoder.MARK_PAYLOAD
                || mark.getLong(mark.position()) != position.last().number() + 1
                || mark.getLong(mark.position() + 8) != last
                || mark.getInt(mark.position() + 16) != group.size()
                || mark.getLong(mark.position() + 24) != position.length()) {
            bad(at, "the COMMIT does not fit the changes before it");
            return Optional.empty();
        }
        LogPosition after = markEnd(frame, at, new Lsn(last));
        if (after == null) {
            return Optional.empty();
        }
        changes += group.size();
        position = after;
        window.advance(at + GroupEncoder.MARK_FRAME);
        return Optional.of(new Group(group, after, Micros.instant(frame.micros())));
    }

    private void seal(FrameHeader frame, int at, List<Change> group) throws IOException {
        ByteBuffer mark = payload(frame, at);
        Optional<Seal.Reason> reason = Optional.empty();
        if (frame.payloadLength() == GroupEncoder.MARK_PAYLOAD) {
            reason = Seal.Reason.of(mark.getInt(mark.position() + 24));
        }
        if (reason.isEmpty()
                || !group.isEmpty()
                || mark.getLong(mark.position()) != changes
                || mark.getLong(mark.position() + 8) != position.last().number()
                || mark.getLong(mark.position() + 16) != position.length() + GroupEncoder.MARK_FRAME) {
            bad(at, "the SEAL does not fit the file before it");
            return;
        }
        LogPosition after = markEnd(frame, at, position.last());
        if (after == null) {
            return;
        }
        position = after;
        if (file.size() > after.length()) {
            // Nothing is ever written after a SEAL, so no crash explains this; also where the next file knows how long
            // it was.
            end = new End(
                    EndKind.BAD,
                    after,
                    Optional.empty(),
                    Optional.of(new BadFrame(after.length(), "bytes stand after the end of the file", true)));
            return;
        }
        end = new End(
                EndKind.SEALED,
                after,
                Optional.of(new Seal(changes, after.length(), reason.get(), Micros.instant(frame.micros()))),
                Optional.empty());
    }

    /** The position after a COMMIT or SEAL whose chain hash is right; null, with the end set, when it is not. */
    private LogPosition markEnd(FrameHeader frame, int at, Lsn last) throws IOException {
        Hash chain = GroupEncoder.chain(position.chain(), window.bytes(), at);
        ByteBuffer mark = payload(frame, at);
        Digest digest = new Digest(Hash.read(mark.position(mark.position() + 32)));
        if (frame.lsn() != last.number() || !chain.equals(Hash.read(mark))) {
            bad(at, "the chain hash does not fit the changes before it");
            return null;
        }
        return new LogPosition(header.name(), position.length() + at + GroupEncoder.MARK_FRAME, last, chain, digest);
    }

    private ByteBuffer payload(FrameHeader frame, int at) {
        int from = at + FrameHeader.LENGTH;
        return window.bytes().limit(from + frame.payloadLength()).position(from);
    }

    private FrameHeader bad(int at, String what) throws IOException {
        long offset = window.offset() + at;
        boolean wasDurable = LaterMarks.prove(file, header.salt(), position, offset, window.limit());
        end = new End(EndKind.BAD, position, Optional.empty(), Optional.of(new BadFrame(offset, what, wasDurable)));
        return null;
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
