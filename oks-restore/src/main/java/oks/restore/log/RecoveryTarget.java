package oks.restore.log;

import java.util.Optional;

/**
 * The state that an operator asks a restore for.
 *
 * @param timeline number or UUID of the timeline to follow; empty for the newest history
 * @param laterDeletions whether deletions recorded after the target still hold
 */
public record RecoveryTarget(Target target, Optional<String> timeline, boolean laterDeletions) {}
