package oks.store;

/**
 * What a repair of the indexes changed.
 *
 * @param added entries that certificates should have had
 * @param removed entries that no certificate has
 */
public record IndexesRepaired(long added, long removed) {}
