package oks.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import oks.archive.Compression;
import oks.cli.CommonOptions;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code oks-backup full}: an archive of the whole database. */
@Command(name = "full", description = "Write a verified archive of the whole database, while oksd runs or when it is stopped.")
final class FullCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions options;

    @Option(names = "--out", required = true, paramLabel = "DIR",
            description = "The directory for the archive; \"-\" writes it to standard output.")
    private String out;

    @Option(names = "--compress", paramLabel = "HOW", defaultValue = "gzip", converter = CompressionWord.class,
            description = "gzip (default), zstd (faster) or none.")
    private Compression compression;

    @Override
    public Integer call() throws IOException {
        FullBackup backup = new FullBackup(new RealDisk(), options, InstantSource.system(), compression);
        if (out.equals("-")) {
            requirePipe();
            FullResult result = backup.toStream(new PipeStream(options.out()));
            options.err().println(options.json() ? result.json() : String.join("\n", result.lines()));
        } else {
            FullResult result = backup.toDirectory(OutputDirectory.require(Path.of(out)));
            options.out().println(options.json() ? result.json() : String.join("\n", result.lines()));
        }
        return ExitCode.DONE.status();
    }

    private void requirePipe() {
        if (options.console().outIsTerminal()) {
            throw OperatorFault.of(ExitCode.USAGE, "standard output is a terminal, and an archive is not for reading")
                    .kept("nothing was written")
                    .next("send it through a pipe or into a file, or name a directory with --out");
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
