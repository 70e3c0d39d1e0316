package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import oks.control.Members;

/** The history of a certificate, for people: a line per version and what changed below it. */
final class HistoryList {
    private final List<String> lines = new ArrayList<>();

    private HistoryList() {}

    static List<String> of(ObjectNode result) {
        HistoryList list = new HistoryList();
        Members history = new Members("history", result);
        history.objects("versions").forEach(list::version);
        if (!history.numbers("missing").isEmpty()) {
            list.lines.add("older versions are in no recovery file here: LSN "
                    + history.numbers("missing").stream().map(String::valueOf).collect(Collectors.joining(", ")));
        }
        history.texts("notes").forEach(list.lines::add);
        long stored = history.numberIfAny("stored_lsn");
        list.lines.add(stored == 0 ? "not in the database now" : "the database has LSN " + stored);
        return list.lines;
    }

    private void version(Members version) {
        String head = "LSN " + version.number("lsn") + "  " + StatusTable.time(version.time("time")) + "  ";
        if (version.text("kind").equals("delete")) {
            lines.add(head + deletion(version) + " by " + version.text("by") + ": " + version.text("reason"));
            return;
        }
        String origin = version.textIfAny("origin");
        lines.add(head + (origin.isEmpty() ? "" : origin + ", ") + version.number("bytes") + " bytes");
        if (version.object().has("parts_added")) {
            version.texts("parts_added").forEach(part -> lines.add("    + " + part));
            version.texts("parts_removed").forEach(part -> lines.add("    - " + part));
        }
    }

    private static String deletion(Members version) {
        boolean blocked = version.flag("blocked");
        if (version.numberIfAny("removed_lsn") == 0) {
            return blocked ? "blocked" : "unblocked; had been deleted";
        }
        return blocked ? "deleted and blocked" : "deleted";
    }
}
