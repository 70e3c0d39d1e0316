package oks.restore;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import oks.recovery.Change;
import oks.recovery.RecoveryHeader;
import oks.recovery.RecoveryReader.BadFrame;
import oks.recovery.RecoveryReader.End;

/** Recovery files for programs: one object, written as it grows. */
final class ShownJson extends ShownLog {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final JsonGenerator json;

    ShownJson(JsonGenerator json, ShownChanges wanted) throws IOException {
        super(wanted);
        this.json = json;
        json.writeStartObject();
        json.writeArrayFieldStart("files");
    }

    @Override
    void begin(Path file, RecoveryHeader header) throws IOException {
        json.writeStartObject();
        json.writeStringField("file", file.toString());
        json.writeStringField("database", header.name().database());
        json.writeStringField("uuid", header.database().toString());
        json.writeNumberField("timeline", header.timeline().number());
        json.writeStringField("timeline_id", header.timeline().id().toString());
        json.writeNumberField("ordinal", header.name().ordinal());
        json.writeStringField("begun", header.begun().toString());
        json.writeStringField("writer", header.writer());
        json.writeObjectFieldStart("follows");
        json.writeStringField("file", header.predecessor().file() == null ? "" : header.predecessor().file().toString());
        json.writeNumberField("length", header.predecessor().length());
        json.writeNumberField("lsn", header.predecessor().last().number());
        json.writeStringField("chain", header.predecessor().chain().hex());
        json.writeStringField("digest", header.predecessor().digest().hex());
        json.writeEndObject();
        json.writeArrayFieldStart("changes");
    }

    @Override
    void change(Change change) throws IOException {
        json.writeStartObject();
        json.writeNumberField("lsn", change.lsn().number());
        json.writeStringField("time", change.time().toString());
        json.writeStringField("kind", change.kind().name().toLowerCase(java.util.Locale.ROOT));
        switch (change.kind()) {
            case PUT -> {
                Change.Put put = (Change.Put) change;
                json.writeStringField("fingerprint", HEX.formatHex(put.fingerprint()));
                json.writeNumberField("bytes", put.content().length);
                json.writeStringField("origin", put.origin());
                json.writeNumberField("replaces_lsn", put.replaced().lsn().number());
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
                json.writeNumberField("replaces_lsn", delete.replaced().lsn().number());
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
        json.writeNumberField("length", end.position().length());
        json.writeStringField("chain", end.position().chain().hex());
        json.writeStringField("digest", end.position().digest().hex());
        if (end.bad().isPresent()) {
            BadFrame bad = end.bad().get();
            json.writeNumberField("bad_offset", bad.offset());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    @Override
    public void close() throws IOException {
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
        json.close();
    }
}
