package oks.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import oks.fault.OperatorFault;
import oks.openpgp.Fingerprint;

/** One command to oksd: a line {@code {"command":"pause","max_seconds":600}}; specified in oks-control(5). */
public sealed interface ControlRequest {
    /** The longest line either side sends, in bytes without its line end. */
    int MAX_LINE_BYTES = 64 * 1024;

    /** What is asked. */
    enum Kind {
        STATUS,
        PAUSE,
        RESUME,
        ROTATE,
        DUMP,
        STOP,
        RELOAD,
        CONFIG,
        SNAPSHOT,
        RELEASE,
        ARCHIVED,
        ARCHIVE_VERIFIED,
        CHECK,
        POINT,
        DELETE,
        UNBLOCK,
        HISTORY,
        LOAD,
        EXPORT,
        EXPORT_NEXT;

        /** The word in a request's member {@code command}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Kind kind();

    /** The request as it is sent. */
    default ObjectNode toJson() {
        return Json.object().put("command", kind().word());
    }

    /**
     * Reads a line.
     *
     * @throws OperatorFault USAGE if the line is not one JSON object, or its command or an argument is unknown or wrong
     */
    static ControlRequest parse(String line) {
        ObjectNode request = Json.parse(line)
                .orElseThrow(() -> Arguments.refused(
                        "the request is not one JSON object on one line, such as {\"command\":\"status\"}"));
        JsonNode command = request.path("command");
        if (!command.isTextual()) {
            throw Arguments.refused("the request has no text member \"command\"");
        }
        Arguments arguments = new Arguments(command.textValue(), request);
        return switch (kindOf(command.textValue())) {
            case STATUS -> only(arguments, new Status());
            case PAUSE -> Pause.from(arguments);
            case RESUME -> only(arguments, new Resume());
            case ROTATE -> only(arguments, new Rotate());
            case DUMP -> only(arguments, new Dump());
            case STOP -> only(arguments, new Stop());
            case RELOAD -> only(arguments, new Reload());
            case CONFIG -> only(arguments, new Config());
            case SNAPSHOT -> only(arguments, new Snapshot());
            case RELEASE -> new Release(arguments.only("id").text("id", Release.MAX_ID));
            case ARCHIVED -> new Archived(arguments.only("ordinal").number("ordinal", 1, Archived.MAX_ORDINAL));
            case ARCHIVE_VERIFIED -> ArchiveVerified.from(arguments.only("begun"));
            case CHECK -> new Check(arguments.only("repair").flag("repair", false));
            case POINT -> new Point(arguments.only("name").line("name", Point.MAX_NAME));
            case DELETE -> Delete.from(arguments.only("fingerprint", "reason", "block"));
            case HISTORY -> History.from(arguments.only("fingerprint", "export"));
            case EXPORT -> Export.from(arguments.only("since_lsn", "since"));
            case EXPORT_NEXT -> new ExportNext(arguments.only("id").text("id", Release.MAX_ID));
            case LOAD -> new Load(arguments.only("trusted").flag("trusted", false));
            case UNBLOCK -> new Unblock(arguments.only("fingerprint").fingerprint("fingerprint"));
        };
    }

    private static ControlRequest only(Arguments arguments, ControlRequest request) {
        arguments.only();
        return request;
    }

    private static Kind kindOf(String word) {
        for (Kind kind : Kind.values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
        }
        throw Arguments.refused("command \"%s\" is unknown", Arguments.quoted(word));
    }

