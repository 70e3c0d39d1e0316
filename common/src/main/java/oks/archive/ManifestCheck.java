package oks.archive;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Compares the files that an archive holds itself with its manifest: none missing, none more, every size and hash
 * equal.
 */
final class ManifestCheck {
    private final Manifest manifest;
    private final String archive;

    ManifestCheck(Manifest manifest, String archive) {
        this.manifest = manifest;
        this.archive = archive;
    }

    void check(String directory, Collection<ArchivedFile> files) {
        Map<String, ArchivedFile> listed = new HashMap<>();
        for (ArchivedFile file : manifest.own()) {
            listed.put(EntryName.inside(directory, file.path()), file);
        }
        for (ArchivedFile file : files) {
            if (!file.path().equals(EntryName.inside(directory, Manifest.FILE))) {
                compare(file, listed.remove(file.path()));
            }
        }
        for (String missing : listed.keySet()) {
            throw ArchiveFaults.damaged("file \"%s\" is in the manifest, but not in archive \"%s\"", missing, archive);
        }
    }

    private void compare(ArchivedFile actual, ArchivedFile listed) {
        if (listed == null) {
            throw ArchiveFaults.damaged(
                    "file \"%s\" is in archive \"%s\", but not in its manifest", actual.path(), archive);
        }
        compare(actual, listed, archive);
    }

    /**
     * Compares a file with what a manifest says of it.
     *
     * @param archive the one that holds the file
     */
    static void compare(ArchivedFile actual, ArchivedFile listed, String archive) {
        if (actual.size() != listed.size()) {
            throw ArchiveFaults.damaged(
                    "file \"%s\" in archive \"%s\" has %d bytes, but the manifest says %d",
                    actual.path(), archive, actual.size(), listed.size());
        }
        if (!actual.sha256().equals(listed.sha256())) {
            throw ArchiveFaults.damaged(
                    "file \"%s\" in archive \"%s\" has SHA-256 %s, but the manifest says %s",
                    actual.path(), archive, actual.sha256(), listed.sha256());
        }
    }
}
