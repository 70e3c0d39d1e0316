package oks.backup.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.backup.output.AtExit;
import oks.backup.output.Scratch;
import oks.backup.verify.Verification.SoundArchive;
import oks.cli.Installation;
import oks.fault.Advice;
import oks.fault.Count;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Json;

/**
 * Restores an archive and the recovery files beside it into a scratch directory, and compares what came out with what
 * they say. It runs the installation's own oks-restore as a process: what is proven is what an operator will run.
 */
final class TestRestore {
    private static final String PROGRAM = "oks-restore";

    private final Path scratch;
    private final InstantSource clock;

    /** @param scratch a directory with room for the database */
    TestRestore(Path scratch, InstantSource clock) {
        this.scratch = scratch;
        this.clock = clock;
    }

    /**
     * Restores and compares; removes what was restored, also when a signal ends the process.
     *
     * @throws OperatorFault the fault of oks-restore, or DAMAGED when it restored something else
     */
    LastRestore restore(SoundArchive archive) throws IOException {
        try (Scratch restored = Scratch.in(scratch)) {
            return compare(archive, run(archive, restored.directory()));
        }
    }

    private static JsonNode run(SoundArchive archive, Path directory) throws IOException {
        Path errors = directory.resolve("errors");
        List<String> command = new ArrayList<>(List.of(
                program().toString(),
                "from",
                archive.file().toAbsolutePath().toString(),
                "--db",
                directory.resolve("db").toString(),
                "--json",
                "--quiet"));
        for (Path file : archive.recovery()) { // one by one: others may be copied to the directory meanwhile
            command.addAll(List.of("--recovery", file.toAbsolutePath().toString()));
        }
        if (!archive.newest()) {
            command.addAll(
                    List.of("--timeline", archive.continuation().along().id().toString()));
        }
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(errors.toFile())
                .start();
        AtExit atExit = AtExit.register(process::destroy);
        try {
            Optional<ObjectNode> answer =
                    Json.object(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            int status = process.waitFor();
            if (status == 0 && answer.isPresent()) {
                return answer.get();
            }
            throw fault(answer.orElseGet(Json::object).path("error"), status, archive.file(), Files.readString(errors));
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while " + PROGRAM + " ran");
        } finally {
            atExit.close();
        }
    }

    private static OperatorFault fault(JsonNode error, int status, Path archive, String errors) {
        String said = error.path("what")
                .asText(errors.lines().reduce((first, last) -> last).orElse("it said nothing"));
        return OperatorFault.of(ExitCode.ofStatus(status), "archive \"%s\" could not be restored: %s", archive, said)
                .kept("what was restored is removed; the archive and the recovery files are as they were")
                .next(
                        "%s",
                        error.path("next")
                                .asText("try it yourself: "
                                        + Advice.restoreElsewhere(
                                                archive,
                                                "DIR",
                                                archive.toAbsolutePath().getParent())));
    }

    private static Path program() {
        Path program = Installation.prefix()
                .map(prefix -> prefix.resolve("bin").resolve(PROGRAM))
                .orElse(Path.of(PROGRAM));
        if (!Files.isExecutable(program)) {
            throw OperatorFault.of(ExitCode.USAGE, "program \"%s\" is not there, and it is what restores", program)
                    .kept("everything was verified, nothing was restored")
                    .next("run oks-backup from a whole installation, with its launcher");
        }
        return program;
    }

    private LastRestore compare(SoundArchive archive, JsonNode proof) {
        long lsn = archive.end().last().number();
        String digest = archive.end().digest().hex();
        if (proof.path("lsn").asLong(-1) != lsn
                || !proof.path("digest").asText().equals(digest)) {
            throw OperatorFault.of(
                            ExitCode.DAMAGED,
                            "archive \"%s\" was restored to LSN %s with state digest %.16s…, but LSN %d with "
                                    + "%.16s… was expected",
                            archive.file(),
                            proof.path("lsn"),
                            proof.path("digest").asText(),
                            lsn,
                            digest)
                    .next("report this: archive, recovery files and oks-restore contradict each other");
        }
        long certificates = proof.path("certificates").asLong(-1);
        long listed = archive.manifest().state().certificates();
        if (proof.path("changes").asLong() == 0 && certificates != listed) {
            throw OperatorFault.of(
                            ExitCode.DAMAGED,
                            "archive \"%s\" was restored with %s, but its manifest says %d",
                            archive.file(),
                            Count.of(certificates, "certificate"),
                            listed)
                    .next(
                            "run %s, and make a new archive: %s",
                            Advice.check(),
                            Advice.archive(archive.file().toAbsolutePath().getParent()));
        }
        return new LastRestore(
                archive.manifest().state().identity().name(),
                archive.file().getFileName().toString(),
                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                lsn,
                digest,
                certificates,
                proof.path("seconds").asDouble());
    }
}
