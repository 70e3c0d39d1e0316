package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.LongRange;
import oks.testing.FaultyDisk;

/** Any sequence of changes, in any grouping, with rotations anywhere, is read back as it was written. */
final class WhatIsWrittenIsReadTest {
    /** What happens to a log next. */
    private enum Act {
        GROUP,
        HEARTBEAT,
        ROTATE,
        FRESH_FILE,
        STOP_AND_START,
        KILL_AND_START
    }

    record Step(Act act, List<Change> changes) {}

    private static final Instant TIME = Instant.parse("2026-12-31T23:59:59.999999Z");

    @Provide
    Arbitrary<Change> changes() {
        Arbitrary<byte[]> fingerprint = bytes(32);
        Arbitrary<byte[]> content = bytes(600);
        Arbitrary<String> text = Arbitraries.strings().ofMaxLength(60);
        Arbitrary<Hash> hash = bytes(32, 32).map(Hash::of);
        Arbitrary<Change.Replaced> replaced = Combinators.combine(
                        Arbitraries.longs().greaterOrEqual(0), hash)
                .as((lsn, element) -> new Change.Replaced(new Lsn(lsn), element));
        Arbitrary<Change> put = Combinators.combine(fingerprint, content, text, replaced)
                .as((f, c, origin, r) -> new Change.Put(new Lsn(1), TIME, f, c, origin, r));
        Arbitrary<Tombstone> tombstone = Combinators.combine(text, text, Arbitraries.of(true, false))
                .as((by, reason, blocked) -> new Tombstone(TIME, blocked, by, reason));
        Arbitrary<Change> delete = Combinators.combine(
                        fingerprint, tombstone, Arbitraries.of(true, false), replaced, hash)
                .as((f, t, kept, r, h) -> new Change.Delete(new Lsn(1), TIME, f, t, kept, r, h));
        Arbitrary<Change> point = text.map(name -> new Change.Point(new Lsn(1), TIME, name));
        return Arbitraries.oneOf(put, delete, point);
    }

    private static Arbitrary<byte[]> bytes(int most) {
        return bytes(0, most);
    }

    private static Arbitrary<byte[]> bytes(int least, int most) {
        return Arbitraries.bytes().array(byte[].class).ofMinSize(least).ofMaxSize(most);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Act> act = Arbitraries.frequency(
                Tuple.of(6, Act.GROUP),
                Tuple.of(1, Act.HEARTBEAT),
                Tuple.of(2, Act.ROTATE),
                Tuple.of(1, Act.FRESH_FILE),
                Tuple.of(1, Act.STOP_AND_START),
                Tuple.of(1, Act.KILL_AND_START));
        return Combinators.combine(act, changes().list().ofMinSize(1).ofMaxSize(4))
                .as(Step::new)
                .list()
                .ofMaxSize(12);
    }

    @Property(tries = 300)
    void whateverWasWrittenIsReadBack(@ForAll("steps") List<Step> steps) throws IOException {
        FaultyDisk disk = new FaultyDisk(0);
        List<String> written = new ArrayList<>();
        List<LogPosition> positions = new ArrayList<>();
        Digest digest = Digest.EMPTY;
        RecoveryLog log = begin(disk);
        for (Step step : steps) {
            switch (step.act()) {
                case GROUP -> {
                    List<Change> group = new ArrayList<>();
                    for (Change change : step.changes()) {
                        Change numbered = numbered(change, log.position().last().number() + group.size() + 1);
                        digest = numbered.appliedTo(digest);
                        group.add(numbered);
                        written.add(LoggedDatabase.text(numbered));
                    }
                    positions.add(log.append(group, digest).end());
                }
                case HEARTBEAT -> log.append(List.of(), digest);
                case ROTATE -> log.rotate(Seal.Reason.ROTATED);
                case FRESH_FILE -> log.moveToFreshFile();
                case STOP_AND_START -> {
                    log.close();
                    log = begin(disk);
                }
                case KILL_AND_START -> log = begin(disk);
            }
            assertThat(log.position().digest()).isEqualTo(digest);
        }
        RecoveryFixtures.Read read = RecoveryFixtures.read(disk);
        assertThat(read.changes()).isEqualTo(written);
        assertThat(read.end().position()).isEqualTo(log.position());
        for (LogPosition from : positions) {
            assertThat(RecoveryFixtures.read(disk, RecoveryFixtures.files(disk), from)
                            .changes())
                    .isEqualTo(written.subList((int) from.last().number(), written.size()));
        }
    }

