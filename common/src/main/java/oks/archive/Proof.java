package oks.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.fault.OperatorFault;
import oks.json.Bounds;
import oks.json.Json;
import oks.json.Words;
import oks.recovery.Hash;

/**
 * The record of an archive's proof: the file {@code ARCHIVE.proof.json} beside it, an object of five members; see
 * oks-archive(5). It says nothing about an archive of other bytes.
 *
 * @param at when the proof had ended, whole seconds
 * @param sha256 of every byte of the archive that was proven
 * @param program name and version of the program that proved it
 */
public record Proof(Level level, Instant at, Hash sha256, String program) {
    private static final int FORMAT = 1;
    /** The file's members. */
    private record Members(
            @Bounds(min = FORMAT, max = FORMAT) int format, Level level, Instant at, String program, Hash sha256) {}

    /** The extent of a proof; each level includes those before it. */
    public enum Level {
        /**
         * Its bytes are as they were written; what they hold was not read. So little can be said of most encrypted
         * archives.
         */
        BYTES,
        /**
         * Every block of every table was read and its checksum held; certificates, LSN and digest are those of the
         * content.
         */
        BLOCKS,
        /** It was restored, and what came out was compared. */
        RESTORED;

        /** As {@code list} says it and the file has it. */
        public String word() {
            return Words.of(this);
        }
    }

    public Proof {
        at = at.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Whether what it holds was proven: only such an archive counts, where one is needed that can be restored. */
    public boolean ofContent() {
        return level.compareTo(Level.BLOCKS) >= 0;
    }

    /** Whichever says more about the archive; the later one of two that say the same. */
    public Proof or(Proof other) {
        int more = level.compareTo(other.level);
        return more > 0 || more == 0 && at.isAfter(other.at) ? this : other;
    }

    /** Writes the file, all or nothing; replaces an older one. */
    public void write(Disk disk, Path archive) throws IOException {
        Durable.replace(disk, SidecarFile.PROOF.of(archive), text().getBytes(StandardCharsets.UTF_8));
    }

    private String text() {
        return ArchiveJson.JSON.lines(new Members(FORMAT, level, at, program, sha256)) + "\n";
    }

    /**
     * The record about an archive; only reading its bytes can tell whether they are still those that were proven.
     *
     * @return empty when there is no record, it cannot be understood, or it is about other bytes than the checksum file
     */
    public static Optional<Proof> beside(Disk disk, Path archive) throws IOException {
        Path file = SidecarFile.PROOF.of(archive);
        if (!disk.exists(file)) {
            return Optional.empty();
        }
        try {
            Proof proof = parse(Durable.read(disk, file));
            Optional<ArchiveChecksum> checksum = ArchiveChecksum.beside(disk, archive);
            return Optional.of(proof)
                    .filter(found ->
                            checksum.isEmpty() || checksum.get().sha256().equals(found.sha256()));
        } catch (IllegalArgumentException | OperatorFault unknown) {
            return Optional.empty(); // not proven, until somebody proves it
        }
    }

    private static Proof parse(byte[] contents) {
        Members members = ArchiveJson.JSON.read(Json.object(contents), Members.class);
        return new Proof(members.level(), members.at(), members.sha256(), members.program());
    }
}
