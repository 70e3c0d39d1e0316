package oks.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.fault.OperatorFault;

/**
 * What became of the recovery file: the result of {@code rotate} and {@code dump}, and part of that of {@code pause};
 * specified in oks-control(5).
 *
 * @param rotated whether a new file was begun
 * @param sealed name of the file that is complete now; empty when not rotated
 * @param changes how many changes the sealed file holds; 0 when not rotated
 * @param file name of the file being written now
 * @param lsn number of the last change on disk
 * @param reason why there is no new file; empty when rotated
 */
public record Rotation(boolean rotated, String sealed, long changes, String file, long lsn, String reason) {
    /** A new file was begun. */
    public static Rotation done(String sealed, long changes, String file, long lsn) {
        return new Rotation(true, sealed, changes, file, lsn, "");
    }

    /** The file stays in use, and why. */
    public static Rotation notDone(String reason, String file, long lsn) {
        return new Rotation(false, "", 0, file, lsn, reason);
    }

    /** The result as it is sent; a caller may add members to it. */
    public ObjectNode toJson() {
        return Json.object()
                .put("rotated", rotated)
                .put("sealed", Json.orNull(sealed))
                .put("changes", changes)
                .put("reason", Json.orNull(reason))
                .put("file", file)
                .put("lsn", lsn);
    }

    /**
     * Reads a result; other members are left aside.
     *
     * @throws OperatorFault FAILED if a member is missing or of another type
     */
    public static Rotation fromJson(ObjectNode object) {
        Members result = new Members("rotate", object);
        boolean rotated = result.flag("rotated");
        return rotated
                ? done(result.text("sealed"), result.number("changes"), result.text("file"), result.number("lsn"))
                : notDone(result.text("reason"), result.text("file"), result.number("lsn"));
    }
}
