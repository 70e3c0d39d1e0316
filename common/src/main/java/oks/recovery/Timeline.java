package oks.recovery;

import java.util.Optional;
import java.util.UUID;

/**
 * One uninterrupted history of the database. A restore to an earlier point begins a new one, which remembers where it
 * left its parent.
 *
 * @param number 1 for the first timeline, higher than all that a restore knew of for a later one
 * @param id tells apart two restores that both began "timeline 2"
 * @param fork where it left its parent; empty for the first timeline
 */
public record Timeline(int number, UUID id, Optional<Fork> fork) {

    /** No file has a higher number, so that there is room for what comes after it. */
    public static final int MOST = 1_000_000_000;

    /** The last change shared with the parent, and the state digest after it. */
    public record Fork(UUID parent, Lsn last, Digest digest) {}

    public Timeline {
        if (number < 1) {
            throw new IllegalArgumentException("timeline below one: " + number);
        }
        if ((number == 1) != fork.isEmpty()) {
            throw new IllegalArgumentException("timeline " + number + (fork.isEmpty() ? " lacks" : " has") + " a fork");
        }
    }

    /** The timeline that a file says; its number is {@link #MOST} at most. */
    static Timeline read(int number, UUID id, Optional<Fork> fork) {
        if (number > MOST) {
            throw new IllegalArgumentException("timeline beyond the last one: " + number);
        }
        return new Timeline(number, id, fork);
    }

    /** The first timeline of a new database. */
    public static Timeline first(UUID id) {
        return new Timeline(1, id, Optional.empty());
    }

    /** The timeline that begins after {@code last} of this one. */
    public Timeline fork(UUID id, Lsn last, Digest digest) {
        return new Timeline(number + 1, id, Optional.of(new Fork(this.id, last, digest)));
    }
}
