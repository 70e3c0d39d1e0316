/**
 * The one thread that changes the database: groups of changes, the recovery file, flushes, pauses and snapshots. Entry
 * type: {@link oks.oksd.writer.Committer}, safe in any thread; what it owns belongs to its thread.
 */
package oks.oksd.writer;
