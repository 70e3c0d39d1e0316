package oks.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import oks.json.Bounds;
import oks.json.Line;
import oks.json.LineRule;
import oks.json.Otherwise;
import oks.json.Words;
import oks.json.WrongMember;
import oks.openpgp.Fingerprint;

/**
 * One command to oksd: a line {@code {"command":"pause","max_seconds":600}}; specified in oks-control(5). The
 * components of a record are the command's arguments.
 */
public sealed interface ControlRequest {
    /** The longest line either side sends, in bytes without its line end. */
    int MAX_LINE_BYTES = 64 * 1024;

    /** The kind of a request. */
    enum Kind {
        STATUS(Status.class),
        PAUSE(Pause.class),
        RESUME(Resume.class),
        ROTATE(Rotate.class),
        DUMP(Dump.class),
        STOP(Stop.class),
        RELOAD(Reload.class),
        CONFIG(Config.class),
        SNAPSHOT(Snapshot.class),
        RELEASE(Release.class),
        ARCHIVED(Archived.class),
        ARCHIVE_VERIFIED(ArchiveVerified.class),
        CHECK(Check.class),
        POINT(Point.class),
        DELETE(Delete.class),
        UNBLOCK(Unblock.class),
        HISTORY(History.class),
        LOAD(Load.class),
        EXPORT(Export.class),
        EXPORT_NEXT(ExportNext.class);

        private final Class<? extends Record> arguments;

        <T extends Record & ControlRequest> Kind(Class<T> arguments) {
            this.arguments = arguments;
        }

        /** The word in a request's member {@code command}. */
        public String word() {
            return Words.of(this);
        }

        /** The record that holds the command's arguments; a {@link ControlRequest}. */
        Class<? extends Record> arguments() {
            return arguments;
        }
    }

    /** Which command. */
    Kind kind();

    private static void require(boolean fits, String what, Object value) {
        if (!fits) {
            throw new IllegalArgumentException(what + " " + value);
        }
    }

    private static void requireLine(String text, int maxBytes) {
        require(LineRule.holds(text, maxBytes), "not one line of 1 to", maxBytes + " bytes");
    }

