package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.Callable;
import oks.cli.CommonOptions;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ControlStatus;
import oks.control.ProgressListener;
import oks.fault.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oksctl status}. */
@Command(name = "status", description = "Show what oksd is doing, how far changes have come, and what it holds.")
final class StatusCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";
    private static final int ONCE = 0;
    private static final int LONGEST = 3600;

    private final Ticks ticks;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--watch",
            paramLabel = "SECONDS",
            arity = "0..1",
            fallbackValue = "2",
            description = "Show it again every so many seconds, 1 to 3600, until interrupted"
                    + " (default: ${FALLBACK-VALUE}).")
    private Integer watch;

    /** Waits between two looks. */
    interface Ticks {
        void await(Duration time) throws InterruptedException;
    }

    StatusCommand(Ticks ticks) {
        this.ticks = ticks;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (watch != null && (watch < 1 || watch > LONGEST)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "option --watch is \"" + watch + "\", but a number of seconds from 1 to " + LONGEST
                            + " is expected");
        }
        int seconds = watch == null ? ONCE : watch;
        try (ControlClient client = common.connect()) {
            show(status(client));
            while (seconds != ONCE) {
                ticks.await(Duration.ofSeconds(seconds));
                showAgain(status(client));
            }
        }
        return ExitCode.DONE.status();
    }

    private static ObjectNode status(ControlClient client) {
        return client.call(new ControlRequest.Status(), PATIENCE, ProgressListener.NONE);
    }

    private void show(ObjectNode status) {
        if (common.json()) {
            common.printResult(status);
        } else {
            boolean colours = common.console().outHasColours();
            StatusTable.of(ControlStatus.fromJson(status), colours).forEach(common.out()::println);
        }
    }

    /** In the same place on a terminal; below the last one otherwise. */
    private void showAgain(ObjectNode status) {
        if (common.console().outHasColours()) {
            common.out().print(HOME_AND_CLEAR);
        } else if (!common.json()) {
            common.out().println();
        }
        show(status);
    }
}
