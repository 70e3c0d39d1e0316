package oks.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Json;
import org.junit.jupiter.api.Test;

class ControlStatusTest {
    /** As oks-control(5) shows it. */
    private static final String STORED =
            "{\"program\":\"oksd\",\"version\":\"2.0.0\",\"pid\":1,\"database\":\"sample\","
                    + "\"database_id\":\"7f4df50d-6aa9-4c3a-9d0c-3e1b2a4c5d6e\",\"timeline\":1,\"state\":\"paused\",\"reason\":\"signal USR1\","
                    + "\"since\":\"2026-11-22T10:49:02.000000Z\",\"holders\":[{\"by\":\"signal USR1\",\"uid\":null,\"pid\":null,"
                    + "\"since\":\"2026-11-22T10:49:02.000000Z\",\"until\":null},{\"by\":\"oksctl\",\"uid\":1000,\"pid\":4711,"
                    + "\"since\":\"2026-11-22T10:50:00.000000Z\",\"until\":\"2026-11-22T11:00:00.000000Z\"}],\"certificates\":10,"
                    + "\"durable_lsn\":12,\"applied_lsn\":12,\"flushed_lsn\":10,\"archived_lsn\":8,\"digest\":\"00ff\",\"chain\":\"ee11\","
                    + "\"recovery\":{\"directory\":\"/usr/local/oks/var/db\",\"file\":\"sample-202611221049020000000042.recovery\","
                    + "\"ordinal\":42,\"bytes\":12345,\"changes\":12,\"not_archived_bytes\":1234,"
                    + "\"not_archived_since\":\"2026-11-22T10:49:02.000000Z\"},"
                    + "\"archive_verified\":\"2026-11-22T03:00:00.000000Z\","
                    + "\"uploads\":{\"new\":1,\"merged\":2,\"unchanged\":3,\"refused\":4},"
                    + "\"memory\":{\"requests_bytes\":5,\"requests_limit\":6,\"answers_bytes\":7,\"answers_limit\":8,\"refusals\":9},"
                    + "\"started\":\"2026-11-22T09:00:00.000000Z\","
                    + "\"configuration\":\"/usr/local/oks/etc/oksd.conf\",\"replay\":null}";

    private final ObjectNode stored = Json.object(STORED).orElseThrow();

    @Test
    void theStoredStatusIsReadAndWrittenWithTheSameBytes() {
        ControlStatus status = ControlStatus.fromJson(stored);
        assertThat(status.state()).isEqualTo(ControlStatus.State.PAUSED);
        assertThat(status.activity().holders().get(1).until()).contains(Instant.parse("2026-11-22T11:00:00Z"));
        assertThat(status.archiveVerified()).contains(Instant.parse("2026-11-22T03:00:00Z"));
        assertThat(status.toJson().toString()).isEqualTo(STORED);
        assertThat(ControlStatus.fromJson(stored.putNull("archive_verified")).archiveVerified())
                .isEmpty();
    }

    @Test
    void aStartSaysHowFarItHasComeAndIsTooEarlyForAnythingElse() {
        stored.put("state", "starting").put("reason", "replaying");
        stored.set("replay", Json.object().put("lsn", 7).put("read_bytes", 100).put("total_bytes", 4000));
        ControlStatus status = ControlStatus.fromJson(stored);
        assertThat(status.replay()).contains(new ControlStatus.Replay(7, 100, 4000));
        assertThat(status.toJson().toString())
                .endsWith(",\"replay\":{\"lsn\":7,\"read_bytes\":100,\"total_bytes\":4000}}");
        OperatorFault early = catchThrowableOfType(OperatorFault.class, status::afterStart);
        assertThat(early.code()).isEqualTo(ExitCode.BUSY);
        assertThat(early.what()).isEqualTo("oksd is still starting: replaying");
        stored.put("state", "running");
        assertThat(ControlStatus.fromJson(stored).afterStart().state()).isEqualTo(ControlStatus.State.RUNNING);
    }

    @Test
    void aStatusThatSaysNothingOfMemoryIsRead() {
        stored.remove("memory");
        assertThat(ControlStatus.fromJson(stored).memory()).isEmpty();
    }

    @Test
    void membersOfLaterReleasesAreLeftAside() {
        stored.put("followers", 3);
        assertThat(ControlStatus.fromJson(stored).toJson().toString()).isEqualTo(STORED);
    }

    @Test
    void aMissingOrStrangeMemberIsNamed() {
        stored.remove("flushed_lsn");
        assertThat(fault())
                .isEqualTo(
                        "oksd's answer \"status\" has nothing as its member \"flushed_lsn\", but a whole number is expected");
        stored.put("flushed_lsn", 10).put("state", "asleep");
        assertThat(fault())
                .isEqualTo(
                        "oksd's answer \"status\" has \"asleep\" as its member \"state\", but \"starting\", \"running\", \"paused\", \"degraded\" or \"stopping\" is expected");
    }

    @Test
    void aMemberOfAPartIsNamedWithItsPart() {
        stored.withObject("/recovery").put("ordinal", "42");
        assertThat(fault())
                .isEqualTo(
                        "oksd's answer \"status.recovery\" has \"42\" as its member \"ordinal\", but a whole number is expected");
        stored.withObject("/recovery").put("ordinal", 42);
        stored.withObject("/memory").remove("answers_limit");
        assertThat(fault())
                .isEqualTo(
                        "oksd's answer \"status.memory\" has nothing as its member \"answers_limit\", but a whole number is expected");
    }

    private String fault() {
        OperatorFault fault = catchThrowableOfType(OperatorFault.class, () -> ControlStatus.fromJson(stored));
        assertThat(fault.code()).isEqualTo(ExitCode.FAILED);
        return fault.what();
    }
}
