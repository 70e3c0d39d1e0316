package oks.restore.show;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import oks.cli.OutputOptions;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Fingerprint;
import oks.recovery.HistoryFile;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryFileName;
import oks.recovery.RecoveryHeader;
import oks.restore.log.Keyring;
import oks.restore.log.TargetOptions;
import oks.restore.log.TimeArgument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code oks-restore show}: what recovery files hold, change by change. */
@Command(name = "show", description = "Show what recovery files hold: header, every change, how each file ends.")
public final class ShowCommand implements Callable<Integer> {
    @Mixin
    private OutputOptions options;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Recovery files; each is judged by those that follow it.")
    private List<Path> files;

    @Option(
            names = "--fingerprint",
            paramLabel = "FPR",
            converter = TargetOptions.FingerprintArgument.class,
            description = "Only changes of this certificate.")
    private Optional<Fingerprint> fingerprint = Optional.empty();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = TimeArgument.class,
            description = "Only changes made at this time or later.")
    private Optional<Instant> since = Optional.empty();

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = TimeArgument.class,
            description = "Only changes made at this time or before.")
    private Optional<Instant> until = Optional.empty();

    @Option(
            names = "--export",
            paramLabel = "FILE",
            description =
                    "Write the certificates of these changes to a new keyring that gpg imports; \"-\" for standard "
                            + "output.")
    private Optional<Path> export = Optional.empty();

    @Override
    public Integer call() throws IOException {
        Disk disk = new RealDisk();
        if (toStandardOutput() && options.json()) {
            throw OperatorFault.of(ExitCode.USAGE, "standard output cannot take a keyring and an object")
                    .next("leave --json away, or export to a file");
        }
        Optional<OperatorFault> damage = export.isPresent()
                ? export(disk, export.get())
                : show(disk, new ShownChanges(fingerprint, since, until, Optional.empty()));
        if (damage.isPresent() && !options.json()) {
            throw damage.get();
        }
        return damage.map(OperatorFault::code).orElse(ExitCode.DONE).status();
    }

    private boolean toStandardOutput() {
        return export.filter(file -> file.toString().equals("-")).isPresent();
    }

    /** Exports also the changes before damage, and in the files after it. */
    private Optional<OperatorFault> export(Disk disk, Path file) throws IOException {
        try (Keyring keyring = toStandardOutput() ? Keyring.to(disk, options.out()) : Keyring.create(disk, file)) {
            Optional<OperatorFault> damage =
                    show(disk, new ShownChanges(fingerprint, since, until, Optional.of(keyring)));
            keyring.complete();
            return damage;
        }
    }

    /** @return the first damage, if any */
    private Optional<OperatorFault> show(Disk disk, ShownChanges wanted) throws IOException {
        List<HistoryFile> sorted = HistoryFile.of(inOrder(disk));
        Optional<OperatorFault> damage = Optional.empty();
        try (ShownLog shown = shown(wanted)) {
            for (int i = 0; i < sorted.size(); i++) {
                OptionalLong declared = i + 1 < sorted.size()
                        ? declaredLength(
                                sorted.get(i).header(), sorted.get(i + 1).header())
                        : OptionalLong.empty();
                Optional<OperatorFault> found = shown.file(sorted.get(i).file(), declared);
                found.ifPresent(shown::damaged);
                damage = damage.or(() -> found);
            }
        }
        return damage;
    }

    private ShownLog shown(ShownChanges wanted) throws IOException {
        if (toStandardOutput()) {
            return new ShownLines(
                    new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), wanted);
        }
        if (!options.json()) {
            return new ShownLines(options.out(), wanted);
        }
        JsonGenerator json = new JsonFactory()
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .createGenerator(options.out());
        return new ShownJson(json, wanted);
    }

    private List<RecoveryFile> inOrder(Disk disk) {
        List<RecoveryFile> named = new ArrayList<>();
        for (Path file : files) {
            RecoveryFile.of(disk, file).filter(RecoveryFile::hasItsName).ifPresent(named::add);
            if (!disk.isFile(file) || RecoveryFileName.of(file).isEmpty()) {
                throw OperatorFault.of(ExitCode.USAGE, "\"%s\" is not a recovery file", file)
                        .next("name files such as \"sample-202611221049020000000042.recovery\"");
            }
        }
        return named.stream().sorted(Comparator.comparing(RecoveryFile::name)).toList();
    }

    /** Where the next file says that this one ended, if it follows this one. */
    private static OptionalLong declaredLength(RecoveryHeader header, RecoveryHeader next) {
        LogPosition before = next.predecessor();
        boolean follows =
                before.ordinal() == header.name().ordinal() && next.database().equals(header.database());
        return follows ? OptionalLong.of(before.length()) : OptionalLong.empty();
    }
}
