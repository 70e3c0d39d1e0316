package oks.backup.archive;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import oks.archive.ArchivedState;
import oks.archive.Manifest;
import oks.archive.Proof;
import oks.fault.Count;
import oks.fault.UtcTime;
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
        signedBy.ifPresent(key -> lines.add("  signed by       " + key));
        encryptedFor.forEach(key -> lines.add("  encrypted for   " + key));
        lines.add("  verified        " + verified());
        lines.add("  took            " + String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0));
        return List.copyOf(lines);
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

    ObjectNode json() {
        ArchivedState state = manifest.state();
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("archive", file.map(path -> path.getFileName().toString()).orElse(null))
                .put("path", file.map(path -> path.toAbsolutePath().toString()).orElse(null))
                .put("verified", file.isPresent())
                .put("proven", Proof.Level.BLOCKS.word())
                .put("created", UtcTime.of(manifest.created()))
                .put("database", state.identity().name())
                .put("database_id", state.identity().database().toString())
                .put("timeline", state.identity().timeline().number())
                .put("lsn", state.lsn().number())
                .put("digest", state.digest().hex())
                .put("certificates", state.certificates())
                .put("first_recovery_ordinal", state.firstRecoveryOrdinal())
                .put("files", manifest.files().size())
                .put("bytes", manifest.bytes())
                .put("archive_bytes", archiveBytes)
                .put("sha256", sha256.hex())
                .put("signed_by", signedBy.map(Fingerprint::toString).orElse(null));
        var recipients = object.putArray("encrypted_for");
        encryptedFor.forEach(key -> recipients.add(key.toString()));
        return object.put("seconds", took.toMillis() / 1000.0);
    }
}
