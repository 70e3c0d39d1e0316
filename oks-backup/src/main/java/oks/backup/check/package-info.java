/**
 * The commands {@code check} and {@code list}: what a backup directory is good for. Entry types:
 * {@link oks.backup.check.CheckCommand} and {@link oks.backup.check.ListCommand}. One thread.
 */
package oks.backup.check;
