package oks.restore.log;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.HexFormat;
import java.util.List;
import oks.fault.UtcTime;
import oks.log.Printable;
import oks.recovery.Change;

/** Deletions after the target, as a report lists them. */
public final class CarriedDeletion {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private CarriedDeletion() {}

    /** One line for each. */
    public static List<String> lines(List<Change.Delete> deletions) {
        return deletions.stream()
                .map(delete -> "    " + HEX.formatHex(delete.fingerprint()) + "  LSN " + delete.lsn()
                        + "  by " + Printable.of(delete.tombstone().by()) + ": "
                        + Printable.of(delete.tombstone().reason())
                        + (delete.tombstone().blocked() ? ", blocked" : "")
                        + (delete.certificateKept() ? ", certificate kept" : ""))
                .toList();
    }

    public static void json(List<Change.Delete> deletions, ArrayNode into) {
        for (Change.Delete delete : deletions) {
            into.addObject()
                    .put("fingerprint", HEX.formatHex(delete.fingerprint()))
                    .put("recorded_lsn", delete.lsn().number())
                    .put("recorded_time", UtcTime.of(delete.time()))
                    .put("by", delete.tombstone().by())
                    .put("reason", delete.tombstone().reason())
                    .put("blocked", delete.tombstone().blocked())
                    .put("certificate_kept", delete.certificateKept());
        }
    }
}
