package oks.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import oks.fault.OperatorFault;
import oks.json.Json;
import oks.json.OrNull;
import oks.json.WrongMember;

/**
 * The result of a rotation: that of {@code rotate} and {@code dump}, and part of that of {@code pause}; specified in
 * oks-control(5).
 *
 * @param rotated whether a new file was begun
 * @param sealed name of the file that is complete now; empty when not rotated
 * @param changes how many changes the sealed file holds; 0 when not rotated
 * @param reason why there is no new file; empty when rotated
 * @param file name of the file being written now
 * @param lsn number of the last change on disk
 */
public record Rotation(
        boolean rotated,
        @OrNull String sealed,
        long changes,
        @OrNull String reason,
        String file,
        long lsn) {
    public Rotation {
        if (rotated == sealed.isEmpty()) {
            throw WrongMember.of("sealed", sealed, rotated ? "a text" : "none");
        }
    }

    /** A new file was begun. */
    public static Rotation done(String sealed, long changes, String file, long lsn) {
        return new Rotation(true, sealed, changes, "", file, lsn);
    }

    /** The file stays in use, and why. */
    public static Rotation notDone(String reason, String file, long lsn) {
        return new Rotation(false, "", 0, reason, file, lsn);
    }

    /** The result as it is sent. */
    public ObjectNode toJson() {
        return Json.STANDARD.tree(this);
    }

    /**
     * Reads a result; other members are left aside.
     *
     * @throws OperatorFault FAILED if a member is missing or of another type
     */
    public static Rotation fromJson(ObjectNode object) {
        return Results.read("rotate", object, Rotation.class);
    }
}
