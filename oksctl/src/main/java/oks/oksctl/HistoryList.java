package oks.oksctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import oks.control.ControlResults;
import oks.control.ControlResults.Delete;
import oks.control.ControlResults.Put;
import oks.control.ControlResults.Version;
import oks.control.Results;

/** The history of a certificate, for people: a line per version and what changed below it. */
final class HistoryList {
    private final List<String> lines = new ArrayList<>();

    private HistoryList() {}

    static List<String> of(ObjectNode result) {
        HistoryList list = new HistoryList();
        ControlResults.History history = Results.read("history", result, ControlResults.History.class);
        history.versions().forEach(list::version);
        if (!history.missing().isEmpty()) {
            list.lines.add("older versions are in no recovery file here: LSN "
                    + history.missing().stream().map(String::valueOf).collect(Collectors.joining(", ")));
        }
        list.lines.addAll(history.notes());
        list.lines.add(
                history.storedLsn().map(lsn -> "the database has LSN " + lsn).orElse("not in the database now"));
        return list.lines;
    }

    private void version(Version version) {
        String head = "LSN " + version.lsn() + "  " + StatusTable.time(version.time()) + "  ";
        List<String> told = switch (version.kind()) {
            case PUT -> put((Put) version);
            case DELETE -> deletion((Delete) version);
        };
        lines.add(head + told.get(0));
        lines.addAll(told.subList(1, told.size()));
    }

    private static List<String> put(Put put) {
        List<String> told = new ArrayList<>();
        told.add((put.origin().isEmpty() ? "" : put.origin() + ", ") + put.bytes() + " bytes");
        put.partsAdded().orElse(List.of()).forEach(part -> told.add("    + " + part));
        put.partsRemoved().orElse(List.of()).forEach(part -> told.add("    - " + part));
        return told;
    }

    private static List<String> deletion(Delete delete) {
        String what = delete.blocked() ? "deleted and blocked" : "deleted";
        if (delete.removedLsn().isEmpty()) {
            what = delete.blocked() ? "blocked" : "unblocked; had been deleted";
        }
        return List.of(what + " by " + delete.by() + ": " + delete.reason());
    }
}