    /** What oksd is doing; answered with a {@link ControlStatus}. */
    record Status() implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.STATUS;
        }
    }

    /** Commit everything to disk, rotate, then change nothing: until the limit has passed or {@code resume}. */
    record Pause(Duration max, Hold hold) implements ControlRequest {
        /** A pause by command ends by itself after this, unless another limit was given. */
        public static final Duration STANDARD = Duration.ofMinutes(10);

        public static final Duration LONGEST = Duration.ofDays(1);

        /** What else ends a pause. */
        public enum Hold {
            /** Nothing: it lasts until its limit or {@code resume}. */
            LIMIT,
            /** The end of the connection that asked for it. */
            CONNECTION
        }

        public Pause {
            if (max.compareTo(Duration.ofSeconds(1)) < 0 || max.compareTo(LONGEST) > 0 || max.getNano() != 0) {
                throw new IllegalArgumentException("pause of " + max);
            }
        }

        static Pause from(Arguments arguments) {
            arguments.only("max_seconds", "hold");
            long seconds = arguments.number("max_seconds", 1, LONGEST.toSeconds(), STANDARD.toSeconds());
            return new Pause(Duration.ofSeconds(seconds), arguments.has("hold") ? hold(arguments) : Hold.LIMIT);
        }

        private static Hold hold(Arguments arguments) {
            JsonNode value = arguments.required("hold");
            return switch (value.isTextual() ? value.textValue() : "") {
                case "limit" -> Hold.LIMIT;
                case "connection" -> Hold.CONNECTION;
                default -> throw arguments.wrong("hold", value, "\"limit\" or \"connection\"");
            };
        }

        @Override
        public Kind kind() {
            return Kind.PAUSE;
        }

        @Override
        public ObjectNode toJson() {
            return ControlRequest.super
                    .toJson()
                    .put("max_seconds", max.toSeconds())
                    .put("hold", hold.name().toLowerCase(Locale.ROOT));
        }
    }

    /** End every pause that a command or a signal began. */
    record Resume() implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.RESUME;
        }
    }

    /** Seal the recovery file and begin the next one. */
    record Rotate() implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.ROTATE;
        }
    }

    /** Commit everything to disk and rotate, without a pause. */
    record Dump() implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.DUMP;
        }
    }

    /** Commit everything to disk, seal, exit. */
    record Stop() implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.STOP;
        }
    }

    /** Commit everything to disk, read the configuration again, apply what can change while running. */
    record Reload() implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.RELOAD;
        }
    }

    /** Every setting that is in force, and where it came from; answered with a {@link ControlSettings}. */
    record Config() implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.CONFIG;
        }
    }

    /** Make a hard-link snapshot; held until it is released or its connection ends. */
    record Snapshot() implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.SNAPSHOT;
        }
    }

    /** Remove the snapshot with this id. */
    record Release(String id) implements ControlRequest {
        static final int MAX_ID = 64;

        public Release {
            if (id.isEmpty() || id.length() > MAX_ID) {
                throw new IllegalArgumentException("snapshot id of " + id.length() + " characters");
            }
        }

        @Override
        public Kind kind() {
            return Kind.RELEASE;
        }

        @Override
        public ObjectNode toJson() {
            return ControlRequest.super.toJson().put("id", id);
        }
    }

    /** Every recovery file up to and with this ordinal is safely copied elsewhere. */
    record Archived(long ordinal) implements ControlRequest {
        static final long MAX_ORDINAL = 9_999_999_999L; // ten digits in the file's name

        public Archived {
            if (ordinal < 1 || ordinal > MAX_ORDINAL) {
                throw new IllegalArgumentException("ordinal " + ordinal);
            }
        }

        @Override
        public Kind kind() {
            return Kind.ARCHIVED;
        }

        @Override
        public ObjectNode toJson() {
            return ControlRequest.super.toJson().put("ordinal", ordinal);
        }
    }

    /** An archive of this database and timeline, begun at this time, was read back and found whole. */
    record ArchiveVerified(Instant begun) implements ControlRequest {
        public ArchiveVerified {
            if (begun.isBefore(Instant.EPOCH)) {
                throw new IllegalArgumentException("archive of " + begun);
            }
        }

        static ArchiveVerified from(Arguments arguments) {
            Instant begun = arguments.time("begun");
            if (begun.isBefore(Instant.EPOCH)) {
                throw arguments.wrong("begun", arguments.required("begun"), "a time since 1970");
            }
            return new ArchiveVerified(begun);
        }

        @Override
        public Kind kind() {
            return Kind.ARCHIVE_VERIFIED;
        }

        @Override
        public ObjectNode toJson() {
            return ControlRequest.super.toJson().put("begun", begun.toString());
        }
    }

    /**
     * Read the whole store and prove that certificates, indexes and digest agree.
     *
     * @param repair whether the indexes are first made what the certificates say
     */
    record Check(boolean repair) implements ControlRequest {
        public Check() {
            this(false);
        }

        @Override
        public Kind kind() {
            return Kind.CHECK;
        }

        @Override
        public ObjectNode toJson() {
            ObjectNode object = ControlRequest.super.toJson();
            return repair ? object.put("repair", true) : object;
        }
    }

    /** Write a named restore point into the recovery file. */
    record Point(String name) implements ControlRequest {
        /** Bytes of UTF-8. */
        public static final int MAX_NAME = 255;

        public Point {
            Arguments.requireLine(name, MAX_NAME);
        }

        @Override
        public Kind kind() {
            return Kind.POINT;
        }

        @Override
        public ObjectNode toJson() {
            return ControlRequest.super.toJson().put("name", name);
        }
    }

    /**
     * Remove a certificate and leave a tombstone.
     *
     * @param reason why, for the tombstone
     * @param block whether uploads of it are refused from now on
     */
    record Delete(Fingerprint fingerprint, String reason, boolean block) implements ControlRequest {
        /** Bytes of UTF-8. */
        public static final int MAX_REASON = 1000;

        public Delete {
            Arguments.requireLine(reason, MAX_REASON);
        }

        static Delete from(Arguments arguments) {
            return new Delete(
                    arguments.fingerprint("fingerprint"),
                    arguments.line("reason", MAX_REASON),
                    arguments.flag("block", false));
        }

        @Override
        public Kind kind() {
            return Kind.DELETE;
        }

        @Override
        public ObjectNode toJson() {
            return ControlRequest.super
                    .toJson()
                    .put("fingerprint", fingerprint.toString())
                    .put("reason", reason)
                    .put("block", block);
        }
    }

    /**
     * Every recorded version of a certificate, or the contents of one.
     *
     * @param export the LSN of the version whose contents are wanted; 0 for the list
     */
    record History(Fingerprint fingerprint, long export) implements ControlRequest {
        public History {
            if (export < 0) {
                throw new IllegalArgumentException("LSN " + export);
            }
        }

        static History from(Arguments arguments) {
            return new History(arguments.fingerprint("fingerprint"), arguments.number("export", 1, Long.MAX_VALUE, 0));
        }

        @Override
        public Kind kind() {
            return Kind.HISTORY;
        }

        @Override
        public ObjectNode toJson() {
            ObjectNode object = ControlRequest.super.toJson().put("fingerprint", fingerprint.toString());
            return export == 0 ? object : object.put("export", export);
        }
    }

    /**
     * Get ready for a load over the service socket.
     *
     * @param trusted whether a ticket is wanted that lets this connection's program upload without verification
     */
    record Load(boolean trusted) implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.LOAD;
        }

        @Override
        public ObjectNode toJson() {
            return ControlRequest.super.toJson().put("trusted", trusted);
        }
    }

    /**
     * Begin to hand out certificates as they stand at this moment.
     *
     * @param sinceLsn only those changed after this change; 0 for all
     * @param since only those changed at or after this time
     */
    record Export(long sinceLsn, Instant since) implements ControlRequest {
        /** Everything. */
        public static final Export ALL = new Export(0, Instant.EPOCH);

        public Export {
            if (sinceLsn < 0) {
                throw new IllegalArgumentException("LSN " + sinceLsn);
            }
        }

        static Export from(Arguments arguments) {
            long lsn = arguments.number("since_lsn", 0, Long.MAX_VALUE, 0);
            return new Export(lsn, arguments.has("since") ? arguments.time("since") : Instant.EPOCH);
        }

        @Override
        public Kind kind() {
            return Kind.EXPORT;
        }

        @Override
        public ObjectNode toJson() {
            ObjectNode object = ControlRequest.super.toJson();
            if (sinceLsn > 0) {
                object.put("since_lsn", sinceLsn);
            }
            return since.equals(Instant.EPOCH) ? object : object.put("since", since.toString());
        }
    }

    /** Hand out the next certificates of an export of this connection. */
    record ExportNext(String id) implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.EXPORT_NEXT;
        }

        @Override
        public ObjectNode toJson() {
            return ControlRequest.super.toJson().put("id", id);
        }
    }

    /** Take uploads of a deleted certificate again. */
    record Unblock(Fingerprint fingerprint) implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.UNBLOCK;
        }

        @Override
        public ObjectNode toJson() {
            return ControlRequest.super.toJson().put("fingerprint", fingerprint.toString());
        }
    }
}
