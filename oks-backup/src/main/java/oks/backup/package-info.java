/**
 * The program oks-backup: archives a running keyserver, copies its recovery files, and says what copies are good for;
 * see oks-backup(1).
 *
 * <p>Entry type: {@link oks.backup.OksBackup}. One thread, and one at exit that removes what is not complete. The
 * program reads snapshots and recovery files, and writes only to the backup directory; with oksd stopped it makes a
 * snapshot of its own in {@code snapshots/} of the database directory and removes it again.
 */
package oks.backup;
