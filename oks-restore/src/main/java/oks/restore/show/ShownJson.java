package oks.restore.show;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import oks.cli.JsonResult;
import oks.fault.OperatorFault;
import oks.fault.UtcTime;
import oks.json.Json;
import oks.json.OrNull;
import oks.recovery.Change;
import oks.recovery.Lsn;
import oks.recovery.RecoveryHeader;
import oks.recovery.RecoveryReader;

/** Recovery files for programs: one object, written as it grows. */
final class ShownJson extends ShownLog {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private record Put(
            long lsn,
            Instant time,
            Change.Kind kind,
            String fingerprint,
            long bytes,
            @OrNull String origin,
            Optional<Long> replacesLsn,
            List<String> userIds) {}

    private record Delete(
            long lsn,
            Instant time,
            Change.Kind kind,
            String fingerprint,
            String by,
            String reason,
            boolean blocked,
            Optional<Long> replacesLsn) {}

    private record Point(long lsn, Instant time, Change.Kind kind, String name) {}

    private record End(
            RecoveryReader.EndKind kind,
            String verdict,
            long lsn,
            long bytes,
            String chain,
            String digest,
            Optional<Long> badOffset) {}

    private final JsonGenerator json;
    private Optional<OperatorFault> damage = Optional.empty();

    ShownJson(JsonGenerator json, ShownChanges wanted) throws IOException {
        super(wanted);
        this.json = json;
        json.writeStartObject();
        json.writeArrayFieldStart("shown");
    }

    @Override
    void begin(Path file, RecoveryHeader header) throws IOException {
        json.writeStartObject();
        json.writeStringField("path", file.toString());
        json.writeStringField("database", header.name().database());
        json.writeStringField("database_id", header.database().toString());
        json.writeNumberField("timeline", header.timeline().number());
        json.writeStringField("timeline_id", header.timeline().id().toString());
        json.writeNumberField("ordinal", header.name().ordinal());
        json.writeStringField("begun", UtcTime.of(header.begun()));
        json.writeStringField("writer", header.writer());
        json.writeObjectFieldStart("follows");
        json.writeStringField(
                "file",
                header.predecessor().file() == null
                        ? null
                        : header.predecessor().file().toString());
        json.writeNumberField("bytes", header.predecessor().length());
        json.writeNumberField("lsn", header.predecessor().last().number());
        json.writeStringField("chain", header.predecessor().chain().hex());
        json.writeStringField("digest", header.predecessor().digest().hex());
        json.writeEndObject();
        json.writeArrayFieldStart("entries");
    }

    @Override
    void change(Change change) throws IOException {
        write(
                switch (change.kind()) {
                    case PUT -> shown((Change.Put) change);
                    case DELETE -> shown((Change.Delete) change);
                    case POINT -> shown((Change.Point) change);
                });
    }

    private static Put shown(Change.Put put) {
        return new Put(
                put.lsn().number(),
                put.time(),
                put.kind(),
                HEX.formatHex(put.fingerprint()),
                put.content().length,
                put.origin(),
                number(put.replaced().lsn()),
                ShownChanges.userIds(put));
    }

    private static Delete shown(Change.Delete delete) {
        return new Delete(
                delete.lsn().number(),
                delete.time(),
                delete.kind(),
                HEX.formatHex(delete.fingerprint()),
                delete.tombstone().by(),
                delete.tombstone().reason(),
                delete.tombstone().blocked(),
                number(delete.replaced().lsn()));
    }

    private static Point shown(Change.Point point) {
        return new Point(point.lsn().number(), point.time(), point.kind(), point.name());
    }

    @Override
    void end(RecoveryReader.End end, String verdict) throws IOException {
        json.writeEndArray();
        json.writeFieldName("end");
        write(new End(
                end.kind(),
                verdict,
                end.position().last().number(),
                end.position().length(),
                end.position().chain().hex(),
                end.position().digest().hex(),
                end.bad().map(bad -> bad.offset())));
        json.writeEndObject();
    }

    private void write(Record members) throws IOException {
        json.writeRawValue(Json.STANDARD.tree(members).toString());
    }

    private static Optional<Long> number(Lsn lsn) {
        return Optional.of(lsn).filter(some -> !some.equals(Lsn.NONE)).map(Lsn::number);
    }

    @Override
    void damaged(OperatorFault fault) {
        damage = damage.or(() -> Optional.of(fault));
    }

    /** Ends the object: whether all was shown as it should be is known only now. */
    @Override
    public void close() throws IOException {
        json.writeEndArray();
        json.writeBooleanField("ok", damage.isEmpty());
        if (damage.isPresent()) {
            json.writeFieldName("error");
            json.writeRawValue(JsonResult.error(damage.get()).toString());
        }
        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
    }
}
