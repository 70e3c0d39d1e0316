package oks.oksctl.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import oks.cli.CommonOptions;
import oks.cli.ProgressDisplay;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ControlResults;
import oks.control.ProgressListener;
import oks.control.Results;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.service.UploadConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code oksctl load}. */
@Command(
        name = "load",
        description = {
            "Take in keyrings and dumps of any size: binary or armored, compressed or not, or directories of such "
                    + "files.",
            "Every certificate is accounted for; one bad certificate never costs its neighbours."
        })
public final class LoadCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @Parameters(paramLabel = "FILE|DIR", arity = "1..*", description = "What to take in, in this order.")
    private List<Path> sources;

    @Option(
            names = "--trusted",
            description = "Do not verify self-signatures: for dumps of a server that verified them.")
    private boolean trusted;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Append a line of JSON for every certificate to this file.")
    private Path report;

    @Option(
            names = "--resume",
            paramLabel = "FILE",
            description = "Keep in this file how far the load has come, and go on from there if it exists.")
    private Path resume;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<LoadSource> files = LoadSource.of(sources);
        LoadState state = LoadState.open(resume, files);
        ControlResults.UploadSettings settings;
        long total = files.stream().mapToLong(LoadSource::bytes).sum();
        try (ControlClient control = common.connect()) {
            ControlResults.Load ready = Results.read(
                    "load",
                    control.call(new ControlRequest.Load(trusted), ProgressListener.NONE),
                    ControlResults.Load.class);
            settings = ready.upload();
            if (!common.json() && !common.quiet()) {
                common.out().println(LeftOutCounts.announcement(settings, trusted));
            }
            try (UploadConnection oksd = UploadConnection.connect(ready.socket(), "oksctl load");
                    LoadReport lines = LoadReport.open(report, state.reported(report));
                    ProgressDisplay progress = common.progress("loading", total, "bytes");
                    Load load = new Load(
                            oksd,
                            ready.ticket().orElse(""),
                            Math.toIntExact(ready.maxBytes()),
                            state,
                            lines,
                            progress)) {
                load.run(files);
            } catch (OperatorFault fault) {
                throw resume == null ? fault : fault.next("run the same command again: it goes on from \"%s\"", resume);
            }
        }
        state.finish();
        return tell(state.totals(), settings);
    }

    private int tell(LoadTotals totals, ControlResults.UploadSettings settings) {
        Optional<OperatorFault> refused = totals.isAllRefused()
                ? Optional.of(OperatorFault.of(ExitCode.FAILED, "everything was refused")
                        .kept("nothing was stored")
                        .next("load again with \"--report FILE\", which says why for each, and mend or "
                                + "leave out what it names"))
                : Optional.empty();
        List<String> lines = new ArrayList<>();
        if (!common.quiet()) {
            lines.add(totals.line());
            lines.addAll(totals.leftOut().lines(settings));
            lines.addAll(totals.refusals());
        } else if (!common.json()) {
            totals.refusals().forEach(common.err()::println);
        }
        return common.printResult(totals.members(), lines, refused);
    }
}
