/**
 * The database that is backed up: of a running oksd or of a stopped one. Entry types: {@link oks.backup.source.Source}
 * and {@link oks.backup.source.Snapshot}. With oksd stopped, a snapshot is made in {@code snapshots/} of the database
 * directory and removed again. One thread.
 */
package oks.backup.source;
