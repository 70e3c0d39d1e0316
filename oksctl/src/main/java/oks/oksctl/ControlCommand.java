package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import oks.cli.CommonOptions;
import oks.cli.ControlProgress;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ProgressListener;
import oks.fault.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command of oksctl: one request, its progress, and one line that says what happened. */
abstract class ControlCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    /** The request to oksd; refuses wrong options before anything is connected. */
    abstract ControlRequest request();

    /** The result, for people. */
    abstract String told(ObjectNode result);

    @Override
    public final Integer call() {
        ControlRequest request = request();
        ObjectNode result;
        try (ControlClient client = common.connect();
                ControlProgress progress = common.controlProgress()) {
            result = carryOut(client, request, progress);
        }
        if (common.json()) {
            common.printResult(result);
        } else if (!common.quiet()) {
            common.out().println(told(result));
        }
        return ExitCode.DONE.status();
    }

    ObjectNode carryOut(ControlClient client, ControlRequest request, ProgressListener listener) {
        return client.call(request, listener);
    }

    /** The request, or an error of usage in place of its refusal to be made of wrong values. */
    final ControlRequest usage(Supplier<ControlRequest> request, String expected) {
        try {
            return request.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), expected, e);
        }
    }

    /** For errors of usage. */
    final CommandSpec spec() {
        return spec;
    }
}
