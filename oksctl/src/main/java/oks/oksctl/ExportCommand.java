package oks.oksctl;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import oks.cli.CommonOptions;
import oks.cli.ProgressDisplay;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ControlResults;
import oks.control.ProgressListener;
import oks.control.Results;
import oks.fault.Count;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code oksctl export}. */
@Command(
        name = "export",
        description = {
            "Write all certificates as OpenPGP keyrings, in the order of their fingerprints, with their SHA-256 sums.",
            "They are of one moment, while uploads go on; equal contents give equal bytes."
        })
final class ExportCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "DIR|FILE",
            description =
                    "A new directory, for files of 10000 certificates each; or a new file, whose name ends in .pgp "
                            + "or .gpg.")
    private Path target;

    @Option(
            names = "--since",
            paramLabel = "LSN|TIME",
            description = "Only certificates that changed after this LSN, or at or after a time such as "
                    + "2026-11-22T10:49:02Z.")
    private String since;

    @Option(
            names = "--whole",
            description = "Also the names of certificates that their owners revoked for good, which oksd gives out "
                    + "bare.")
    private boolean whole;

    /** The result: which files were written, and the state that is in them. */
    private record Exported(@JsonUnwrapped KeyringFiles.Written files, long lsn, String digest) {}

    @Override
    public Integer call() throws IOException {
        ControlRequest.Export wanted = wanted();
        Exported result;
        try (ControlClient client = common.connect();
                KeyringFiles files = KeyringFiles.in(target)) {
            ControlResults.Export begun =
                    Results.read("export", client.call(wanted, ProgressListener.NONE), ControlResults.Export.class);
            try (ProgressDisplay progress = common.progress("exporting", begun.certificates(), "certificates")) {
                copy(client, begun.id(), files, progress);
            }
            result = new Exported(files.finish(), begun.lsn(), begun.digest());
        } catch (IOException e) {
            throw OperatorFault.of(ExitCode.FAILED, "\"%s\" could not be written: %s", target, IoReason.withFile(e))
                    .kept("what was begun was removed")
                    .next("look at its disk and directory")
                    .because(e);
        }
        if (common.json()) {
            common.printResult(result);
        } else if (!common.quiet()) {
            common.out()
                    .println("exported " + Count.of(result.files().certificates(), "certificate") + " of LSN "
                            + result.lsn() + " to \"" + target + "\"");
        }
        return ExitCode.DONE.status();
    }

    private ControlRequest.Export wanted() {
        if (since == null) {
            return new ControlRequest.Export(0, Optional.empty(), whole);
        }
        try {
            return since.matches("\\d{1,18}")
                    ? new ControlRequest.Export(Long.parseLong(since), Optional.empty(), whole)
                    : new ControlRequest.Export(0, Optional.of(Instant.parse(since)), whole);
        } catch (DateTimeException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "option --since is \"" + since
                            + "\", but an LSN or a time such as 2026-11-22T10:49:02Z is expected",
                    e);
        }
    }

    private static void copy(ControlClient client, String id, KeyringFiles files, ProgressDisplay progress)
            throws IOException {
        long looked = 0;
        boolean last = false;
        while (!last) {
            ControlResults.ExportPage page = Results.read(
                    "export_next",
                    client.call(new ControlRequest.ExportNext(id), ProgressListener.NONE),
                    ControlResults.ExportPage.class);
            int at = 0;
            for (int length : page.lengths()) {
                files.add(page.packets(), at, length);
                at += length;
            }
            looked += page.looked();
            last = page.last();
            progress.to(looked);
        }
    }
}
