package oks.control;

import static org.assertj.core.api.Assertions.assertThat;

import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlAnswerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"progress\":{\"text\":\"flushing\",\"done\":12,\"total\":40,\"unit\":\"bytes\"}}",
                "{\"ok\":true,\"result\":{\"rotated\":false,\"reason\":\"nothing was written\"}}",
                "{\"ok\":true,\"result\":{}}",
                "{\"ok\":false,\"error\":{\"what\":\"oksd is paused\",\"kept\":null,\"next\":\"100% sure?\",\"exit\":4}}",
            })
    void aStoredAnswerIsReadAndWrittenWithTheSameBytes(String line) {
        assertThat(ControlAnswer.parse(line).orElseThrow().toLine()).isEqualTo(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ok",
                "[]",
                "{}",
                "{\"ok\":\"yes\",\"result\":{}}",
                "{\"ok\":true}",
                "{\"ok\":true,\"result\":1}",
                "{\"ok\":false}",
                "{\"ok\":false,\"error\":{\"what\":\"\",\"exit\":1}}",
                "{\"ok\":false,\"error\":{\"what\":\"x\"}}",
                "{\"progress\":{\"text\":\"x\",\"done\":-1,\"total\":1,\"unit\":\"\"}}",
                "{\"progress\":7}",
            })
    void anythingElseIsNoAnswer(String line) {
        assertThat(ControlAnswer.parse(line)).isEmpty();
    }

    @Test
    void aFaultKeepsItsPartsAndLineEndsCannotBreakTheLine() {
        OperatorFault fault = OperatorFault.of(ExitCode.DAMAGED, "file \"%s\" is damaged", "a\nb")
                .kept("all")
                .next("look");
        String line = new ControlAnswer.Failed(fault).toLine();
        assertThat(line).doesNotContain("\n");
        OperatorFault read = ((ControlAnswer.Failed) ControlAnswer.parse(line).orElseThrow()).fault();
        assertThat(read.lines("p")).isEqualTo(fault.lines("p"));
        assertThat(read.code()).isEqualTo(ExitCode.DAMAGED);
    }
}
