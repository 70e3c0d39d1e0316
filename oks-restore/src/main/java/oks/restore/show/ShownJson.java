package oks.restore.show;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import oks.cli.JsonResult;
import oks.fault.OperatorFault;
import oks.fault.UtcTime;
import oks.recovery.Change;
import oks.recovery.Lsn;
import oks.recovery.RecoveryHeader;
import oks.recovery.RecoveryReader.End;

/** Recovery files for programs: one object, written as it grows. */
final class ShownJson extends ShownLog {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

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
        json.writeStartObject();
        json.writeNumberField("lsn", change.lsn().number());
        json.writeStringField("time", UtcTime.of(change.time()));
        json.writeStringField("kind", change.kind().name().toLowerCase(java.util.Locale.ROOT));
        switch (change.kind()) {
            case PUT -> {
                Change.Put put = (Change.Put) change;
                json.writeStringField("fingerprint", HEX.formatHex(put.fingerprint()));
                json.writeNumberField("bytes", put.content().length);
                json.writeStringField("origin", put.origin().isEmpty() ? null : put.origin());
                lsn("replaces_lsn", put.replaced().lsn());
                json.writeArrayFieldStart("user_ids");
                for (String userId : ShownChanges.userIds(put)) {
                    json.writeString(userId);
                }
                json.writeEndArray();
            }
            case DELETE -> {
                Change.Delete delete = (Change.Delete) change;
                json.writeStringField("fingerprint", HEX.formatHex(delete.fingerprint()));
                json.writeStringField("by", delete.tombstone().by());
                json.writeStringField("reason", delete.tombstone().reason());
                json.writeBooleanField("blocked", delete.tombstone().blocked());
                lsn("replaces_lsn", delete.replaced().lsn());
            }
            case POINT -> json.writeStringField("name", ((Change.Point) change).name());
        }
        json.writeEndObject();
    }

    @Override
    void end(End end, String verdict) throws IOException {
        json.writeEndArray();
        json.writeObjectFieldStart("end");
        json.writeStringField("kind", end.kind().name().toLowerCase(java.util.Locale.ROOT));
        json.writeStringField("verdict", verdict);
        json.writeNumberField("lsn", end.position().last().number());
        json.writeNumberField("bytes", end.position().length());
        json.writeStringField("chain", end.position().chain().hex());
        json.writeStringField("digest", end.position().digest().hex());
        json.writeFieldName("bad_offset");
        if (end.bad().isPresent()) {
            json.writeNumber(end.bad().get().offset());
        } else {
            json.writeNull();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void lsn(String name, Lsn lsn) throws IOException {
        json.writeFieldName(name);
        if (lsn.equals(Lsn.NONE)) {
            json.writeNull();
        } else {
            json.writeNumber(lsn.number());
        }
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
