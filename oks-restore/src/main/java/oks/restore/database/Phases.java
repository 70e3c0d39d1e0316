package oks.restore.database;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Locale;
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

    /** A member for each phase, in seconds. */
    void json(ObjectNode into) {
        took.forEach((phase, time) ->
                into.put(phase.name().toLowerCase(Locale.ROOT) + "_seconds", time.toMillis() / 1000.0));
    }
}
