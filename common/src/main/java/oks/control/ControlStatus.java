package oks.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Json;
import oks.json.OrNull;
import oks.json.Words;

/**
 * The status of oksd: the result of {@code status}; its members are specified in oks-control(5). A group stands only
 * here: its members are the object's own.
 *
 * @param process which program answers
 * @param identity which database and timeline it works on
 * @param activity what it does with changes now
 * @param certificates how many certificates the store holds
 * @param lsn how far the changes have come
 * @param hashes what store and recovery files have come to
 * @param recovery the recovery file being written
 * @param archiveVerified when the newest archive was begun that is known to be verified; empty for none
 * @param uploads what became of uploaded certificates since oksd started
 * @param memory what is held for gateways; empty where an older oksd does not say
 * @param started when oksd started
 * @param configuration the configuration file's absolute path; empty for none
 * @param replay how far a start has come; empty once it is over
 */
public record ControlStatus(
        @JsonUnwrapped Process process,
        @JsonUnwrapped Identity identity,
        @JsonUnwrapped Activity activity,
        long certificates,
        @JsonUnwrapped Changes lsn,
        @JsonUnwrapped Hashes hashes,
        RecoveryFile recovery,
        Optional<Instant> archiveVerified,
        Uploads uploads,
        Optional<Memory> memory,
        Instant started,
        @OrNull String configuration,
        Optional<Replay> replay) {

    /**
     * The program that answers.
     *
     * @param program "oksd"
     * @param version such as "2.0.0"
     * @param pid its process
     */
    public record Process(String program, String version, long pid) {}

    /**
     * The database that oksd works on.
     *
     * @param name the database's name
     * @param id the database's identity
     * @param timeline number of the timeline, 1 until a restore to an earlier point
     */
    public record Identity(
            @JsonProperty("database") String name,
            @JsonProperty("database_id") UUID id,
            int timeline) {}

    /**
     * The state of oksd, and its reason.
     *
     * @param reason why it is in this state; empty when running
     * @param since when it came into this state
     * @param holders who keeps it paused
     */
    public record Activity(State state, @OrNull String reason, Instant since, List<Holder> holders) {
        public Activity {
            holders = List.copyOf(holders);
        }
    }

    /** The state of oksd with regard to changes. */
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
            return Words.of(this);
        }
    }

    /**
     * One who keeps oksd paused.
     *
     * @param by such as "signal USR1" or "oksctl"
     * @param uid the user behind a command; empty for a signal, whose sender is not known
     * @param pid the process behind a command; empty for a signal
     * @param since when the pause began
     * @param until when it ends by itself, if it does
     */
    public record Holder(String by, Optional<Long> uid, Optional<Integer> pid, Instant since, Optional<Instant> until) {
        /** The sender of this signal. */
        public static Holder signal(String name, Instant since) {
            return new Holder("signal " + name, Optional.empty(), Optional.empty(), since, Optional.empty());
        }

        /** The peer that gave a command. */
        public static Holder command(ControlPeer peer, Instant since, Optional<Instant> until) {
            return new Holder("oksctl", Optional.of(peer.uid()), Optional.of(peer.pid()), since, until);
        }
    }

    /**
     * The progress of changes, each as the number of the last change (LSN), 0 for none.
     *
     * @param durable in the recovery file and forced to disk
     * @param applied in the store
     * @param flushed in the store's files and forced to disk: where a start would begin to replay
     * @param archived in recovery files that were copied to another place
     */
    public record Changes(
            @JsonProperty("durable_lsn") long durable,
            @JsonProperty("applied_lsn") long applied,
            @JsonProperty("flushed_lsn") long flushed,
            @JsonProperty("archived_lsn") long archived) {}

    /**
     * The digests of store and recovery files.
     *
     * @param digest state digest of the store, hexadecimal
     * @param chain chain hash of the recovery files, hexadecimal
     */
    public record Hashes(String digest, String chain) {
        /** Nothing is known yet. */
        public static final Hashes NONE = new Hashes("", "");
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
            @OrNull String file,
            long ordinal,
            long bytes,
            long changes,
            long notArchivedBytes,
            Optional<Instant> notArchivedSince) {
        /** No file is open in this directory yet. */
        public static RecoveryFile none(String directory) {
            return new RecoveryFile(directory, "", 0, 0, 0, 0, Optional.empty());
        }
    }

    /** Numbers of uploaded certificates by outcome, since oksd started. */
    public record Uploads(@JsonProperty("new") long added, long merged, long unchanged, long refused) {
        /** None came yet. */
        public static final Uploads NONE = new Uploads(0, 0, 0, 0);
    }

    /**
     * The memory that is held for gateways.
     *
     * @param requests of requests that are not answered
     * @param answers of answers that are not taken
     * @param refusals how often there was no room since oksd started
     */
    public record Memory(
            @JsonUnwrapped(prefix = "requests_") Held requests,
            @JsonUnwrapped(prefix = "answers_") Held answers,
            long refusals) {
        /** Nothing is held, because nothing is served yet. */
        public static final Memory NONE = new Memory(new Held(0, 0), new Held(0, 0), 0);
    }

    /**
     * Bytes that are held for one purpose.
     *
     * @param bytes how many
     * @param limit the most of them
     */
    public record Held(long bytes, long limit) {}

    /**
     * The replay of recovery files at a start.
     *
     * @param lsn the last change that is in the store by now
     * @param bytes how much of the recovery files was read
     * @param of how much of them there is to read
     */
    public record Replay(
            long lsn,
            @JsonProperty("read_bytes") long bytes,
            @JsonProperty("total_bytes") long of) {}

    /** What oksd does with changes. */
    public State state() {
        return activity.state();
    }

    /** Why it is in its state; empty when running. */
    public String reason() {
        return activity.reason();
    }

    /**
     * This status, for whoever needs more than the names in it.
     *
     * @throws OperatorFault BUSY while oksd starts: most members mean nothing then
     */
    public ControlStatus afterStart() {
        if (state() == State.STARTING) {
            throw stillStarting(reason());
        }
        return this;
    }

    /** The answer to everything that comes too early. */
    public static OperatorFault stillStarting(String reason) {
        return OperatorFault.of(ExitCode.BUSY, "oksd is still starting: %s", reason)
                .kept("nothing was done")
                .next("try again when %s says \"running\"", Advice.status());
    }

    /** The object that {@code oksctl status --json} prints. */
    public ObjectNode toJson() {
        return Json.STANDARD.tree(this);
    }

    /**
     * Reads the object; members that this version does not know are left aside.
     *
     * @throws OperatorFault FAILED if a member is missing or of another type
     */
    public static ControlStatus fromJson(ObjectNode object) {
        return Results.read("status", object, ControlStatus.class);
    }
}
