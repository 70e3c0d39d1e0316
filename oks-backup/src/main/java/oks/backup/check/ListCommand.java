package oks.backup.check;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import oks.archive.BaseArchive;
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
            options.printResult(members(contents, restores));
        } else {
            show(contents);
            restores.forEach(restore -> line("%s", restore.line()));
        }
        return ExitCode.DONE.status();
    }

    private void show(OutputContents contents) {
        for (OutputContents.Archive archive : contents.archives()) {
            line(
                    "%-44s %10s  restores LSN %s to %s%s%s%s%s, %s",
                    archive.name(),
                    size(archive.bytes()),
                    archive.name().lsn(),
                    archive.reach(),
                    timeline(contents, archive),
                    archive.name().encrypted() ? ", encrypted" : "",
                    archive.signed() ? ", signed" : "",
                    needs(archive),
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

    /** What an incremental archive needs, and what is not here of that. */
    private static String needs(OutputContents.Archive archive) {
        return BaseArchive.names(archive.bases())
                        .map(bases -> ", needs " + bases)
                        .orElse("")
                + BaseArchive.names(archive.missing())
                        .map(missing -> ", cannot be restored without " + missing + ", MISSING")
                        .orElse("");
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

    /** The members of {@code list --json}; see oks-json(7). */
    private record Members(
            Path directory, List<ListedArchive> archives, List<ListedRange> ranges, List<LastRestore> lastRestores) {}

    private record ListedArchive(
            String archive,
            String database,
            Instant created,
            long lsn,
            long archiveBytes,
            long reachLsn,
            boolean encrypted,
            boolean signed,
            List<String> bases,
            List<String> missingBases,
            Optional<Proof.Level> proven,
            Optional<Instant> provenAt,
            Optional<Integer> timeline,
            Optional<UUID> timelineId,
            Optional<Long> leftAtLsn) {
        static ListedArchive of(OutputContents.Archive archive) {
            Optional<Timeline> timeline =
                    archive.identity().map(known -> known.database().timeline());
            return new ListedArchive(
                    archive.name().toString(),
                    archive.name().database(),
                    archive.name().timestamp(),
                    archive.name().lsn().number(),
                    archive.bytes(),
                    archive.reach().number(),
                    archive.name().encrypted(),
                    archive.signed(),
                    archive.bases(),
                    archive.missing(),
                    archive.proof().map(Proof::level),
                    archive.proof().map(Proof::at),
                    timeline.map(Timeline::number),
                    timeline.map(Timeline::id),
                    archive.continuation()
                            .filter(known -> !known.newest())
                            .map(known -> known.shared().number()));
        }
    }

    private record ListedRange(
            String database,
            UUID databaseId,
            int timeline,
            UUID timelineId,
            String from,
            String to,
            long files,
            long afterLsn,
            long lastLsn,
            boolean gapBefore) {
        static ListedRange of(OutputContents.Range range) {
            return new ListedRange(
                    range.database(),
                    range.uuid(),
                    range.timeline().number(),
                    range.timeline().id(),
                    range.from().toString(),
                    range.to().toString(),
                    range.files(),
                    range.after().number(),
                    range.last().number(),
                    range.gap().isPresent());
        }
    }

    private static Members members(OutputContents contents, List<LastRestore> restores) {
        return new Members(
                contents.directory().toAbsolutePath(),
                contents.archives().stream().map(ListedArchive::of).toList(),
                contents.ranges().stream().map(ListedRange::of).toList(),
                restores);
    }
}
