package oks.recovery;

/**
 * A state of the database that an archive holds.
 *
 * @param name of the archive, for people
 * @param last the last change in it
 */
public record ArchivedPoint(String name, Timeline timeline, Lsn last) {}
