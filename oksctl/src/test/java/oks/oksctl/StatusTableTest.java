package oks.oksctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import oks.control.ControlStatus;
import org.junit.jupiter.api.Test;

class StatusTableTest {
    static final String TABLE = """
            program        oksd 2.0.0, pid 4711, since 2026-11-22T09:00:00Z
            configuration  /usr/local/oks/etc/oksd.conf
            database       sample, timeline 1, 7f4df50d-6aa9-4c3a-9d0c-3e1b2a4c5d6e
            state          paused (signal USR1) since 2026-11-22T10:49:02Z
            held by        signal USR1 since 2026-11-22T10:49:02Z, until it is resumed
            held by        oksctl (uid 1000, pid 99) since 2026-11-22T10:50:00Z, until 2026-11-22T11:00:00Z
            certificates   1,234,567
            changes        LSN 12 on disk, 12 in the store, 10 flushed, 8 archived
            recovery file  sample-202611221049020000000042.recovery
                           1 change, 12 KB
                           in /srv/oks
            not archived   64 MB, changes since 2026-11-22T10:49:02Z
            verified       archive of 2026-11-22T03:00:00Z
            uploads        1 new, 2 merged, 3 unchanged, 4 refused
            digest         00ff
            chain          ee11
            """;

    static ObjectNode stored() throws IOException {
        return (ObjectNode) new ObjectMapper().readTree("""
                {"program":"oksd","version":"2.0.0","pid":4711,"database":"sample",
                 "database_id":"7f4df50d-6aa9-4c3a-9d0c-3e1b2a4c5d6e","timeline":1,"state":"paused","reason":"signal USR1",
                 "since":"2026-11-22T10:49:02.123Z",
                 "holders":[{"by":"signal USR1","uid":null,"pid":null,"since":"2026-11-22T10:49:02Z","until":null},
                  {"by":"oksctl","uid":1000,"pid":99,"since":"2026-11-22T10:50:00Z","until":"2026-11-22T11:00:00Z"}],
                 "certificates":1234567,"durable_lsn":12,"applied_lsn":12,"flushed_lsn":10,"archived_lsn":8,
                 "digest":"00ff","chain":"ee11",
                 "recovery":{"directory":"/srv/oks","file":"sample-202611221049020000000042.recovery","ordinal":42,
                  "bytes":12345,"changes":1,"not_archived_bytes":67108864,"not_archived_since":"2026-11-22T10:49:02Z"},
                 "archive_verified":"2026-11-22T03:00:00Z","uploads":{"new":1,"merged":2,"unchanged":3,"refused":4},
                 "started":"2026-11-22T09:00:00Z","configuration":"/usr/local/oks/etc/oksd.conf"}""");
    }

    @Test
    void everythingIsThereInTwoColumns() throws IOException {
        assertThat(StatusTable.of(ControlStatus.fromJson(stored()), false))
                .containsExactlyElementsOf(TABLE.lines().toList());
    }

    @Test
    void theStateHasItsColourWhereColoursAreShown() throws IOException {
        assertThat(coloured("running", ""))
                .contains("state          \u001b[32mrunning\u001b[0m since 2026-11-22T10:49:02Z");
        assertThat(coloured("paused", "x"))
                .contains("state          \u001b[33mpaused\u001b[0m (x) since 2026-11-22T10:49:02Z");
        assertThat(coloured("degraded", "x"))
                .contains("state          \u001b[31mdegraded\u001b[0m (x) since 2026-11-22T10:49:02Z");
    }

    @Test
    void whereEveryChangeIsArchivedThatIsSaid() throws IOException {
        ObjectNode status = stored();
        ((ObjectNode) status.get("recovery")).putNull("not_archived_since");
        assertThat(StatusTable.of(ControlStatus.fromJson(status), false)).contains("not archived   64 MB, no change");
    }

    @Test
    void whereNoArchiveIsVerifiedThatIsSaid() throws IOException {
        ObjectNode status = stored().putNull("archive_verified");
        assertThat(StatusTable.of(ControlStatus.fromJson(status), false)).contains("verified       no archive");
    }

    @Test
    void withoutARecoveryFileThatIsSaid() throws IOException {
        ObjectNode status = stored();
        ((ObjectNode) status.get("recovery")).putNull("file");
        assertThat(StatusTable.of(ControlStatus.fromJson(status), false)).contains("recovery file  none is open");
    }

    @Test
    void whileItStartsNothingIsShownThatIsNotKnownYet() throws IOException {
        ObjectNode status =
                stored().put("state", "starting").put("reason", "replaying recovery files, LSN 7, 1 KB of 2 KB");
        status.putArray("holders");
        assertThat(StatusTable.of(ControlStatus.fromJson(status), false))
                .hasSize(4)
                .last()
                .isEqualTo(
                        "state          starting (replaying recovery files, LSN 7, 1 KB of 2 KB) since 2026-11-22T10:49:02Z");
    }

    private static Iterable<String> coloured(String state, String reason) throws IOException {
        return StatusTable.of(
                ControlStatus.fromJson(stored().put("state", state).put("reason", reason)), true);
    }
}
