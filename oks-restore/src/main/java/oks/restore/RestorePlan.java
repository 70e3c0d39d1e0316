package oks.restore;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.archive.ArchiveContents;
import oks.archive.Manifest;
import oks.cli.OutputOptions;
import oks.durable.Disk;
import oks.recovery.Lsn;
import oks.recovery.RecoveryChain.ChainEnd;

/**
 * What a restore would do, everything checked that can be checked without writing.
 *
 * @param log the recovery files and what they bring; empty for an archive made by hand, whose LSN only its unpacked store
 *     knows
 * @param candidates the recovery files that were named, when they could not be checked
 */
record RestorePlan(
        Path directory,
        String archive,
        ArchiveContents contents,
        Optional<Reach> log,
        List<String> candidates,
        long needed,
        long free)
        implements Report {

    /** How far the recovery files bring the archive. */
    record Reach(List<Path> files, long changes, Lsn last, Optional<Instant> time, Optional<LeftOut> leftOut) {}

    static RestorePlan of(
            Disk disk, ArchiveInput input, RecoverySources sources, RestoreTarget target, OutputOptions options)
            throws IOException {
        ArchiveContents contents = input.check(options);
        List<Path> named = sources.with(List.of(), contents.identity().name());
        Optional<Reach> reach = Optional.empty();
        long logBytes = 0;
        if (contents.manifest().isPresent()) {
            LogReading log = new LogReading(disk, named, contents.identity().database(),
                    contents.manifest().get().state().position(), options);
            reach = Optional.of(reach(log, contents.manifest().get()));
            logBytes = log.bytes();
        }
        List<String> candidates = new ArrayList<>(contents.recoveryFiles());
        named.forEach(file -> candidates.add(file.getFileName().toString()));
        return new RestorePlan(target.directory(), input.name(), contents, reach, candidates,
                contents.bytes() + logBytes, target.usableBytes());
    }

    private static Reach reach(LogReading log, Manifest manifest) throws IOException {
        ChainEnd end = log.verify();
        Lsn archived = manifest.state().lsn();
        Lsn last = end.position().last().isAfter(archived) ? end.position().last() : archived;
        return new Reach(log.files(), log.changes(), last, log.lastTime(), LogReading.leftOut(end));
    }

    /** {@code none}, {@code NAME}, or {@code 3, NAME to NAME}. */
    static String range(List<String> names) {
        return switch (names.size()) {
            case 0 -> "none";
            case 1 -> "1, " + names.get(0);
            default -> names.size() + ", " + names.get(0) + " to " + names.get(names.size() - 1);
        };
    }

    static ObjectNode archive(String name, Optional<Manifest> manifest) {
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("name", name);
        manifest.ifPresentOrElse(
                made -> object.put("made_by", made.program())
                        .put("created", made.created().toString())
                        .put("lsn", made.state().lsn().number())
                        .put("certificates", made.state().certificates()),
                () -> object.put("made_by", "hand"));
        return object;
    }

    @Override
    public List<String> lines() {
        return List.of(
                "would restore database \"" + contents.identity().name() + "\" to " + directory,
                "  archive         " + archive + ", " + contents.manifest()
                        .map(made -> "LSN " + made.state().lsn() + ", " + made.created() + ", by " + made.program())
                        .orElse("made by hand: its LSN is known when it is unpacked"),
                "  recovery files  " + log.map(reach -> range(names(reach)) + ", " + reach.changes() + " changes")
                        .orElse(range(candidates) + ", to be checked when the archive is unpacked"),
                "  last change     " + log.map(reach -> "LSN " + reach.last()
                                + reach.time().map(time -> ", " + time).orElse(""))
                        .orElse("not known yet"),
                "  left out        " + log.flatMap(Reach::leftOut).map(LeftOut::warning).orElse("nothing"),
                "  space           " + needed + " bytes needed, " + free + " bytes free",
                "nothing was written");
    }

    private static List<String> names(Reach reach) {
        return reach.files().stream().map(file -> file.getFileName().toString()).toList();
    }

    @Override
    public ObjectNode json() {
        ObjectNode object = JsonNodeFactory.instance.objectNode()
                .put("restored", false)
                .put("directory", directory.toString())
                .put("database", contents.identity().name())
                .put("uuid", contents.identity().database().toString());
        object.set("archive", archive(archive, contents.manifest()));
        var files = object.putArray("recovery_files");
        log.ifPresentOrElse(
                reach -> reach.files().forEach(file -> files.add(file.toString())), () -> candidates.forEach(files::add));
        log.ifPresent(reach -> object.put("changes", reach.changes())
                .put("lsn", reach.last().number())
                .put("time", reach.time().map(Instant::toString).orElse(null)));
        return object.put("bytes_needed", needed).put("bytes_free", free);
    }

    @Override
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        log.flatMap(Reach::leftOut).map(LeftOut::warning).ifPresent(warnings::add);
        if (needed > free) {
            warnings.add("the restore needs " + needed + " bytes, but " + free + " are free");
        }
        return warnings;
    }
}
