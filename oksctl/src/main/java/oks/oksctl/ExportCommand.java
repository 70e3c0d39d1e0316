package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.Callable;
import oks.cli.CommonOptions;
import oks.cli.ProgressDisplay;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.Members;
import oks.control.ProgressListener;
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
                    "A new directory, for files of 10000 certificates each; or a new file, whose name ends in .pgp or .gpg.")
    private Path target;

    @Option(
            names = "--since",
            paramLabel = "LSN|TIME",
            description =
                    "Only certificates that changed after this LSN, or at or after a time such as 2026-11-22T10:49:02Z.")
    private String since;

    @Override
    public Integer call() throws IOException {
        ControlRequest.Export wanted = wanted();
        ObjectNode result;
        try (ControlClient client = common.connect();
                KeyringFiles files = KeyringFiles.in(target)) {
            Members begun = new Members("export", client.call(wanted, ProgressListener.NONE));
            try (ProgressDisplay progress =
                    common.progress("exporting", begun.number("certificates"), "certificates")) {
                copy(client, begun.text("id"), files, progress);
            }
            result = files.finish().put("lsn", begun.number("lsn")).put("digest", begun.text("digest"));
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
                    .println("exported " + Count.of(result.path("certificates").asLong(), "certificate") + " of LSN "
                            + result.path("lsn").asLong() + " to \"" + target + "\"");
        }
        return ExitCode.DONE.status();
    }

    private ControlRequest.Export wanted() {
        if (since == null) {
            return ControlRequest.Export.ALL;
        }
        try {
            return since.matches("\\d{1,18}")
                    ? new ControlRequest.Export(Long.parseLong(since), Instant.EPOCH)
                    : new ControlRequest.Export(0, Instant.parse(since));
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
            Members page =
                    new Members("export_next", client.call(new ControlRequest.ExportNext(id), ProgressListener.NONE));
            byte[] packets = Base64.getDecoder().decode(page.text("packets"));
            int at = 0;
            for (long length : page.numbers("lengths")) {
                files.add(packets, at, (int) length);
                at += (int) length;
            }
            looked += page.number("looked");
            last = page.flag("last");
            progress.to(looked);
        }
    }
}
