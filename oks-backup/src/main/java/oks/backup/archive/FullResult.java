package oks.backup.archive;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import oks.archive.ArchivedFile;
import oks.archive.ArchivedState;
import oks.archive.BaseArchive;
import oks.archive.Manifest;
import oks.archive.Proof;
import oks.fault.Count;
import oks.openpgp.Fingerprint;
import oks.recovery.Hash;
import org.apache.commons.io.FileUtils;

/**
 * The result of {@code full}.
 *
 * @param file the archive; empty when it went to standard output, where nobody can read it back
 * @param archiveBytes its length
 * @param sha256 of all its bytes
 * @param signedBy the key that signed the manifest
 * @param encryptedFor the keys that can decrypt it; none when it is not encrypted
 */
record FullResult(
        Optional<Path> file,
        long archiveBytes,
        Hash sha256,
        Manifest manifest,
        Optional<Fingerprint> signedBy,
        List<Fingerprint> encryptedFor,
        Duration took) {

    List<String> lines() {
        ArchivedState state = manifest.state();
        List<String> lines = new ArrayList<>(List.of(
                "archived database \"" + state.identity().name() + "\" to "
                        + file.map(Path::toString).orElse("standard output"),
                "  last change     LSN " + state.lsn(),
                "  certificates    " + state.certificates(),
                "  state digest    " + state.digest(),
                "  recovery files  needed from ordinal " + state.firstRecoveryOrdinal() + " on",
                "  size            " + Count.of(manifest.files().size(), "file") + ", " + size(manifest.bytes())
                        + ", archived " + size(archiveBytes),
                "  SHA-256         " + sha256));
        manifest.needs()
                .ifPresent(bases -> lines.add("  incremental     "
                        + Count.of(manifest.shared().size(), "file") + ", " + size(sharedBytes()) + ", in " + bases
                        + ", which a restore needs"));
        signedBy.ifPresent(key -> lines.add("  signed by       " + key));
        encryptedFor.forEach(key -> lines.add("  encrypted for   " + key));
        lines.add("  verified        " + verified());
        lines.add("  took            " + String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0));
        return List.copyOf(lines);
    }

    /** Bytes of the files that are in other archives. */
    private long sharedBytes() {
        return manifest.bytes()
                - manifest.own().stream().mapToLong(ArchivedFile::size).sum();
    }

    private String verified() {
        if (file.isEmpty()) {
            return "every block and the content on their way to standard output, which cannot be read back";
        }
        return encryptedFor.isEmpty()
                ? "every block and the content, and every file by reading the archive back"
                : "every block and the content before they were encrypted, and every byte by reading the archive back";
    }

    private static String size(long bytes) {
        return FileUtils.byteCountToDisplaySize(bytes);
    }

    /** The members of {@code full --json}; see oks-json(7). */
    record Members(
            Optional<String> archive,
            Optional<Path> path,
            boolean verified,
            Proof.Level proven,
            Instant created,
            String database,
            UUID databaseId,
            int timeline,
            long lsn,
            String digest,
            long certificates,
            long firstRecoveryOrdinal,
            long files,
            long bytes,
            long archiveBytes,
            List<String> bases,
            long sharedBytes,
            String sha256,
            Optional<String> signedBy,
            List<String> encryptedFor,
            double seconds) {}

    Members members() {
        ArchivedState state = manifest.state();
        return new Members(
                file.map(path -> path.getFileName().toString()),
                file.map(Path::toAbsolutePath),
                file.isPresent(),
                Proof.Level.BLOCKS,
                manifest.created(),
                state.identity().name(),
                state.identity().database(),
                state.identity().timeline().number(),
                state.lsn().number(),
                state.digest().hex(),
                state.certificates(),
                state.firstRecoveryOrdinal(),
                manifest.files().size(),
                manifest.bytes(),
                archiveBytes,
                manifest.bases().stream().map(BaseArchive::archive).toList(),
                sharedBytes(),
                sha256.hex(),
                signedBy.map(Fingerprint::toString),
                encryptedFor.stream().map(Fingerprint::toString).toList(),
                took.toMillis() / 1000.0);
    }
}
