package oks.control;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.UUID;
import oks.fault.OperatorFault;
import oks.json.Json;

/**
 * A snapshot that oksd holds for a connection: the result of {@code snapshot}; specified in oks-control(5).
 *
 * @param id for {@code release}
 * @param directory absolute; the files in it do not change
 * @param contents what the snapshot holds
 * @param origin which database and timeline it is of
 * @param firstRecoveryOrdinal ordinal of the first recovery file that may hold later changes
 */
public record HeldSnapshot(
        String id,
        Path directory,
        @JsonUnwrapped Contents contents,
        @JsonUnwrapped Origin origin,
        long firstRecoveryOrdinal) {

    /**
     * The contents of a snapshot.
     *
     * @param lsn number of the last change in it
     * @param digest its state digest, hexadecimal
     * @param chain chain hash of the recovery files after that change, hexadecimal
     * @param certificates how many certificates it holds
     */
    public record Contents(long lsn, String digest, String chain, long certificates) {}

    /**
     * The database and timeline of a snapshot.
     *
     * @param database the database's name
     * @param databaseId the database's identity
     * @param timeline number of the timeline
     * @param timelineId identity of the timeline
     */
    public record Origin(String database, UUID databaseId, int timeline, UUID timelineId) {}

    /** The result as it is sent. */
    public ObjectNode toJson() {
        return Json.STANDARD.tree(this);
    }

    /**
     * Reads a result; other members are left aside.
     *
     * @throws OperatorFault FAILED if a member is missing or of another type
     */
    public static HeldSnapshot fromJson(ObjectNode object) {
        return Results.read("snapshot", object, HeldSnapshot.class);
    }
}
