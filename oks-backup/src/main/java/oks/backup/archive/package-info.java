/**
 * The command {@code full}: writes an archive of a snapshot, reads it back and proves its content. Entry type:
 * {@link oks.backup.archive.FullCommand}. Hashing, compression and reading back run on threads of their own.
 */
package oks.backup.archive;
