package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import oks.control.Members;
import oks.control.Rotation;
import oks.fault.Count;

/** What happened, in one line for people. */
final class Told {
    private Told() {}

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
        Rotation rotation = Rotation.fromJson(result);
        return "paused until " + StatusTable.time(new Members("pause", result).time("until"))
                + " or \"oksctl resume\": "
                + "everything is on disk (LSN " + rotation.lsn() + ")"
                + (rotation.rotated() ? ", " + sealed(rotation) : "");
    }

    private static String sealed(Rotation rotation) {
        return "sealed " + rotation.sealed() + " (" + Count.grouped(rotation.changes(), "change") + ", LSN "
                + rotation.lsn() + "), now writing " + rotation.file();
    }

    static String resumed(ObjectNode result) {
        Members members = new Members("resume", result);
        return members.flag("resumed") ? "resumed" : "not resumed: " + members.text("reason");
    }

    static String reloaded(ObjectNode result) {
        Members members = new Members("reload", result);
        List<String> changed = members.texts("changed");
        List<String> restart = members.texts("restart");
        return "reloaded: " + (changed.isEmpty() ? "no setting changed" : "changed " + String.join(", ", changed))
                + (restart.isEmpty() ? "" : "; restart oksd for " + String.join(", ", restart));
    }

    static String checked(ObjectNode result) {
        Members members = new Members("check", result);
        String repaired = result.has("added")
                ? "repaired: " + Count.of(members.number("added"), "index entry") + " added, "
                        + members.number("removed") + " removed; "
                : "";
        return repaired + "checked: certificates, indexes and digest agree ("
                + Count.of(members.number("certificates"), "certificate") + ", LSN " + members.number("lsn")
                + ", digest " + members.text("digest") + ")";
    }

    static String pointed(ObjectNode result) {
        Members members = new Members("point", result);
        return "restore point \"" + members.text("name") + "\": LSN " + members.number("lsn");
    }

    static String deleted(ObjectNode result) {
        Members members = new Members("delete", result);
        return (members.flag("deleted") ? "deleted " : "was deleted before: ") + members.text("fingerprint")
                + (members.flag("blocked") ? ", uploads of it are refused" : "") + " (LSN " + members.number("lsn")
                + ")";
    }

    static String unblocked(ObjectNode result) {
        Members members = new Members("unblock", result);
        return "unblocked " + members.text("fingerprint") + ": uploads of it are taken again (LSN "
                + members.number("lsn") + ")";
    }
}
