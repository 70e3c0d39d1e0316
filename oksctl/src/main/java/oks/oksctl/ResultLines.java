package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import oks.control.ControlResults;
import oks.control.Results;
import oks.control.Rotation;
import oks.fault.Advice;
import oks.fault.Count;

/** The result of a command, in one line for people. */
final class ResultLines {
    private ResultLines() {}

    static String rotated(ObjectNode result) {
        Rotation rotation = Rotation.fromJson(result);
        return rotation.rotated()
                ? "rotated: " + sealed(rotation)
                : "not rotated: " + rotation.reason() + ", still writing " + rotation.file();
    }

    static String dumped(ObjectNode result) {
        Rotation rotation = Rotation.fromJson(result);
        return "everything is on disk (LSN " + rotation.lsn() + "): "
                + (rotation.rotated() ? sealed(rotation) : rotation.reason() + ", still writing " + rotation.file());
    }

    static String paused(ObjectNode result) {
        ControlResults.Paused paused = Results.read("pause", result, ControlResults.Paused.class);
        Rotation rotation = paused.rotation();
        return "paused until " + StatusTable.time(paused.until())
                + " or " + Advice.resume() + ": everything is on disk (LSN " + rotation.lsn() + ")"
                + (rotation.rotated() ? ", " + sealed(rotation) : "");
    }

    private static String sealed(Rotation rotation) {
        return "sealed " + rotation.sealed() + " (" + Count.grouped(rotation.changes(), "change") + ", LSN "
                + rotation.lsn() + "), now writing " + rotation.file();
    }

    static String resumed(ObjectNode result) {
        ControlResults.Resumed resumed = Results.read("resume", result, ControlResults.Resumed.class);
        return resumed.resumed() ? "resumed" : "not resumed: " + resumed.reason();
    }

    static String reloaded(ObjectNode result) {
        ControlResults.Reloaded reloaded = Results.read("reload", result, ControlResults.Reloaded.class);
        List<String> changed = reloaded.changed();
        List<String> restart = reloaded.restart();
        return "reloaded: " + (changed.isEmpty() ? "no setting changed" : "changed " + String.join(", ", changed))
                + (restart.isEmpty() ? "" : "; restart oksd for " + String.join(", ", restart));
    }

    static String checked(ObjectNode result, boolean repair) {
        return repair
                ? repaired(Results.read("check", result, ControlResults.Repaired.class))
                : checked(Results.read("check", result, ControlResults.Checked.class));
    }

    private static String repaired(ControlResults.Repaired repaired) {
        return "repaired: " + Count.of(repaired.added(), "index entry") + " added, " + repaired.removed() + " removed; "
                + checked(repaired.checked());
    }

    private static String checked(ControlResults.Checked checked) {
        return "checked: certificates, indexes and digest agree (" + Count.of(checked.certificates(), "certificate")
                + ", LSN " + checked.lsn() + ", digest " + checked.digest() + ")";
    }

    static String pointed(ObjectNode result) {
        ControlResults.Point point = Results.read("point", result, ControlResults.Point.class);
        return "restore point \"" + point.name() + "\": LSN " + point.lsn();
    }

    static String deleted(ObjectNode result) {
        ControlResults.Deleted deleted = Results.read("delete", result, ControlResults.Deleted.class);
        return (deleted.deleted() ? "deleted " : "was deleted before: ") + deleted.fingerprint()
                + (deleted.blocked() ? ", uploads of it are refused" : "") + " (LSN " + deleted.lsn() + ")";
    }

    static String unblocked(ObjectNode result) {
        ControlResults.Unblocked unblocked = Results.read("unblock", result, ControlResults.Unblocked.class);
        return "unblocked " + unblocked.fingerprint() + ": uploads of it are taken again (LSN " + unblocked.lsn() + ")";
    }
}
