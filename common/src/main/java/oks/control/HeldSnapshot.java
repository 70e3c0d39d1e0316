package oks.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.UUID;
import oks.fault.OperatorFault;

/**
 * A snapshot that oksd holds for a connection: the result of {@code snapshot}; specified in oks-control(5).
 *
 * @param id for {@code release}
 * @param directory absolute; the files in it do not change
 * @param lsn number of the last change in it
 * @param digest its state digest, hexadecimal
 * @param chain chain hash of the recovery files after that change, hexadecimal
 * @param certificates how many certificates it holds
 * @param database the database's name
 * @param uuid the database's identity
 * @param timeline number of the timeline
 * @param timelineId identity of the timeline
 * @param firstRecoveryOrdinal ordinal of the first recovery file that may hold later changes
 */
public record HeldSnapshot(
        String id,
        Path directory,
        long lsn,
        String digest,
        String chain,
        long certificates,
        String database,
        UUID uuid,
        int timeline,
        UUID timelineId,
        long firstRecoveryOrdinal) {

    /** The result as it is sent. */
    public ObjectNode toJson() {
        return Json.object()
                .put("id", id)
                .put("directory", directory.toString())
                .put("lsn", lsn)
                .put("digest", digest)
                .put("chain", chain)
                .put("certificates", certificates)
                .put("database", database)
                .put("database_id", uuid.toString())
                .put("timeline", timeline)
                .put("timeline_id", timelineId.toString())
                .put("first_recovery_ordinal", firstRecoveryOrdinal);
    }

    /**
     * Reads a result; other members are left aside.
     *
     * @throws OperatorFault FAILED if a member is missing or of another type
     */
    public static HeldSnapshot fromJson(ObjectNode object) {
        Members result = new Members("snapshot", object);
        return new HeldSnapshot(
                result.text("id"),
                Path.of(result.text("directory")),
                result.number("lsn"),
                result.text("digest"),
                result.text("chain"),
                result.number("certificates"),
                result.text("database"),
                result.uuid("database_id"),
                Math.toIntExact(result.number("timeline")),
                result.uuid("timeline_id"),
                result.number("first_recovery_ordinal"));
    }
}
