package oks.oksd.writer;

import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** Faults of commands that have to wait for something else. */
final class BusyFaults {
    private BusyFaults() {}

    static OperatorFault paused(ServerState state) {
        return OperatorFault.of(
                        ExitCode.BUSY, "oksd is paused: %s", state.view().reason())
                .kept("nothing was changed")
                .next(
                        "wait for the end of the pause, or end it with %s; %s says who holds it",
                        Advice.resume(), Advice.status());
    }
}
