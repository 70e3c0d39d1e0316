package oks.restore.log;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
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

    /** The members of one of the {@code deletions}; see oks-json(7). */
    public record Members(
            String fingerprint,
            long recordedLsn,
            Instant recordedTime,
            String by,
            String reason,
            boolean blocked,
            boolean certificateKept) {}

    public static List<Members> members(List<Change.Delete> deletions) {
        return deletions.stream()
                .map(delete -> new Members(
                        HEX.formatHex(delete.fingerprint()),
                        delete.lsn().number(),
                        delete.time(),
                        delete.tombstone().by(),
                        delete.tombstone().reason(),
                        delete.tombstone().blocked(),
                        delete.certificateKept()))
                .toList();
    }
}
