/**
 * The commands {@code recovery} and {@code follow}: copies of recovery files. Entry types:
 * {@link oks.backup.recovery.RecoveryCommand} and {@link oks.backup.recovery.FollowCommand}. One thread.
 */
package oks.backup.recovery;
