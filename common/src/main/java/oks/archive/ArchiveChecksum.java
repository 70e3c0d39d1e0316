package oks.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.recovery.Hash;

/**
 * The SHA-256 of a whole archive as it is stored, in the file {@code ARCHIVE.sha256} beside it, as sha256sum(1) writes
 * and checks it; see oks-archive(5). It covers what no manifest can: padding, and other spellings of the same
 * compressed bytes.
 *
 * @param sha256 of every byte of the archive
 * @param name the archive's name without directories
 */
public record ArchiveChecksum(Hash sha256, String name) {
    /** Where the checksum of an archive stands. */
    public static Path fileOf(Path archive) {
        return SidecarFile.CHECKSUM.of(archive);
    }

    private String text() {
        return sha256 + "  " + name + "\n";
    }

    /** Writes the file, all or nothing; replaces an older one. */
    public void write(Disk disk, Path archive) throws IOException {
        Durable.replace(disk, fileOf(archive), text().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the checksum of an archive; empty when there is none.
     *
     * @throws oks.fault.OperatorFault DAMAGED when the file is anything but one line of sha256sum(1) with the archive's
     *     name
     */
    public static Optional<ArchiveChecksum> beside(Disk disk, Path archive) throws IOException {
        Path file = fileOf(archive);
        if (!disk.exists(file)) {
            return Optional.empty();
        }
        String text = new String(Durable.read(disk, file), StandardCharsets.UTF_8);
        String name = archive.getFileName().toString();
        try {
            ArchiveChecksum read = new ArchiveChecksum(Hash.parse(text.split(" ", 2)[0]), name);
            if (read.text().equals(text)) {
                return Optional.of(read);
            }
        } catch (IllegalArgumentException notHexadecimal) {
            // told below
        }
        throw ArchiveFaults.damaged(
                "checksum file \"%s\" is not the one line that sha256sum writes for \"%s\"", file, name);
    }
}
