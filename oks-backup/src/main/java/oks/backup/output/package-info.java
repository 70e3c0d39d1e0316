/**
 * The backup directory: its locks, its files while they are written, and what it holds. Entry types:
 * {@link oks.backup.output.OutputDirectory}, {@link oks.backup.output.OutputLock} and
 * {@link oks.backup.output.UnfinishedFile}. One thread, and one at exit that removes what is not complete.
 */
package oks.backup.output;
