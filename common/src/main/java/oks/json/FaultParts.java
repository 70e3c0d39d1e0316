package oks.json;

import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * A fault as an object: {@code {"what":…,"kept":…,"next":…,"exit":…}}; specified in oks-json(7).
 *
 * @param what what happened
 * @param kept what was kept; empty when nothing is said of it
 * @param next what to do next; empty when nothing is said of it
 * @param exit the exit status that it means
 */
public record FaultParts(
        @Bounds(min = 1) String what,
        @OrNull String kept,
        @OrNull String next,
        @Bounds(min = 1, max = 255) int exit) {

    /** A fault's parts. */
    public static FaultParts of(OperatorFault fault) {
        return new FaultParts(
                fault.what(), fault.kept(), fault.next(), fault.code().status());
    }

    /** The fault. */
    public OperatorFault fault() {
        return OperatorFault.of(ExitCode.ofStatus(exit), "%s", what)
                .kept("%s", kept)
                .next("%s", next);
    }
}
