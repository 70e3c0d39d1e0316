package oks.backup.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import oks.archive.Compression;
import oks.backup.output.BackupContext;
import oks.backup.output.OutputDirectory;
import oks.backup.output.OutputLock;
import oks.backup.output.VerifiedArchives;
import oks.cli.BackupDirectoryOption;
import oks.cli.CommonOptions;
import oks.cli.DataCommand;
import oks.cli.JsonResult;
import oks.config.ByteSize;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.TypeConversionException;

/** {@code oks-backup full}: an archive of the whole database. */
@Command(
        name = "full",
        description = "Write a verified archive of the whole database, while oksd runs or when it is stopped.")
public final class FullCommand implements Callable<Integer>, DataCommand {
    private static final Path STANDARD_OUTPUT = Path.of("-");

    @ParentCommand
    private BackupContext program;

    @Mixin
    private CommonOptions options;

    @Mixin
    private BackupDirectoryOption directoryOption;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The directory for the archive; \"-\" writes it to standard output.")
    private Optional<Path> named = Optional.empty();

    @Option(
            names = "--compress",
            paramLabel = "HOW",
            defaultValue = "gzip",
            converter = CompressionWord.class,
            description = "gzip (default), zstd (faster) or none.")
    private Compression compression;

    @Option(
            names = "--incremental",
            description = "Leave out what proven archives in the directory hold already; a restore needs them, too.")
    private boolean incremental;

    @Option(
            names = "--paused",
            description =
                    "Pause oksd and archive its directory itself, instead of a snapshot; the pause ends with this "
                            + "program.")
    private boolean paused;

    @Option(
            names = "--rate",
            paramLabel = "BYTES",
            converter = BytesPerSecond.class,
            description = "Write at most this much per second, such as 20MiB.")
    private long rate; // 0: no limit

    @Option(
            names = "--exec-after",
            paramLabel = "CMD",
            description = "Run this for the new archive; its path is in OKS_FILE.")
    private String execAfter;

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description = "Where copies of two tables at a time have room, some 150 MB (default: the directory for "
                    + "temporary files).")
    private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));

    @Mixin
    private KeyOptions keys;

    @Override
    public Integer call() throws IOException {
        Disk disk = program.disk();
        InstantSource clock = program.clock();
        Path out = directoryOption.directory(named, options);
        if (incremental) {
            requireSharing(out);
        }
        FullBackup backup = new FullBackup(
                disk,
                options,
                clock,
                new FullBackup.ArchiveOptions(
                        compression,
                        incremental,
                        paused,
                        rate,
                        keys.signing(clock.instant()),
                        keys.recipients(clock.instant()),
                        scratch));
        if (out.equals(STANDARD_OUTPUT)) {
            return toPipe(backup);
        } else {
            Path directory = OutputDirectory.require(out);
            FullResult result;
            try (OutputLock lock = OutputLock.take(disk, directory, OutputLock.Part.ARCHIVES, "full", clock)) {
                result = backup.toDirectory(lock.directory());
            }
            VerifiedArchives.tell(options, List.of(result.manifest()));
            return ExecAfter.run(
                    execAfter,
                    ExecAfter.Kind.of(result.manifest()),
                    List.of(result.file().orElseThrow()),
                    options,
                    result.members(),
                    result.lines(),
                    Optional.empty());
        }
    }

    private int toPipe(FullBackup backup) throws IOException {
        requirePipe();
        keys.requireUnsigned();
        FullResult result = backup.toStream(new PipeStream(options.out()));
        options.err()
                .println(
                        options.json()
                                ? JsonResult.of(Json.STANDARD.tree(result.members()), Optional.empty())
                                : String.join("\n", result.lines()));
        return ExitCode.DONE.status();
    }

    /** Refuses what has no archives beside it, or none that could be read to be shared with. */
    private void requireSharing(Path out) {
        if (out.equals(STANDARD_OUTPUT)) {
            throw OperatorFault.of(
                            ExitCode.USAGE,
                            "option --incremental needs a directory: in a pipe there is no archive to leave files to")
                    .kept("nothing was written")
                    .next("name a directory with --out DIR, or leave the option out");
        }
        if (keys.encrypts()) {
            throw OperatorFault.of(
                            ExitCode.USAGE,
                            "options --incremental and --encrypt exclude each other: only the secret key could tell "
                                    + "what an encrypted archive holds, and it is not here")
                    .kept("nothing was written")
                    .next("leave one of them out; or encrypt the disk of the backup directory");
        }
    }

    @Override
    public boolean writesData() {
        return Stream.concat(directoryOption.out().stream(), named.stream()).anyMatch(STANDARD_OUTPUT::equals);
    }

    private void requirePipe() {
        if (options.console().outIsTerminal()) {
            throw OperatorFault.of(ExitCode.USAGE, "standard output is a terminal, and an archive is not for reading")
                    .kept("nothing was written")
                    .next("send it through a pipe or into a file, or name a directory with --out DIR");
        }
    }

    /** A size such as 20MiB. */
    static final class BytesPerSecond implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return ByteSize.parse(text).stream()
                    .boxed()
                    .filter(bytes -> bytes > 0)
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("\"" + text + "\" is no size such as \"20MiB\""));
        }
    }

    /** The words of {@link Compression}. */
    static final class CompressionWord implements ITypeConverter<Compression> {
        @Override
        public Compression convert(String word) {
            for (Compression compression : Compression.values()) {
                if (compression.word().equals(word)) {
                    return compression;
                }
            }
            throw new TypeConversionException("\"" + word + "\" is none of gzip, zstd, none");
        }
    }
}
