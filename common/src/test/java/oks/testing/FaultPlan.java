package oks.testing;

import oks.testing.FaultyDisk.Fault;
import oks.testing.FaultyDisk.Kind;

/** Which operations of a {@link FaultyDisk} fail. */
final class FaultPlan {
    /** What an operation does. */
    enum Effect {
        READ,
        CREATE,
        NAME,
        WRITE,
        CUT,
        SYNC
    }

    private Fault fault;
    private Fault then;
    private boolean fired;
    private Effect firedOn;

    /** Plans this fault and nothing else; null for none. {@link #fired} keeps its answer when there is none. */
    void set(Fault next) {
        fault = next;
        then = null;
        fired &= next == null;
    }

    void then(Fault second) {
        then = second;
    }

    boolean fired() {
        return fired;
    }

    /** The kind of the planned fault; null for none. */
    Kind kind() {
        return fault == null ? null : fault.kind();
    }

    /** Whether this operation fails. */
    boolean fails(Effect effect, int number) {
        if (fired && then != null) {
            set(then);
        }
        if (fault == null || !concerns(effect)) {
            return false;
        }
        if (number == fault.operation()) {
            fired = true;
            firedOn = effect;
            return true;
        }
        // A disk that cannot be written can still be read, and the other way round.
        return fault.persistent() && fired && (firedOn == Effect.READ) == (effect == Effect.READ);
    }

    private boolean concerns(Effect effect) {
        return switch (fault.kind()) {
            case POWER_LOSS, EIO -> true;
            case ENOSPC -> effect == Effect.WRITE || effect == Effect.CREATE || effect == Effect.SYNC;
            case SHORT_WRITE -> effect == Effect.WRITE;
            case LYING_SYNC -> effect == Effect.SYNC;
        };
    }
}
