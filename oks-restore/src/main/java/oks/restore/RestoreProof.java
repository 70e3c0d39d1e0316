package oks.restore;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import oks.archive.Manifest;
import oks.recovery.DatabaseIdentity;

/** What was restored, and what proves that it is complete; see oks-restore(1), section PROOF. */
record RestoreProof(
        Path directory,
        DatabaseIdentity identity,
        String archive,
        Optional<Manifest> manifest,
        Restore.Built built,
        Duration took)
        implements Report {

    /** When the last change was made, as far as manifest and recovery files say. */
    private Optional<Instant> time() {
        return built.log().lastTime().or(() -> manifest.map(Manifest::created));
    }

    private List<String> recoveryFiles() {
        return built.log().files().stream().map(file -> file.getFileName().toString()).toList();
    }

    @Override
    public List<String> lines() {
        return List.of(
                "restored database \"" + identity.name() + "\" to " + directory,
                "  archive         " + archive + ", " + madeBy(),
                "  recovery files  " + RestorePlan.range(recoveryFiles()) + ", " + built.log().changes() + " changes",
                "  last change     LSN " + built.position().last() + time().map(time -> ", " + time).orElse(""),
                "  certificates    " + built.check().certificates(),
                "  state digest    " + built.check().digest() + ", equal at " + built.log().groups()
                        + " commits and in a full scan",
                "  left out        " + leftOut(),
                "  timeline        " + identity.timeline().number() + ", " + identity.timeline().id(),
                "  took            " + seconds() + " s");
    }

    private String madeBy() {
        return manifest.map(made -> "LSN " + made.state().lsn() + ", " + made.created() + ", by " + made.program())
                .orElse("made by hand");
    }

    private String leftOut() {
        List<String> parts = new ArrayList<>(warnings());
        if (!built.log().abandoned().isEmpty()) {
            parts.add(built.log().abandoned().size() + " recovery files of a history that an earlier restore ended");
        }
        return parts.isEmpty() ? "nothing" : String.join("; ", parts);
    }

    private String seconds() {
        return String.format(Locale.ROOT, "%.1f", took.toMillis() / 1000.0);
    }

    @Override
    public ObjectNode json() {
        ObjectNode object = JsonNodeFactory.instance.objectNode()
                .put("restored", true)
                .put("directory", directory.toString())
                .put("database", identity.name())
                .put("uuid", identity.database().toString())
                .put("timeline", identity.timeline().number())
                .put("timeline_id", identity.timeline().id().toString());
        object.set("archive", RestorePlan.archive(archive, manifest));
        var files = object.putArray("recovery_files");
        built.log().files().forEach(file -> files.add(file.toString()));
        var abandoned = object.putArray("abandoned_files");
        built.log().abandoned().forEach(file -> abandoned.add(file.toString()));
        object.put("changes", built.log().changes())
                .put("commits", built.log().groups())
                .put("lsn", built.position().last().number())
                .put("time", time().map(Instant::toString).orElse(null))
                .put("certificates", built.check().certificates())
                .put("tombstones", built.check().tombstones())
                .put("digest", built.check().digest().hex());
        built.leftOut().ifPresentOrElse(
                torn -> object.putObject("left_out")
                        .put("file", torn.file().toString())
                        .put("offset", torn.offset())
                        .put("bytes", torn.bytes())
                        .put("after_lsn", torn.after().number()),
                () -> object.putNull("left_out"));
        return object.put("seconds", took.toMillis() / 1000.0);
    }

    @Override
    public List<String> warnings() {
        return built.leftOut().map(LeftOut::warning).stream().toList();
    }
}
