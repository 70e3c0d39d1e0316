package oks.backup;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import oks.archive.ArchivedState;
import oks.archive.Manifest;
import oks.recovery.Hash;
import org.apache.commons.io.FileUtils;

/**
 * What {@code full} tells at its end.
 *
 * @param file the archive; empty when it went to standard output, where nobody can read it back
 * @param archiveBytes its length
 * @param sha256 of all its bytes
 */
record FullResult(Optional<Path> file, long archiveBytes, Hash sha256, Manifest manifest, Duration took) {

    List<String> lines() {
        ArchivedState state = manifest.state();
        return List.of(
                "archived database \"" + state.identity().name() + "\" to "
                        + file.map(Path::toString).orElse("standard output"),
                "  last change     LSN " + state.lsn(),
                "  certificates    " + state.certificates(),
                "  state digest    " + state.digest(),
                "  recovery files  needed from ordinal " + state.firstRecoveryOrdinal() + " on",
                "  size            " + manifest.files().size() + " files, " + size(manifest.bytes()) + ", archived "
                        + size(archiveBytes),
                "  SHA-256         " + sha256,
                "  verified        "
                        + (file.isPresent() ? "every file, by reading the archive back" : "no: standard output cannot be read back"),
                "  took            " + String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0));
    }

    private static String size(long bytes) {
        return FileUtils.byteCountToDisplaySize(bytes);
    }

    ObjectNode json() {
        ArchivedState state = manifest.state();
        return JsonNodeFactory.instance.objectNode()
                .put("archive", file.map(path -> path.toAbsolutePath().toString()).orElse("-"))
                .put("verified", file.isPresent())
                .put("created", manifest.created().toString())
                .put("database", state.identity().name())
                .put("uuid", state.identity().database().toString())
                .put("timeline", state.identity().timeline().number())
                .put("lsn", state.lsn().number())
                .put("digest", state.digest().hex())
                .put("certificates", state.certificates())
                .put("first_recovery_ordinal", state.firstRecoveryOrdinal())
                .put("files", manifest.files().size())
                .put("bytes", manifest.bytes())
                .put("archive_bytes", archiveBytes)
                .put("sha256", sha256.hex())
                .put("seconds", took.toMillis() / 1000.0);
    }
}
