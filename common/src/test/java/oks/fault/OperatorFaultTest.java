package oks.fault;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class OperatorFaultTest {

    @Test
    void everyLineOfWhatHappenedIsAnErrorOfTheProgram() {
        OperatorFault fault = OperatorFault.of(ExitCode.USAGE, "first\nsecond")
                .kept("nothing was %s", "opened")
                .next("correct it");
        assertThat(fault.lines("oksd"))
                .containsExactly(
                        "oksd: error: first",
                        "oksd: error: second",
                        "oksd: kept: nothing was opened",
                        "oksd: next: correct it");
    }

    @Test
    void whatIsNotKnownIsNotSaid() {
        assertThat(OperatorFault.of(ExitCode.FAILED, "100% of it").lines("oksd"))
                .containsExactly("oksd: error: 100% of it");
    }
}
