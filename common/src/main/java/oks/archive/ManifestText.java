package oks.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.Lsn;
import oks.recovery.RecoveryFileName;
import oks.recovery.Timeline;

/**
 * The manifest as JSON text. Its last member is the SHA-256 of all bytes before the line that holds it, so that a
 * manifest which was changed or cut short never passes for a good one.
 */
final class ManifestText {
    private static final String HASH_BEGINS = "  \"sha256\" : \"";
    private static final String HASH_ENDS = "\"\n}\n";
    private static final int TAIL = HASH_BEGINS.length() + 2 * Hash.BYTES + HASH_ENDS.length();
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ManifestText() {}

    static String write(Manifest manifest) {
        String open = text(json(manifest));
        String hashed = open.substring(0, open.length() - "\n}".length()) + ",\n";
        Hash hash = Hash.of(Hash.sha256().digest(hashed.getBytes(StandardCharsets.UTF_8)));
        return hashed + HASH_BEGINS + hash + HASH_ENDS;
    }

    private static String text(ObjectNode object) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        try {
            return JSON.writer(printer).writeValueAsString(object);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest that cannot be written", e);
        }
    }

    private static ObjectNode json(Manifest manifest) {
        ArchivedState state = manifest.state();
        ObjectNode object = JSON.createObjectNode()
                .put("format", Manifest.FORMAT)
                .put("program", manifest.program())
                .put("created", manifest.created().toString())
                .put("database", state.identity().name())
                .put("uuid", state.identity().database().toString());
        Timeline timeline = state.identity().timeline();
        ObjectNode branch = object.putObject("timeline")
                .put("number", timeline.number())
                .put("id", timeline.id().toString());
        timeline.fork()
                .ifPresent(fork -> branch.putObject("fork")
                        .put("parent", fork.parent().toString())
                        .put("lsn", fork.last().number())
                        .put("digest", fork.digest().hex()));
        object.put("lsn", state.lsn().number())
                .put("digest", state.digest().hex())
                .put("chain", state.chain().hex())
                .put("certificates", state.certificates())
                .put("first_recovery_ordinal", state.firstRecoveryOrdinal());
        var files = object.putArray("files");
        for (ArchivedFile file : manifest.files()) {
            files.addObject()
                    .put("path", file.path())
                    .put("size", file.size())
                    .put("sha256", file.sha256().hex());
        }
        return object;
    }

    static Manifest parse(byte[] contents, String archive) {
        checkHash(contents, archive);
        try {
            JsonNode root = JSON.readTree(contents);
            int format = (int) new StrictObject(root, "the manifest").number("format", 1, Integer.MAX_VALUE);
            if (format > Manifest.FORMAT) {
                throw tooNew(format, archive);
            }
            return manifest(root);
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(archive, "is not what a manifest holds: " + firstLine(e))
                    .because(e);
        }
    }

    private static void checkHash(byte[] contents, String archive) {
        int hashed = contents.length - TAIL;
        String tail = tail(contents);
        if (!tail.startsWith(HASH_BEGINS) || !tail.endsWith(HASH_ENDS)) {
            throw damaged(archive, "does not end with its hash");
        }
        Hash actual = Hash.of(Hash.sha256().digest(Arrays.copyOf(contents, hashed)));
        String listed = hash(contents);
        if (!listed.equals(actual.hex())) {
            throw damaged(archive, "has the hash " + actual + ", but says " + EntryName.shown(listed));
        }
    }

    private static String tail(byte[] contents) {
        int hashed = contents.length - TAIL;
        return hashed < 0 ? "" : new String(contents, hashed, TAIL, StandardCharsets.UTF_8);
    }

    /** The hash with which a manifest ends, as it says. */
    static String hash(byte[] contents) {
        return tail(contents).substring(HASH_BEGINS.length(), HASH_BEGINS.length() + 2 * Hash.BYTES);
    }

    private static Manifest manifest(JsonNode root) {
        StrictObject object = new StrictObject(root, "the manifest");
        object.number("format", 1, Manifest.FORMAT);
        object.text("sha256");
        Manifest manifest = new Manifest(
                object.text("program"),
                object.value("created", ManifestText::time),
                new ArchivedState(
                        new DatabaseIdentity(
                                object.text("database"),
                                object.value("uuid", UUID::fromString),
                                timeline(object.object("timeline"))),
                        new Lsn(object.number("lsn", 0, Lsn.LAST)),
                        object.value("digest", Digest::parse),
                        object.value("chain", Hash::parse),
                        object.number("certificates", 0, Long.MAX_VALUE),
                        object.number("first_recovery_ordinal", 1, RecoveryFileName.LAST_ORDINAL)),
                files(object));
        object.end();
        return manifest;
    }

    /** Of one that no recovery file can have, no name could be made. */
    private static Instant time(String text) {
        Instant time = Instant.parse(text);
        if (!RecoveryFileName.isTimestamp(time)) {
            throw new IllegalArgumentException(text);
        }
        return time;
    }

    private static Timeline timeline(StrictObject object) {
        Optional<Timeline.Fork> fork = object.optionalObject("fork").map(ManifestText::fork);
        Timeline timeline = new Timeline(
                (int) object.number("number", 1, Timeline.MOST), object.value("id", UUID::fromString), fork);
        object.end();
        return timeline;
    }

    private static Timeline.Fork fork(StrictObject object) {
        Timeline.Fork fork = new Timeline.Fork(
                object.value("parent", UUID::fromString),
                new Lsn(object.number("lsn", 0, Lsn.LAST)),
                object.value("digest", Digest::parse));
        object.end();
        return fork;
    }

    private static List<ArchivedFile> files(StrictObject object) {
        List<ArchivedFile> files = new ArrayList<>();
        for (StrictObject file : object.objects("files")) {
            files.add(new ArchivedFile(
                    file.text("path"), file.number("size", 0, Long.MAX_VALUE), file.value("sha256", Hash::parse)));
            file.end();
        }
        return files;
    }

    private static OperatorFault tooNew(int format, String archive) {
        return OperatorFault.of(
                        ExitCode.FAILED,
                        "archive \"%s\" has format %d, but this program reads formats up to %d",
                        archive,
                        format,
                        Manifest.FORMAT)
                .kept("nothing was changed")
                .next("use the version of OKS that wrote it, or a newer one");
    }

    private static OperatorFault damaged(String archive, String what) {
        return ArchiveFaults.damaged("the manifest of archive \"%s\" %s", archive, what);
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage());
        return EntryName.shown(message.lines().findFirst().orElse(""));
    }
}
