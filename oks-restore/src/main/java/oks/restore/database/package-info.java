/**
 * The command {@code from}: checks an archive and recovery files, and makes a database directory of them. Entry types:
 * {@link oks.restore.database.FromCommand} and {@link oks.restore.database.Restore}. One thread; writes
 * {@code DIR.restoring}, which gets the target's name when it is complete.
 */
package oks.restore.database;
