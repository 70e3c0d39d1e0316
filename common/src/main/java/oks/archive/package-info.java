/**
 * The archive of a database: a plain tar with a manifest as its last entry, compressed or not; see oks-archive(5).
 *
 * <p>Entry types: {@link oks.archive.ArchiveWriter} writes, {@link oks.archive.ArchiveReader} reads,
 * {@link oks.archive.ArchiveCheck} verifies and {@link oks.archive.Extraction} unpacks. A reader or writer belongs to
 * one thread; compression uses threads of its own. The package owns the files {@code *.full.tar*} and
 * {@code MANIFEST.json}.
 *
 * <p>Writer and reader stand together, though only oks-backup writes: they share the layout.
 */
package oks.archive;
