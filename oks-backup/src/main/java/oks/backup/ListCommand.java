package oks.backup;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import oks.cli.OutputOptions;
import oks.durable.Disk;
import oks.fault.Count;
import oks.fault.ExitCode;
import org.apache.commons.io.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code oks-backup list}: what an output directory can restore. */
@Command(name = "list", description = "List archives and recovery files, and what they can restore; verifies nothing.")
final class ListCommand implements Callable<Integer> {
    @ParentCommand
    private OksBackup program;

    @Mixin
    private OutputOptions options;

    @Parameters(paramLabel = "DIR", description = "The output directory.")
    private Path directory;

    @Override
    public Integer call() throws IOException {
        Disk disk = program.disk();
        OutputContents contents = OutputContents.of(disk, OutputDirectory.require(directory));
        List<LastRestore> restores = LastRestore.in(disk, directory);
        if (options.json()) {
            options.out().println(json(contents, restores));
        } else {
            show(contents);
            restores.forEach(restore -> line("%s", restore.line()));
        }
        return ExitCode.DONE.status();
    }

    private void show(OutputContents contents) {
        for (OutputContents.Archive archive : contents.archives()) {
            line("%-44s %10s  restores LSN %s to %s%s%s", archive.name(), size(archive.bytes()), archive.name().lsn(),
                    archive.reach(), archive.name().encrypted() ? ", encrypted" : "", archive.signed() ? ", signed" : "");
        }
        for (OutputContents.Range range : contents.ranges()) {
            range.gap().ifPresent(gap -> line("gap: %s; no archive from before LSN %s can be restored beyond it", gap.line(), gap.last()));
            line("%s to %s: %s, LSN %d to %d", range.from(), range.to(), Count.of(range.files(), "file"),
                    range.after().number() + 1, range.last().number());
        }
        if (contents.archives().isEmpty() && contents.ranges().isEmpty()) {
            line("nothing of OKS is in \"%s\"", contents.directory());
        }
    }

    private void line(String format, Object... values) {
        options.out().println(String.format(Locale.ROOT, format, values));
    }

    private static String size(long bytes) {
        return FileUtils.byteCountToDisplaySize(bytes);
    }

    private static ObjectNode json(OutputContents contents, List<LastRestore> restores) {
        ObjectNode object = JsonNodeFactory.instance.objectNode()
                .put("directory", contents.directory().toAbsolutePath().toString());
        var archives = object.putArray("archives");
        for (OutputContents.Archive archive : contents.archives()) {
            archives.addObject()
                    .put("name", archive.name().toString())
                    .put("database", archive.name().database())
                    .put("created", archive.name().timestamp().toString())
                    .put("lsn", archive.name().lsn().number())
                    .put("bytes", archive.bytes())
                    .put("reach_lsn", archive.reach().number())
                    .put("encrypted", archive.name().encrypted())
                    .put("signed", archive.signed());
        }
        var ranges = object.putArray("recovery");
        for (OutputContents.Range range : contents.ranges()) {
            ranges.addObject()
                    .put("database", range.database())
                    .put("uuid", range.uuid().toString())
                    .put("from", range.from().toString())
                    .put("to", range.to().toString())
                    .put("files", range.files())
                    .put("after_lsn", range.after().number())
                    .put("last_lsn", range.last().number())
                    .put("gap_before", range.gap().isPresent());
        }
        ObjectNode proven = object.putObject("last_restores");
        restores.forEach(restore -> proven.set(restore.database(), restore.json()));
        return object;
    }
}
