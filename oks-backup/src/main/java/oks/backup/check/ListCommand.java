package oks.backup.check;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import oks.archive.Proof;
import oks.backup.output.BackupContext;
import oks.backup.output.OutputContents;
import oks.backup.output.OutputDirectory;
import oks.backup.verify.LastRestore;
import oks.cli.BackupDirectoryOption;
import oks.cli.SettingsOptions;
import oks.durable.Disk;
import oks.fault.Count;
import oks.fault.ExitCode;
import oks.fault.UtcTime;
import oks.recovery.Continuation;
import oks.recovery.Histories;
import oks.recovery.Timeline;
import org.apache.commons.io.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code oks-backup list}: what a backup directory can restore. */
@Command(name = "list", description = "List archives and recovery files, and what they can restore; verifies nothing.")
public final class ListCommand implements Callable<Integer> {
    @ParentCommand
    private BackupContext program;

    @Mixin
    private SettingsOptions options;

    @Mixin
    private BackupDirectoryOption directoryOption;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "The backup directory.")
    private Optional<Path> named = Optional.empty();

    @Override
    public Integer call() throws IOException {
        Disk disk = program.disk();
        Path directory = OutputDirectory.require(directoryOption.directory(named, options));
        OutputContents contents = OutputContents.of(disk, directory);
        List<LastRestore> restores = LastRestore.in(disk, directory);
        if (options.json()) {
            options.printResult(json(contents, restores));
        } else {
            show(contents);
            restores.forEach(restore -> line("%s", restore.line()));
        }
        return ExitCode.DONE.status();
    }

    private void show(OutputContents contents) {
        for (OutputContents.Archive archive : contents.archives()) {
            line(
                    "%-44s %10s  restores LSN %s to %s%s%s%s, %s",
                    archive.name(),
                    size(archive.bytes()),
                    archive.name().lsn(),
                    archive.reach(),
                    timeline(contents, archive),
                    archive.name().encrypted() ? ", encrypted" : "",
                    archive.signed() ? ", signed" : "",
                    proven(archive.proof()));
        }
        for (OutputContents.Range range : contents.ranges()) {
            range.gap()
                    .ifPresent(gap -> line(
                            "gap: %s; no archive from before LSN %s can be restored beyond it",
                            gap.line(), gap.last()));
            line(
                    "%s to %s: %s, %sLSN %d to %d",
                    range.from(),
                    range.to(),
                    Count.of(range.files(), "file"),
                    contents.tellsTimelines() ? "timeline " + range.timeline().number() + ", " : "",
                    range.after().number() + 1,
                    range.last().number());
        }
        contents.histories().values().forEach(this::showRivals);
        if (contents.archives().isEmpty() && contents.ranges().isEmpty()) {
            line("nothing of OKS is in \"%s\"", contents.directory());
        }
    }

    /** Of which timeline an archive is, where there are several, and how it is restored when that was left. */
    private static String timeline(OutputContents contents, OutputContents.Archive archive) {
        if (archive.leftBehind()) {
            Continuation left = archive.continuation().orElseThrow();
            return ", " + left.leftBehind() + ": only with --timeline "
                    + left.along().id();
        }
        return contents.tellsTimelines() && archive.identity().isPresent()
                ? ", timeline " + archive.identity().get().database().timeline().number()
                : "";
    }

    private static String proven(Optional<Proof> proof) {
        return proof.map(one -> "proven " + one.at() + ": " + one.level().word())
                .orElse("not proven yet");
    }

    private void showRivals(Histories histories) {
        if (!histories.rivals().isEmpty()) {
            line(
                    "two histories, neither of which knows of the other: %s",
                    histories.rivals().stream().map(histories::contents).collect(Collectors.joining("; ")));
        }
    }

    private void line(String format, Object... values) {
        options.out().println(String.format(Locale.ROOT, format, values));
    }

    private static String size(long bytes) {
        return FileUtils.byteCountToDisplaySize(bytes);
    }

    private static ObjectNode json(OutputContents contents, List<LastRestore> restores) {
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("directory", contents.directory().toAbsolutePath().toString());
        var archives = object.putArray("archives");
        for (OutputContents.Archive archive : contents.archives()) {
            ObjectNode one = archives.addObject()
                    .put("archive", archive.name().toString())
                    .put("database", archive.name().database())
                    .put("created", UtcTime.of(archive.name().timestamp()))
                    .put("lsn", archive.name().lsn().number())
                    .put("archive_bytes", archive.bytes())
                    .put("reach_lsn", archive.reach().number())
                    .put("encrypted", archive.name().encrypted())
                    .put("signed", archive.signed())
                    .put(
                            "proven",
                            archive.proof().map(known -> known.level().word()).orElse(null))
                    .put("proven_at", UtcTime.orNull(archive.proof().map(Proof::at)));
            Optional<Timeline> timeline =
                    archive.identity().map(known -> known.database().timeline());
            one.put("timeline", timeline.map(Timeline::number).orElse(null))
                    .put(
                            "timeline_id",
                            timeline.map(known -> known.id().toString()).orElse(null))
                    .put(
                            "left_at_lsn",
                            archive.continuation()
                                    .filter(known -> !known.newest())
                                    .map(known -> known.shared().number())
                                    .orElse(null));
        }
        var ranges = object.putArray("ranges");
        for (OutputContents.Range range : contents.ranges()) {
            ranges.addObject()
                    .put("database", range.database())
                    .put("database_id", range.uuid().toString())
                    .put("timeline", range.timeline().number())
                    .put("timeline_id", range.timeline().id().toString())
                    .put("from", range.from().toString())
                    .put("to", range.to().toString())
                    .put("files", range.files())
                    .put("after_lsn", range.after().number())
                    .put("last_lsn", range.last().number())
                    .put("gap_before", range.gap().isPresent());
        }
        var proven = object.putArray("last_restores");
        restores.forEach(restore -> proven.add(restore.result()));
        return object;
    }
}
