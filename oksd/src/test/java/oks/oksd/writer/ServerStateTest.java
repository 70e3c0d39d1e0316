package oks.oksd.writer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import oks.control.ControlStatus.Activity;
import oks.control.ControlStatus.Holder;
import oks.control.ControlStatus.State;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ServerStateTest {
    private static final Instant BEGUN = Instant.parse("2026-11-22T10:49:02Z");

    private Instant now = BEGUN;
    private final ServerState state = new ServerState(() -> now);

    @BeforeEach
    void start() {
        assertThat(state.view().state()).isEqualTo(State.STARTING);
        state.started();
    }

    private Holder holder(String by, Instant until) {
        return new Holder(by, Optional.of(1L), Optional.of(2), now, Optional.ofNullable(until));
    }

    @Test
    void aFaultCountsMoreThanAHolderAndAHolderMoreThanADegradedState() {
        assertThat(state.view()).isEqualTo(new Activity(State.RUNNING, "", BEGUN, java.util.List.of()));
        state.degraded("look at the disk");
        assertThat(state.view().state()).isEqualTo(State.DEGRADED);
        assertThat(state.writing()).isTrue();
        state.hold("a", holder("oksctl", null));
        assertThat(state.view().reason()).isEqualTo("paused by oksctl");
        state.fault("no space");
        assertThat(state.view().reason()).isEqualTo("no space");
        state.unhold("a");
        assertThat(state.view().state()).isEqualTo(State.PAUSED);
        assertThat(state.writing()).isFalse();
        state.faultOver();
        assertThat(state.view().reason()).isEqualTo("look at the disk");
        assertThat(state.degradedOver()).isTrue();
        assertThat(state.degradedOver()).isFalse();
        state.stopping();
        assertThat(state.view().state()).isEqualTo(State.STOPPING);
    }

    @Test
    void sinceIsWhenTheStateBeganNotItsReason() {
        now = BEGUN.plusSeconds(1);
        state.fault("first");
        now = BEGUN.plusSeconds(2);
        state.fault("second");
        assertThat(state.view().since()).isEqualTo(BEGUN.plusSeconds(1));
        state.faultOver();
        assertThat(state.view().since()).isEqualTo(BEGUN.plusSeconds(2));
    }

    @Test
    void onlyHoldersWhoseTimeIsOverGo() {
        state.hold("short", holder("short", BEGUN.plusSeconds(10)));
        state.hold("long", holder("long", BEGUN.plusSeconds(20)));
        state.hold(ServerState.SIGNAL, holder("signal", null));
        now = BEGUN.plusSeconds(10);
        assertThat(state.unholdExpired()).extracting(Holder::by).containsExactly("short");
        now = BEGUN.plusSeconds(1_000_000);
        assertThat(state.unholdExpired()).extracting(Holder::by).containsExactly("long");
        assertThat(state.signalHolder()).isPresent();
        assertThat(state.unholdAll()).hasSize(1);
        assertThat(state.held()).isFalse();
    }
}
