package oks.backup.archive;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import oks.archive.BaseArchive;
import oks.archive.Manifest;
import oks.cli.OutputOptions;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** The operator's own command, for example one that copies a new file to another place. */
public final class ExecAfter {
    private ExecAfter() {}

    /**
     * What the command is told of the files, besides their paths.
     *
     * @param word OKS_KIND: "full", "incremental" or "recovery"
     * @param bases OKS_BASES: names of the archives that an incremental one needs
     */
    public record Kind(String word, List<String> bases) {
        public static final Kind RECOVERY = new Kind("recovery", List.of());

        static Kind of(Manifest manifest) {
            List<String> bases =
                    manifest.bases().stream().map(BaseArchive::archive).toList();
            return new Kind(bases.isEmpty() ? "full" : "incremental", bases);
        }
    }

    /**
     * Tells the result of a command, and runs the operator's own for each file that was added: after the lines that a
     * person reads, but before the object that a program reads, because that says whether all went well.
     *
     * @param fault what the command ends with in any case
     * @return the exit status
     */
    public static int run(
            String command,
            Kind kind,
            List<Path> files,
            OutputOptions options,
            Record members,
            List<String> lines,
            Optional<OperatorFault> fault)
            throws IOException {
        if (!options.json()) {
            options.printResult(members, lines, Optional.empty());
        }
        Optional<OperatorFault> failed = Optional.empty();
        try {
            for (Path file : files) {
                run(command, kind, file, options.err());
            }
        } catch (OperatorFault why) {
            failed = Optional.of(why);
        }
        return options.printResult(members, List.of(), failed.or(() -> fault));
    }

    /**
     * Runs it and waits for its end. What it says goes to standard error: standard output is the result's.
     *
     * @param command for /bin/sh; null for none
     * @throws OperatorFault FAILED when it ends with another status than 0
     */
    private static void run(String command, Kind kind, Path file, PrintStream err) throws IOException {
        if (command == null) {
            return;
        }
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command).redirectErrorStream(true);
        builder.environment().put("OKS_FILE", file.toAbsolutePath().toString());
        builder.environment().put("OKS_KIND", kind.word());
        builder.environment().put("OKS_BASES", String.join(" ", kind.bases()));
        Process process = builder.start();
        try {
            process.getOutputStream().close();
            process.getInputStream().transferTo(err);
            int status = process.waitFor();
            if (status != 0) {
                throw OperatorFault.of(
                                ExitCode.FAILED,
                                "the command of --exec-after ended with status %d for file \"%s\"",
                                status,
                                file)
                        .kept("the file is complete and verified")
                        .next("run the command yourself with OKS_FILE=%s, and look", file.toAbsolutePath());
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the command of --exec-after ran");
        }
    }
}
