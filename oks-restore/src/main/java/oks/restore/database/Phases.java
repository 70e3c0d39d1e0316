package oks.restore.database;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;

/** The duration of each part of a restore. */
final class Phases {
    /** The parts, in order; a part that was done twice counts together. */
    enum Phase {
        CHECK_ARCHIVE,
        CHECK_RECOVERY,
        UNPACK,
        REPLAY,
        PROVE,
        FORCE
    }

    private final InstantSource clock;
    private final Map<Phase, Duration> took = new EnumMap<>(Phase.class);

    Phases(InstantSource clock) {
        this.clock = clock;
        for (Phase phase : Phase.values()) {
            took.put(phase, Duration.ZERO);
        }
    }

    /** Something that is done and measured. */
    interface Step<T> {
        T run() throws IOException;
    }

    /** Does a step, whose duration counts for this phase unless it fails. */
    <T> T measure(Phase phase, Step<T> step) throws IOException {
        var begun = clock.instant();
        T result = step.run();
        took.merge(phase, Duration.between(begun, clock.instant()), Duration::plus);
        return result;
    }

    /** The members of {@code phases}, in seconds; see oks-json(7). */
    record Members(
            double checkArchiveSeconds,
            double checkRecoverySeconds,
            double unpackSeconds,
            double replaySeconds,
            double proveSeconds,
            double forceSeconds) {}

    Members members() {
        return new Members(
                seconds(Phase.CHECK_ARCHIVE),
                seconds(Phase.CHECK_RECOVERY),
                seconds(Phase.UNPACK),
                seconds(Phase.REPLAY),
                seconds(Phase.PROVE),
                seconds(Phase.FORCE));
    }

    private double seconds(Phase phase) {
        return took.get(phase).toMillis() / 1000.0;
    }
}
