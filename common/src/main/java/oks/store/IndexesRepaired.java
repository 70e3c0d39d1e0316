package oks.store;

/**
 * The changes of a repair of the indexes.
 *
 * @param added entries that certificates should have had
 * @param removed entries that no certificate has
 * @param recounted whether the store counted its certificates or tombstones wrong
 */
public record IndexesRepaired(long added, long removed, boolean recounted) {}
