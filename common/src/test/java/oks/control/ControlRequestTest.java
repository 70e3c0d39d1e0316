package oks.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlRequestTest {
    private static final String FINGERPRINT = "0123456789ABCDEF0123456789ABCDEF01234567";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"command\":\"status\"}",
                "{\"command\":\"pause\",\"max_seconds\":600,\"hold\":\"limit\"}",
                "{\"command\":\"pause\",\"max_seconds\":86400,\"hold\":\"connection\"}",
                "{\"command\":\"resume\"}",
                "{\"command\":\"rotate\"}",
                "{\"command\":\"dump\"}",
                "{\"command\":\"stop\"}",
                "{\"command\":\"reload\"}",
                "{\"command\":\"config\"}",
                "{\"command\":\"snapshot\"}",
                "{\"command\":\"release\",\"id\":\"20261122T104902Z-12\"}",
                "{\"command\":\"archived\",\"ordinal\":9999999999}",
                "{\"command\":\"archive_verified\",\"begun\":\"2026-11-22T03:00:00Z\"}",
                "{\"command\":\"check\"}",
                "{\"command\":\"check\",\"repair\":true}",
                "{\"command\":\"point\",\"name\":\"before the upgrade\"}",
                "{\"command\":\"delete\",\"fingerprint\":\"" + FINGERPRINT
                        + "\",\"reason\":\"asked by its owner\",\"block\":true}",
                "{\"command\":\"export\"}",
                "{\"command\":\"export\",\"since_lsn\":7}",
                "{\"command\":\"export\",\"since\":\"2026-11-22T10:49:02Z\"}",
                "{\"command\":\"export_next\",\"id\":\"export-1\"}",
                "{\"command\":\"load\",\"trusted\":true}",
                "{\"command\":\"history\",\"fingerprint\":\"" + FINGERPRINT + "\"}",
                "{\"command\":\"history\",\"fingerprint\":\"" + FINGERPRINT + "\",\"export\":7}",
                "{\"command\":\"unblock\",\"fingerprint\":\"" + FINGERPRINT + "\"}",
            })
    void aStoredRequestIsReadAndWrittenWithTheSameBytes(String line) {
        assertThat(RequestLine.of(RequestLine.parse(line))).isEqualTo(line);
    }

    @ParameterizedTest
    @EnumSource(ControlRequest.Kind.class)
    void everyCommandIsKnownByItsWord(ControlRequest.Kind kind) {
        assertThat(RequestLine.parse(SampleRequests.line(kind)).kind()).isEqualTo(kind);
    }

    @Test
    void aPauseWithoutArgumentsEndsByItselfAfterTenMinutes() {
        assertThat(RequestLine.parse("{\"command\":\"pause\"}"))
                .isEqualTo(new ControlRequest.Pause(Duration.ofMinutes(10), ControlRequest.Pause.Hold.LIMIT));
    }

    @Test
    void spacesAndTheOrderOfMembersDoNotMatter() {
        assertThat(RequestLine.parse(" { \"hold\" : \"connection\", \"command\" : \"pause\" } "))
                .isEqualTo(new ControlRequest.Pause(Duration.ofMinutes(10), ControlRequest.Pause.Hold.CONNECTION));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                                             | the request is not one JSON object on one line, such as {\"command\":\"status\"}",
                "status                                         | the request is not one JSON object on one line, such as {\"command\":\"status\"}",
                "[\"status\"]                                   | the request is not one JSON object on one line, such as {\"command\":\"status\"}",
                "{\"command\":\"status\"} {}                    | the request is not one JSON object on one line, such as {\"command\":\"status\"}",
                "{\"command\":\"stop\",\"command\":\"status\"}  | the request is not one JSON object on one line, such as {\"command\":\"status\"}",
                "{\"command\":\"sta                             | the request is not one JSON object on one line, such as {\"command\":\"status\"}",
                "{}                                             | the request has no text member \"command\"",
                "{\"command\":7}                                | the request has no text member \"command\"",
                "{\"command\":\"STATUS\"}                       | command \"STATUS\" is unknown",
                "{\"command\":\"format c:\\n\"}                 | command \"format c:\\u000a\" is unknown",
                "{\"command\":\"status\",\"now\":true}          | command \"status\" has no argument \"now\"",
                "{\"command\":\"pause\",\"max_seconds\":0}      | argument \"max_seconds\" of command \"pause\" is 0, but a whole number from 1 to 86400 is expected",
                "{\"command\":\"pause\",\"max_seconds\":86401}  | argument \"max_seconds\" of command \"pause\" is 86401, but a whole number from 1 to 86400 is expected",
                "{\"command\":\"pause\",\"max_seconds\":1.5}    | argument \"max_seconds\" of command \"pause\" is 1.5, but a whole number from 1 to 86400 is expected",
                "{\"command\":\"pause\",\"max_seconds\":\"9\"}  | argument \"max_seconds\" of command \"pause\" is \"9\", but a whole number from 1 to 86400 is expected",
                "{\"command\":\"pause\",\"max_seconds\":null}   | argument \"max_seconds\" of command \"pause\" is null, but a whole number from 1 to 86400 is expected",
                "{\"command\":\"pause\",\"hold\":\"me\"}        | argument \"hold\" of command \"pause\" is \"me\", but \"limit\" or \"connection\" is expected",
                "{\"command\":\"release\"}                      | command \"release\" lacks its argument \"id\"",
                "{\"command\":\"release\",\"id\":\"\"}          | argument \"id\" of command \"release\" is \"\", but a text of 1 to 64 characters is expected",
                "{\"command\":\"point\",\"name\":\"two\\nlines\"}  | argument \"name\" of command \"point\" is \"two\\nlines\", but one line of 1 to 255 bytes of UTF-8 is expected",
                "{\"command\":\"unblock\",\"fingerprint\":\"12\"} | argument \"fingerprint\" of command \"unblock\" is \"12\", but a fingerprint of 40 hexadecimal digits (64 for version 6, 32 for version 3) is expected",
                "{\"command\":\"delete\",\"fingerprint\":\"" + FINGERPRINT
                        + "\"} | command \"delete\" lacks its argument \"reason\"",
                "{\"command\":\"delete\",\"fingerprint\":\"" + FINGERPRINT
                        + "\",\"reason\":\"x\",\"block\":1} | argument \"block\" of command \"delete\" is 1, but true or false is expected",
                "{\"command\":\"archived\",\"ordinal\":-1}      | argument \"ordinal\" of command \"archived\" is -1, but a whole number from 1 to 9999999999 is expected",
                "{\"command\":\"archived\",\"ordinal\":99999999999999999999} | argument \"ordinal\" of command \"archived\" is 99999999999999999999, but a whole number from 1 to 9999999999 is expected",
                "{\"command\":\"export\",\"since\":null}         | argument \"since\" of command \"export\" is null, but a time such as \"2026-11-22T10:49:02Z\" is expected",
                "{\"command\":\"export_next\",\"id\":7}          | argument \"id\" of command \"export_next\" is 7, but a text of 1 to 64 characters is expected",
                "{\"command\":\"archive_verified\"}             | command \"archive_verified\" lacks its argument \"begun\"",
                "{\"command\":\"archive_verified\",\"begun\":7}   | argument \"begun\" of command \"archive_verified\" is 7, but a time such as \"2026-11-22T10:49:02Z\" is expected",
                "{\"command\":\"archive_verified\",\"begun\":\"1969-12-31T23:59:59Z\"} | argument \"begun\" of command \"archive_verified\" is \"1969-12-31T23:59:59Z\", but a time since 1970 is expected",
            })
    void aWrongRequestIsRefusedWithItsReason(String line, String what) {
        OperatorFault fault = catchThrowableOfType(OperatorFault.class, () -> RequestLine.parse(line));
        assertThat(fault).isNotNull();
        assertThat(fault.what()).isEqualTo(what);
        assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
        assertThat(fault.kept()).isEqualTo("nothing was done");
        assertThat(fault.next()).contains("oks-control(5)");
    }

    @Test
    void aLongOrDeepRequestIsRefusedAndItsWordsAreCutShort() {
        String deep = "{\"command\":" + "[".repeat(30_000);
        assertThat(catchThrowableOfType(OperatorFault.class, () -> RequestLine.parse(deep))
                        .code())
                .isEqualTo(ExitCode.USAGE);
        String wide = "{\"command\":\"" + "\u202ex".repeat(10_000) + "\"}";
        assertThat(catchThrowableOfType(OperatorFault.class, () -> RequestLine.parse(wide))
                        .what())
                .isEqualTo("command \"" + "\\u202ex".repeat(20) + "…\" is unknown");
    }
}
