package oks.archive;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import oks.recovery.Hash;

/**
 * An archive that holds files of a later one, which is incremental then: their bytes are the same in both databases.
 *
 * @param archive its name, without directories; of an archive that is not encrypted
 * @param sha256 of every byte of it, as its checksum file says
 * @param files paths of the later archive's files that it holds, as the later manifest lists them; at least one
 */
public record BaseArchive(String archive, Hash sha256, List<String> files) {
    public BaseArchive {
        files = List.copyOf(files);
        boolean named = EntryName.isPlain(archive)
                && ArchiveName.of(Path.of(archive))
                        .filter(name -> name.toString().equals(archive) && !name.encrypted())
                        .isPresent();
        if (!named || files.isEmpty()) {
            throw new IllegalArgumentException("base \"" + archive + "\" with " + files.size()
                    + " files, but an archive's name and files are " + "expected");
        }
    }

    /** Its name, understood. */
    public ArchiveName name() {
        return ArchiveName.of(Path.of(archive)).orElseThrow();
    }

    /** Names of archives as one text for people; empty when there are none. */
    public static Optional<String> names(List<String> archives) {
        return archives.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", archives));
    }
}
