package oks.restore.show;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HexFormat;
import oks.log.Printable;
import oks.recovery.Change;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryHeader;
import oks.recovery.RecoveryReader.End;

/** Recovery files for people: a block for the header, a line for each change. */
final class ShownLines extends ShownLog {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final PrintStream out;

    ShownLines(PrintStream out, ShownChanges wanted) {
        super(wanted);
        this.out = out;
    }

    @Override
    void begin(Path file, RecoveryHeader header) {
        LogPosition before = header.predecessor();
        out.println(file);
        out.println("  database   " + header.name().database() + ", " + header.database());
        out.println("  timeline   " + header.timeline().number() + ", "
                + header.timeline().id());
        out.println("  begun      " + header.begun() + ", by " + Printable.of(header.writer()));
        out.println("  follows    "
                + (before.file() == null ? "nothing" : before.file() + ", " + before.length() + " bytes") + ", LSN "
                + before.last());
    }

    @Override
    void change(Change change) {
        out.println("  " + change.lsn() + "  " + change.time() + "  " + change.kind() + "  " + what(change));
        if (change instanceof Change.Put put) {
            ShownChanges.userIds(put).forEach(userId -> out.println("       " + Printable.of(userId)));
        }
    }

    private static String what(Change change) {
        return switch (change.kind()) {
            case PUT -> {
                Change.Put put = (Change.Put) change;
                yield HEX.formatHex(put.fingerprint()) + "  " + put.content().length + " bytes  from "
                        + Printable.of(put.origin()) + replaced(put.replaced());
            }
            case DELETE -> {
                Change.Delete delete = (Change.Delete) change;
                yield HEX.formatHex(delete.fingerprint()) + "  by "
                        + Printable.of(delete.tombstone().by()) + ": "
                        + Printable.of(delete.tombstone().reason()) + replaced(delete.replaced());
            }
            case POINT -> "\"" + Printable.of(((Change.Point) change).name()) + "\"";
        };
    }

    private static String replaced(Change.Replaced replaced) {
        return replaced.lsn().number() == 0 ? "" : "  replaces LSN " + replaced.lsn();
    }

    @Override
    void end(End end, String verdict) {
        out.println("  ends       LSN " + end.position().last() + ", "
                + end.position().length() + " bytes, " + verdict);
    }

    @Override
    public void close() {
        out.flush();
    }
}
