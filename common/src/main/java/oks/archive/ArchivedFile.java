package oks.archive;

import oks.recovery.Hash;

/**
 * A file as the manifest lists it.
 *
 * @param path relative to the database directory, with slashes, such as {@code store/000012.sst}
 * @param size in bytes
 * @param sha256 of its contents
 */
public record ArchivedFile(String path, long size, Hash sha256) {
    public ArchivedFile {
        if (size < 0 || !EntryName.isPlain(path)) {
            throw new IllegalArgumentException("file \"" + path + "\" with " + size + " bytes");
        }
    }
}
