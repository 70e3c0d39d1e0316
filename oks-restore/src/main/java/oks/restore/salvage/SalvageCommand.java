package oks.restore.salvage;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import oks.cli.OutputOptions;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.restore.log.Keyring;
import oks.restore.log.RecoverySources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code oks-restore salvage}: brings certificates out of a database that cannot be opened. */
@Command(
        name = "salvage",
        description = "Write every certificate that can still be read from a damaged database to a keyring.")
public final class SalvageCommand implements Callable<Integer> {
    @Mixin
    private OutputOptions options;

    @Parameters(paramLabel = "DIR", description = "The database directory, or what is left of it.")
    private Path directory;

    @Option(
            names = "--keyring",
            required = true,
            paramLabel = "FILE",
            description = "The keyring to write; a new file.")
    private Path keyring;

    @Option(
            names = "--recovery",
            paramLabel = "DIR|FILE",
            description = "More recovery files, or a directory of them; may be given more than once.")
    private List<Path> recovery = new ArrayList<>();

    @Option(
            names = "--list",
            paramLabel = "FILE",
            description =
                    "Write a line for every certificate to this new file: fingerprint, what is known of it, LSN, time.")
    private Optional<Path> list = Optional.empty();

    @Override
    public Integer call() throws IOException {
        Disk disk = new RealDisk();
        if (!disk.isDirectory(directory)) {
            throw OperatorFault.of(ExitCode.USAGE, "directory \"%s\" does not exist", directory)
                    .kept("nothing was changed")
                    .next("name a database directory");
        }
        DatabaseDirectory database = new DatabaseDirectory(disk, directory);
        database.requireNotOpen("oks-restore");
        SalvageSources sources = SalvageSources.find(database, RecoverySources.of(disk, recovery));
        Salvage salvage = new Salvage(disk, sources, options);
        try (Keyring out = Keyring.create(disk, keyring);
                PrintStream lines = list.isPresent() ? listing(list.get()) : null) {
            Salvage.Findings found = salvage.find();
            salvage.write(found.verdicts(), out, Optional.ofNullable(lines));
            out.complete();
            requireWritten(lines);
            return show(new SalvageReport(directory, keyring, sources, found, out.certificates()));
        }
    }

    private static PrintStream listing(Path file) throws IOException {
        return new PrintStream(Keyring.newFile(file), false, StandardCharsets.US_ASCII);
    }

    private void requireWritten(PrintStream lines) {
        if (lines != null && lines.checkError()) {
            throw OperatorFault.of(ExitCode.FAILED, "file \"%s\" could not be written", list.orElseThrow())
                    .kept("the keyring \"%s\" is complete", keyring)
                    .next("make room, or name another file with --list FILE");
        }
    }

    private int show(SalvageReport report) {
        Optional<OperatorFault> incomplete = report.warnings().stream()
                .findFirst()
                .map(why -> OperatorFault.of(ExitCode.DAMAGED, "%s", why)
                        .kept("the keyring \"%s\" has every certificate that could be read", keyring)
                        .next("name more recovery files with --recovery, or load the keyring into a new database"));
        if (options.json()) {
            return report.show(options, incomplete);
        }
        report.show(options, Optional.empty());
        return incomplete.map(OperatorFault::code).orElse(ExitCode.DONE).status();
    }
}
