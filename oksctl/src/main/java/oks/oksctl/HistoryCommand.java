package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import oks.cli.CommonOptions;
import oks.cli.ControlProgress;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ControlResults;
import oks.control.Results;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oksctl history}. */
@Command(
        name = "history",
        description = {
            "List every recorded version of a certificate: when, how it came, what changed.",
            "Reads the database and the recovery files that are in oksd's directory."
        })
final class HistoryCommand implements Callable<Integer> {
    private static final long LIST = 0;

    @Mixin
    private CommonOptions common;

    @Mixin
    private FingerprintParameter fingerprint;

    @Spec
    private CommandSpec spec;

    @Option(names = "--export", paramLabel = "LSN", description = "Write this version, armored, instead of the list.")
    private Long export;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "With --export: write it to a new file (default: standard output).")
    private Path out;

    @Override
    public Integer call() {
        if (export != null && export < 1) {
            throw new ParameterException(
                    spec.commandLine(), "option --export is \"" + export + "\", but an LSN is expected");
        }
        if (out != null && export == null) {
            throw new ParameterException(spec.commandLine(), "option --out is for --export");
        }
        ControlRequest request = new ControlRequest.History(fingerprint.parse(), export == null ? LIST : export);
        ObjectNode result;
        try (ControlClient client = common.connect();
                ControlProgress progress = common.controlProgress()) {
            result = client.call(request, progress);
        }
        show(result);
        return ExitCode.DONE.status();
    }

    private void show(ObjectNode result) {
        if (out != null) {
            write(exported(result));
        }
        if (common.json()) {
            common.printResult(result);
        } else if (export == null) {
            HistoryList.of(result).forEach(common.out()::println);
        } else if (out == null) {
            common.out().print(exported(result));
        } else if (!common.quiet()) {
            common.out().println("wrote \"" + out + "\"");
        }
    }

    private static String exported(ObjectNode result) {
        return Results.read("history", result, ControlResults.Exported.class).armored();
    }

    private void write(String armored) {
        try {
            Files.writeString(
                    out, armored, StandardCharsets.US_ASCII, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw OperatorFault.of(ExitCode.FAILED, "file \"%s\" exists already", out)
                    .kept("it was not changed")
                    .next("name another file")
                    .because(e);
        } catch (IOException e) {
            throw OperatorFault.of(ExitCode.FAILED, "file \"%s\" could not be written: %s", out, IoReason.of(e))
                    .next("name another file")
                    .because(e);
        }
    }
}
