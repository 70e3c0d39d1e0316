/**
 * The command {@code expire}: removes what the archives that are kept do not need. Entry type:
 * {@link oks.backup.expire.ExpireCommand}. One thread; removes files of the backup directory and, when told so,
 * recovery files of oksd.
 */
package oks.backup.expire;
