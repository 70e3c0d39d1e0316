package oks.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import oks.service.ServiceAnswer.Failure;
import oks.service.ServiceAnswer.FailureCode;
import org.junit.jupiter.api.Test;

final class SendWindowTest {
    private static final ServiceAnswer DONE = new ServiceAnswer.Uploaded(List.of());
    private static final ServiceAnswer TOO_MANY = new Failure(FailureCode.OVERLOADED, 1, "too many");
    private static final ServiceAnswer PAUSED = new Failure(FailureCode.TEMPORARILY_UNAVAILABLE, 1, "paused");

    private final SendWindow window = new SendWindow();

    @Test
    void isTheSendersOwnAtFirst() {
        assertThat(window.room(256)).isEqualTo(256);
        assertThat(window.room(1024)).isEqualTo(1024);
    }

    @Test
    void isHalvedOnceForACrowdThatIsRefused() {
        window.room(256);
        for (int id = 100; id < 200; id++) {
            window.answered(id, 300, TOO_MANY);
        }
        assertThat(window.room(256)).isEqualTo(128);
        window.answered(301, 400, TOO_MANY);
        assertThat(window.room(256)).isEqualTo(64);
    }

    @Test
    void neverEnds() {
        window.room(256);
        for (int id = 1; id < 100; id++) {
            window.answered(id, id, TOO_MANY);
        }
        assertThat(window.room(256)).isEqualTo(SendWindow.LEAST);
    }

    @Test
    void widensByOneForEachThatWasAnsweredWhole() {
        window.room(64);
        window.answered(1, 10, TOO_MANY);
        for (int id = 2; id < 2 + 32; id++) {
            window.answered(id, 40, DONE);
        }
        assertThat(window.room(64)).isEqualTo(33);
        for (int id = 100; id < 10_000; id++) {
            window.answered(id, id, DONE);
        }
        assertThat(window.room(64)).isEqualTo(64);
    }

    @Test
    void aPauseIsNoCrowd() {
        window.room(256);
        window.answered(1, 1, PAUSED);
        assertThat(window.room(256)).isEqualTo(256);
    }
}
