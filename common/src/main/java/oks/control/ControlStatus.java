package oks.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.fault.UtcTime;

/**
 * What oksd is doing: the result of {@code status}; its members are specified in oks-control(5).
 *
 * @param program "oksd"
 * @param version such as "2.0.0"
 * @param pid oksd's process
 * @param database the database's name
 * @param uuid the database's identity
 * @param timeline number of the timeline, 1 until a restore to an earlier point
 * @param state what oksd does with changes now
 * @param reason why it is in this state; empty when running
 * @param since when it came into this state
 * @param holders who keeps it paused
 * @param certificates how many certificates the store holds
 * @param lsn how far the changes have come
 * @param digest state digest of the store, hexadecimal
 * @param chain chain hash of the recovery files, hexadecimal
 * @param recovery the recovery file being written
 * @param archiveVerified when the newest archive was begun that is known to be verified; empty for none
 * @param uploads what became of uploaded certificates since oksd started
 * @param memory what is held for gateways
 * @param started when oksd started
 * @param configuration the configuration file's absolute path
 * @param replay how far a start has come; empty once it is over
 */
public record ControlStatus(
        String program,
        String version,
        long pid,
        String database,
        UUID uuid,
        int timeline,
        State state,
        String reason,
        Instant since,
        List<Holder> holders,
        long certificates,
        Changes lsn,
        String digest,
        String chain,
        RecoveryFile recovery,
        Optional<Instant> archiveVerified,
        Uploads uploads,
        Memory memory,
        Instant started,
        String configuration,
        Optional<Replay> replay) {

    public ControlStatus {
        holders = List.copyOf(holders);
    }

    /** What oksd does with changes. */
    public enum State {
        /** Replays recovery files; answers nothing but its status yet. */
        STARTING,
        /** Accepts changes. */
        RUNNING,
        /** Accepts no changes; lookups go on. */
        PAUSED,
        /** Accepts changes, but an operator must look at a disk. */
        DEGRADED,
        /** Commits everything to disk and exits. */
        STOPPING;

        /** The word in the JSON object. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One who keeps oksd paused.
     *
     * @param by such as "signal USR1" or "oksctl"
     * @param uid the user behind a command; 0 for a signal, whose sender is not known
     * @param pid the process behind a command; 0 for a signal
     * @param since when the pause began
     * @param until when it ends by itself, if it does
     */
    public record Holder(String by, long uid, int pid, Instant since, Optional<Instant> until) {
        private ObjectNode toJson() {
            return Json.object()
                    .put("by", by)
                    .put("uid", pid == 0 ? null : uid)
                    .put("pid", pid == 0 ? null : pid)
                    .put("since", UtcTime.of(since))
                    .put("until", UtcTime.orNull(until));
        }

        private static Holder from(Members holder) {
            return new Holder(
                    holder.text("by"),
                    holder.numberIfAny("uid"),
                    Math.toIntExact(holder.numberIfAny("pid")),
                    holder.time("since"),
                    holder.timeIfAny("until"));
        }
    }

    /**
     * How far changes have come, each as the number of the last change (LSN), 0 for none.
     *
     * @param durable in the recovery file and forced to disk
     * @param applied in the store
     * @param flushed in the store's files and forced to disk: where a start would begin to replay
     * @param archived in recovery files that were copied to another place
     */
    public record Changes(long durable, long applied, long flushed, long archived) {
        private void into(ObjectNode status) {
            status.put("durable_lsn", durable)
                    .put("applied_lsn", applied)
                    .put("flushed_lsn", flushed)
                    .put("archived_lsn", archived);
        }

        private static Changes from(Members status) {
            return new Changes(
                    status.number("durable_lsn"),
                    status.number("applied_lsn"),
                    status.number("flushed_lsn"),
                    status.number("archived_lsn"));
        }
    }

    /**
     * The recovery file being written.
     *
     * @param directory where recovery files are
     * @param file its name; empty when none is open
     * @param ordinal its ordinal
     * @param bytes its length
     * @param changes how many changes it holds
     * @param notArchivedBytes length of all recovery files that were not copied to another place, this one included
     * @param notArchivedSince when the first of them was begun that holds a change; empty when none does
     */
    public record RecoveryFile(
            String directory,
            String file,
            long ordinal,
            long bytes,
            long changes,
            long notArchivedBytes,
            Optional<Instant> notArchivedSince) {
        private ObjectNode toJson() {
            return Json.object()
                    .put("directory", directory)
                    .put("file", Json.orNull(file))
                    .put("ordinal", ordinal)
                    .put("bytes", bytes)
                    .put("changes", changes)
                    .put("not_archived_bytes", notArchivedBytes)
                    .put("not_archived_since", UtcTime.orNull(notArchivedSince));
        }

        private static RecoveryFile from(Members recovery) {
            return new RecoveryFile(
                    recovery.text("directory"),
                    recovery.textIfAny("file"),
                    recovery.number("ordinal"),
                    recovery.number("bytes"),
                    recovery.number("changes"),
                    recovery.number("not_archived_bytes"),
                    recovery.timeIfAny("not_archived_since"));
        }
    }

    /** What became of uploaded certificates since oksd started. */
    public record Uploads(long added, long merged, long unchanged, long refused) {
        private ObjectNode toJson() {
            return Json.object()
                    .put("new", added)
                    .put("merged", merged)
                    .put("unchanged", unchanged)
                    .put("refused", refused);
        }

        private static Uploads from(Members uploads) {
            return new Uploads(
                    uploads.number("new"),
                    uploads.number("merged"),
                    uploads.number("unchanged"),
                    uploads.number("refused"));
        }
    }

    /**
     * What is held for gateways, in bytes.
     *
     * @param requests of requests that are not answered
     * @param requestsLimit most of them
     * @param answers of answers that are not taken
     * @param answersLimit most of them
     * @param refusals how often there was no room since oksd started
     */
    public record Memory(long requests, long requestsLimit, long answers, long answersLimit, long refusals) {
        /** Nothing is held, because nothing is served yet. */
        public static final Memory NONE = new Memory(0, 0, 0, 0, 0);

        private ObjectNode toJson() {
            return Json.object()
                    .put("requests_bytes", requests)
                    .put("requests_limit", requestsLimit)
                    .put("answers_bytes", answers)
                    .put("answers_limit", answersLimit)
                    .put("refusals", refusals);
        }

        private static Memory from(Members memory) {
            return new Memory(
                    memory.number("requests_bytes"),
                    memory.number("requests_limit"),
                    memory.number("answers_bytes"),
                    memory.number("answers_limit"),
                    memory.number("refusals"));
        }
    }

    /**
     * The replay of recovery files at a start.
     *
     * @param lsn the last change that is in the store by now
     * @param bytes how much of the recovery files was read
     * @param of how much of them there is to read
     */
    public record Replay(long lsn, long bytes, long of) {
        private ObjectNode toJson() {
            return Json.object().put("lsn", lsn).put("read_bytes", bytes).put("total_bytes", of);
        }

        private static Replay from(Members replay) {
            return new Replay(replay.number("lsn"), replay.number("read_bytes"), replay.number("total_bytes"));
        }
    }

    /**
     * This status, for whoever needs more than the names in it.
     *
     * @throws OperatorFault BUSY while oksd starts: most members mean nothing then
     */
    public ControlStatus afterStart() {
        if (state == State.STARTING) {
            throw stillStarting(reason);
        }
        return this;
    }

    /** The answer to everything that comes too early. */
    public static OperatorFault stillStarting(String reason) {
        return OperatorFault.of(ExitCode.BUSY, "oksd is still starting: %s", reason)
                .kept("nothing was done")
                .next("try again when \"oksctl status\" says \"running\"");
    }

    /** The object that {@code oksctl status --json} prints. */
    public ObjectNode toJson() {
        ObjectNode object = Json.object()
                .put("program", program)
                .put("version", version)
                .put("pid", pid)
                .put("database", database)
                .put("database_id", uuid.toString())
                .put("timeline", timeline)
                .put("state", state.word())
                .put("reason", Json.orNull(reason))
                .put("since", UtcTime.of(since));
        ArrayNode held = object.putArray("holders");
        holders.forEach(holder -> held.add(holder.toJson()));
        object.put("certificates", certificates);
        lsn.into(object);
        object.put("digest", digest).put("chain", chain);
        object.set("recovery", recovery.toJson());
        object.put("archive_verified", UtcTime.orNull(archiveVerified));
        object.set("uploads", uploads.toJson());
        object.set("memory", memory.toJson());
        object.put("started", UtcTime.of(started)).put("configuration", Json.orNull(configuration));
        object.set("replay", replay.map(Replay::toJson).orElse(null));
        return object;
    }

    /**
     * Reads the object; members that this version does not know are left aside.
     *
     * @throws OperatorFault FAILED if a member is missing or of another type
     */
    public static ControlStatus fromJson(ObjectNode object) {
        Members status = new Members("status", object);
        return new ControlStatus(
                status.text("program"),
                status.text("version"),
                status.number("pid"),
                status.text("database"),
                status.uuid("database_id"),
                Math.toIntExact(status.number("timeline")),
                status.oneOf("state", State.values(), State::word),
                status.textIfAny("reason"),
                status.time("since"),
                status.objects("holders").stream().map(Holder::from).toList(),
                status.number("certificates"),
                Changes.from(status),
                status.text("digest"),
                status.text("chain"),
                RecoveryFile.from(status.object("recovery")),
                status.timeIfAny("archive_verified"),
                Uploads.from(status.object("uploads")),
                object.has("memory") ? Memory.from(status.object("memory")) : Memory.NONE,
                status.time("started"),
                status.textIfAny("configuration"),
                status.objectIfAny("replay").map(Replay::from));
    }
}