    /** Asks for the status; answered with a {@link ControlStatus}. */
    record Status() implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.STATUS;
        }
    }

    /**
     * Commit everything to disk, rotate, then change nothing: until the limit has passed or {@code resume}.
     *
     * @param max when it ends by itself: whole seconds
     */
    record Pause(
            @JsonProperty("max_seconds") @Bounds(min = 1, max = MOST) @Otherwise("" + USUAL)
            Duration max,

            @Otherwise("limit") Hold hold)
            implements ControlRequest {
        private static final int MOST = 86_400;
        private static final int USUAL = 600;

        /** A pause by command ends by itself after this, unless another limit was given. */
        public static final Duration STANDARD = Duration.ofSeconds(USUAL);

        /** The longest pause. */
        public static final Duration LONGEST = Duration.ofSeconds(MOST);

        /** An event that ends a pause, besides {@code resume}. */
        public enum Hold {
            /** Nothing: it lasts until its limit or {@code resume}. */
            LIMIT,
            /** The end of the connection that asked for it. */
            CONNECTION
        }

        public Pause {
            require(max.compareTo(Duration.ofSeconds(1)) >= 0 && max.compareTo(LONGEST) <= 0, "pause of", max);
            require(max.getNano() == 0, "pause of", max);
        }

        @Override
        public Kind kind() {
            return Kind.PAUSE;
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
    record Release(@Bounds(min = 1, max = MAX_ID) String id) implements ControlRequest {
        static final int MAX_ID = 64;

        public Release {
            require(!id.isEmpty() && id.length() <= MAX_ID, "length of a snapshot's id is", id.length());
        }

        @Override
        public Kind kind() {
            return Kind.RELEASE;
        }
    }

    /** Every recovery file up to and with this ordinal is safely copied elsewhere. */
    record Archived(@Bounds(min = 1, max = MAX_ORDINAL) long ordinal) implements ControlRequest {
        static final long MAX_ORDINAL = 9_999_999_999L; // ten digits in the file's name

        public Archived {
            require(ordinal >= 1 && ordinal <= MAX_ORDINAL, "ordinal", ordinal);
        }

        @Override
        public Kind kind() {
            return Kind.ARCHIVED;
        }
    }

    /** An archive of this database and timeline, begun at this time, was read back and found whole. */
    record ArchiveVerified(Instant begun) implements ControlRequest {
        public ArchiveVerified {
            if (begun.isBefore(Instant.EPOCH)) {
                throw WrongMember.of("begun", begun.toString(), "a time since 1970");
            }
        }

        @Override
        public Kind kind() {
            return Kind.ARCHIVE_VERIFIED;
        }
    }

    /**
     * Read the whole store and prove that certificates, indexes and digest agree.
     *
     * @param repair whether the indexes are first made what the certificates say
     */
    record Check(
            @JsonInclude(JsonInclude.Include.NON_DEFAULT) @Otherwise("false")
            boolean repair) implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.CHECK;
        }
    }

    /** Write a named restore point into the recovery file. */
    record Point(@Line(max = MAX_NAME) String name) implements ControlRequest {
        /** Bytes of UTF-8. */
        public static final int MAX_NAME = 255;

        public Point {
            requireLine(name, MAX_NAME);
        }

        @Override
        public Kind kind() {
            return Kind.POINT;
        }
    }

    /**
     * Remove a certificate and leave a tombstone.
     *
     * @param reason why, for the tombstone
     * @param block whether uploads of it are refused from now on
     */
    record Delete(
            Fingerprint fingerprint,
            @Line(max = MAX_REASON) String reason,
            @Otherwise("false") boolean block) implements ControlRequest {
        /** Bytes of UTF-8. */
        public static final int MAX_REASON = 1000;

        public Delete {
            requireLine(reason, MAX_REASON);
        }

        @Override
        public Kind kind() {
            return Kind.DELETE;
        }
    }

    /**
     * Every recorded version of a certificate, or the contents of one.
     *
     * @param export the LSN of the version whose contents are wanted; 0 for the list
     */
    record History(
            Fingerprint fingerprint,

            @Bounds(min = 1) @Otherwise("0") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
            long export)
            implements ControlRequest {
        public History {
            require(export >= 0, "LSN", export);
        }

        @Override
        public Kind kind() {
            return Kind.HISTORY;
        }
    }

    /**
     * Get ready for a load over the service socket.
     *
     * @param trusted whether a ticket is wanted that lets this connection's program upload without verification
     */
    record Load(@Otherwise("false") boolean trusted) implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.LOAD;
        }
    }

    /**
     * Begin to hand out certificates as they stand at this moment.
     *
     * @param sinceLsn only those changed after this change; 0 for all
     * @param since only those changed at or after this time, if there is one
     * @param whole whether certificates that their owners revoked for good are written whole, whatever is given out
     */
    record Export(
            @Bounds @Otherwise("0") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
            long sinceLsn,

            @JsonInclude(JsonInclude.Include.NON_EMPTY) Optional<Instant> since,

            @Otherwise("false") @JsonInclude(JsonInclude.Include.NON_DEFAULT)
            boolean whole)
            implements ControlRequest {
        /** Everything, as it is given out. */
        public static final Export ALL = new Export(0, Optional.empty(), false);

        public Export {
            require(sinceLsn >= 0, "LSN", sinceLsn);
        }

        @Override
        public Kind kind() {
            return Kind.EXPORT;
        }
    }

    /** Hand out the next certificates of an export of this connection. */
    record ExportNext(@Bounds(min = 1, max = Release.MAX_ID) String id) implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.EXPORT_NEXT;
        }
    }

    /** Take uploads of a deleted certificate again. */
    record Unblock(Fingerprint fingerprint) implements ControlRequest {
        @Override
        public Kind kind() {
            return Kind.UNBLOCK;
        }
    }
}
