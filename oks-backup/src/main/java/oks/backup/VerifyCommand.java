package oks.backup;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import oks.cli.OutputOptions;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code oks-backup verify}: reads archives and recovery files to their last byte. */
@Command(name = "verify", description = "Verify archives, recovery files, and that they continue each other.")
final class VerifyCommand implements Callable<Integer> {
    @Mixin
    private OutputOptions options;

    @Parameters(arity = "1..*", paramLabel = "DIR|FILE",
            description = "An output directory, or archives and recovery files.")
    private List<Path> paths;

    @Override
    public Integer call() throws IOException {
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw OperatorFault.of(ExitCode.USAGE, "\"%s\" does not exist", path)
                        .next("name an output directory, archives or recovery files");
            }
        }
        List<Verification.Finding> findings = new Verification(new RealDisk(), options::progress).verify(paths);
        if (options.json()) {
            options.out().println(json(findings));
        } else {
            findings.forEach(finding -> options.out().println(finding.line()));
        }
        return status(findings).status();
    }

    /** The gravest: damage before gaps before everything else. */
    private static ExitCode status(List<Verification.Finding> findings) {
        List<ExitCode> codes = findings.stream()
                .flatMap(finding -> finding.fault().stream())
                .map(OperatorFault::code)
                .toList();
        for (ExitCode grave : List.of(ExitCode.DAMAGED, ExitCode.GAP_OR_FORK)) {
            if (codes.contains(grave)) {
                return grave;
            }
        }
        return codes.isEmpty() ? ExitCode.DONE : codes.get(0);
    }

    private static ObjectNode json(List<Verification.Finding> findings) {
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("ok", status(findings) == ExitCode.DONE);
        var checked = object.putArray("checked");
        for (Verification.Finding finding : findings) {
            ObjectNode one = checked.addObject()
                    .put("what", finding.what())
                    .put("ok", finding.fault().isEmpty())
                    .put("remark", finding.remark());
            finding.fault().ifPresent(fault -> one.putObject("error")
                    .put("what", fault.what())
                    .put("kept", fault.kept())
                    .put("next", fault.next())
                    .put("exit", fault.code().status()));
        }
        return object;
    }
}