    private static RecoveryLog begin(FaultyDisk disk) throws IOException {
        RecoveryChain.ChainEnd end = RecoveryFixtures.read(disk).end();
        LogPosition after = end.unsealed() ? RecoveryChain.sealUnclean(end, TIME) : end.position();
        return RecoveryLog.begin(
                new RecoveryDirectory(disk, RecoveryFixtures.DIRECTORY),
                RecoveryFixtures.IDENTITY,
                after,
                () -> TIME,
                after::ordinal,
                "test");
    }

    private static Change numbered(Change change, long number) {
        Lsn lsn = new Lsn(number);
        return switch (change.kind()) {
            case PUT -> {
                Change.Put put = (Change.Put) change;
                yield new Change.Put(lsn, TIME, put.fingerprint(), put.content(), put.origin(), put.replaced());
            }
            case DELETE -> {
                Change.Delete delete = (Change.Delete) change;
                yield new Change.Delete(
                        lsn,
                        TIME,
                        delete.fingerprint(),
                        delete.tombstone(),
                        delete.certificateKept(),
                        delete.replaced(),
                        delete.replacedTombstone());
            }
            case POINT -> new Change.Point(lsn, TIME, ((Change.Point) change).name());
        };
    }

    @Property
    void everyPayloadIsReadBack(@ForAll("changes") Change change) {
        ByteBuffer payload = ByteBuffer.allocate(ChangeCodec.length(change)).order(ByteOrder.LITTLE_ENDIAN);
        ChangeCodec.write(change, payload);
        assertThat(payload.hasRemaining()).isFalse();
        FrameHeader header = new FrameHeader(
                payload.capacity(), ChangeCodec.type(change), change.lsn().number(), Micros.of(change.time()), 0);
        Change read = ChangeCodec.read(header, payload.flip());
        assertThat(LoggedDatabase.text(read)).isEqualTo(LoggedDatabase.text(change));
        assertThat(read).usingRecursiveComparison().isEqualTo(change);
    }

    @Property
    void aFrameHeaderIsReadBackOnlyWhereItStands(
            @ForAll int length, @ForAll FrameType type, @ForAll long lsn, @ForAll long micros, @ForAll long salt) {
        FrameHeader header = new FrameHeader(length & Integer.MAX_VALUE, type, lsn, micros, 4711);
        ByteBuffer bytes = ByteBuffer.allocate(RecoveryFormat.FRAME_HEADER).order(ByteOrder.LITTLE_ENDIAN);
        header.write(bytes, 0, salt, 4096);
        assertThat(FrameHeader.read(bytes, 0, salt, 4096)).contains(header);
        assertThat(FrameHeader.read(bytes, 0, salt, 4104)).isEmpty();
        assertThat(FrameHeader.read(bytes, 0, salt + 1, 4096)).isEmpty();
    }

    @Property
    void everyEndRecordIsReadBack(
            @ForAll long first, @ForAll long last, @ForAll int number, @ForAll long offset, @ForAll long salt) {
        Digest digest = new Digest(new Hash(salt, first, last, offset));
        ByteBuffer bytes = ByteBuffer.allocate(8 + RecoveryFormat.END_PAYLOAD).order(ByteOrder.LITTLE_ENDIAN);
        CommitRecord commit = new CommitRecord(first, last, number, offset, digest);
        commit.write(bytes, 8);
        assertThat(CommitRecord.read(bytes, 8)).isEqualTo(commit);
        SealRecord seal = new SealRecord(first, last, offset, number, digest);
        seal.write(bytes, 8);
        assertThat(SealRecord.read(bytes, 8)).isEqualTo(seal);
    }

    @Property
    void everyFileHeaderIsReadBack(
            @ForAll long salt,
            @ForAll int ordinal,
            @ForAll @LongRange(max = Lsn.LAST - 1) long lsn,
            @ForAll String writer,
            @ForAll boolean forked)
            throws IOException {
        RecoveryFileName before = new RecoveryFileName("sample", TIME, 1L + Integer.toUnsignedLong(ordinal));
        Lsn last = new Lsn(lsn);
        LogPosition predecessor = new LogPosition(before, lsn, last, new Hash(salt, lsn, 3, 4), new Digest(Hash.ZERO));
        Timeline first = RecoveryFixtures.IDENTITY.timeline();
        Timeline timeline = forked ? first.fork(new UUID(salt, lsn), last, Digest.EMPTY) : first;
        RecoveryHeader header = new RecoveryHeader(
                before.next(TIME),
                RecoveryFixtures.IDENTITY.database(),
                timeline,
                TIME,
                salt,
                predecessor,
                writer.replace("\0", ""));
        FaultyDisk disk = new FaultyDisk(0);
        Path file = RecoveryFixtures.DIRECTORY.resolve(header.name().toString());
        disk.put(file, header.encode().array());
        assertThat(RecoveryFile.of(disk, file).orElseThrow().header()).isEqualTo(header);
        assertThat(header.writer().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(64);
    }
}
