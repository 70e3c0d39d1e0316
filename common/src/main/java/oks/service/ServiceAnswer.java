package oks.service;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** An answer of oksd to a {@link ServiceRequest}. Byte arrays are not copied: who makes an answer gives them away. */
public sealed interface ServiceAnswer {
    /** The family, for switch expressions. */
    enum Kind {
        CERTIFICATES,
        UPLOADED,
        STATUS,
        FAILURE,
        FINGERPRINTS
    }

    /** Which member of the family this is. */
    Kind kind();

    /**
     * The certificates found, newest modification first.
     *
     * @param total how many there are, at least as many as are given here
     * @param more whether there may be more than the total: the search ended before all of them were counted
     */
    record Certificates(long total, boolean more, List<Found> found) implements ServiceAnswer {
        /** An answer with all that there are in its total. */
        public Certificates(long total, List<Found> found) {
            this(total, false, found);
        }

        public Certificates {
            found = List.copyOf(found);
            if (total < found.size() || total > 0xffff_ffffL) {
                throw new IllegalArgumentException("total " + total + " with " + found.size() + " certificates");
            }
        }

        @Override
        public Kind kind() {
            return Kind.CERTIFICATES;
        }
    }

    /**
     * One stored certificate.
     *
     * @param lsn number of the change that made it what it is
     * @param modifiedMicros when that was, in microseconds since 1970
     * @param certificate its packets, as served
     */
    record Found(long lsn, long modifiedMicros, byte[] certificate) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Found that
                    && lsn == that.lsn
                    && modifiedMicros == that.modifiedMicros
                    && Arrays.equals(certificate, that.certificate);
        }

        @Override
        public int hashCode() {
            return Objects.hash(lsn, modifiedMicros, Arrays.hashCode(certificate));
        }
    }

    /** The result of an upload, certificate by certificate; sent when everything in it is durable. */
    record Uploaded(List<UploadResult> results) implements ServiceAnswer {
        public Uploaded {
            results = List.copyOf(results);
            if (results.size() > 0xffff) {
                throw new IllegalArgumentException("more than 65535 results: " + results.size());
            }
        }

        @Override
        public Kind kind() {
            return Kind.UPLOADED;
        }
    }

    /** The outcome for one certificate. */
    enum Outcome {
        NEW(1),
        MERGED(2),
        UNCHANGED(3),
        REFUSED(4);

        private final int code;

        Outcome(int code) {
            this.code = code;
        }

        /** The octet in the frame. */
        int code() {
            return code;
        }

        static Outcome ofCode(int code) throws BadFrameException {
            for (Outcome outcome : values()) {
                if (outcome.code == code) {
                    return outcome;
                }
            }
            throw new BadFrameException("an upload result " + code + " is not known");
        }
    }

    /**
     * One line of an upload's answer.
     *
     * @param reason 0, or the code of the reason for which it was refused
     * @param fingerprint 0 (not known), 16, 20 or 32 bytes
     * @param lsn the change it made, 0 when it made none
     * @param comment for people; cut at 65535 bytes of UTF-8 in the frame
     * @param detail what was kept of it and what was left out
     */
    record UploadResult(Outcome outcome, int reason, byte[] fingerprint, long lsn, String comment, Detail detail) {
        /** The comment on a certificate that its owner revoked for good, where such ones are given out bare. */
        public static final String NAMES_HIDDEN =
                "its owner revoked it for good: only the primary key and the revocation are given out, and no name or "
                        + "address finds it";

        /** A line without details. */
        public UploadResult(Outcome outcome, int reason, byte[] fingerprint, long lsn, String comment) {
            this(outcome, reason, fingerprint, lsn, comment, Detail.NONE);
        }

        public UploadResult {
            Objects.requireNonNull(outcome);
            Objects.requireNonNull(comment);
            Objects.requireNonNull(detail);
            if (reason < 0 || reason > 0xff) {
                throw new IllegalArgumentException("reason outside 0 to 255: " + reason);
            }
            switch (fingerprint.length) {
                case 0, 16, 20, 32 -> {}
                default -> throw new IllegalArgumentException("a fingerprint of " + fingerprint.length + " bytes");
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof UploadResult that
                    && outcome == that.outcome
                    && reason == that.reason
                    && lsn == that.lsn
                    && comment.equals(that.comment)
                    && detail.equals(that.detail)
                    && Arrays.equals(fingerprint, that.fingerprint);
        }

        @Override
        public int hashCode() {
            return Objects.hash(outcome, reason, lsn, comment, detail, Arrays.hashCode(fingerprint));
        }

        /** The same line without its details. */
        public UploadResult plain() {
            return new UploadResult(outcome, reason, fingerprint, lsn, comment);
        }
    }

    /**
     * The kept and the left-out parts of an uploaded certificate. Numbers are of everything, texts of the first ones
     * only.
     *
     * @param leftOut how many parts were left out for each rule; at most 255 entries
     * @param examples the first parts that were left out and why, a line each; at most {@link #MOST_EXAMPLES}
     * @param userIds how many user IDs of the upload were kept
     * @param named the first of them, decoded and not escaped; at most {@link #MOST_NAMED}
     */
    record Detail(List<LeftOut> leftOut, List<String> examples, int userIds, List<String> named) {
        /** Nothing to tell. */
        public static final Detail NONE = new Detail(List.of(), List.of(), 0, List.of());

        public static final int MOST_EXAMPLES = 10;
        public static final int MOST_NAMED = 20;

        public Detail {
            leftOut = List.copyOf(leftOut);
            examples = List.copyOf(examples);
            named = List.copyOf(named);
            if (leftOut.size() > 0xff
                    || examples.size() > MOST_EXAMPLES
                    || named.size() > MOST_NAMED
                    || named.size() > userIds) {
                throw new IllegalArgumentException("a detail with " + leftOut.size() + " rules, " + examples.size()
                        + " examples and " + named.size() + " of " + userIds + " user IDs");
            }
        }

        /** The same without user IDs, of a certificate that is given out without them. */
        public Detail nameless() {
            return new Detail(leftOut, examples, 0, List.of());
        }

        /** The same without the texts. */
        public Detail counts() {
            return new Detail(leftOut, List.of(), userIds, List.of());
        }
    }

    /**
     * Parts that were left out for one rule.
     *
     * @param rule the code of the rule, 1 to 255
     * @param signatures whether signatures were left out, not the parts that they are on
     * @param count how many, 1 to 4294967295
     */
    record LeftOut(int rule, boolean signatures, long count) {
        public LeftOut {
            if (rule < 1 || rule > 0xff || count < 1 || count > 0xffff_ffffL) {
                throw new IllegalArgumentException("rule " + rule + ", " + count + " parts");
            }
        }
    }

    /**
     * Fingerprints of primary keys, each of 16, 20 or 32 bytes.
     *
     * @param total how many there are, at least as many as are given here
     */
    record Fingerprints(long total, List<byte[]> fingerprints) implements ServiceAnswer {
        public Fingerprints {
            fingerprints = List.copyOf(fingerprints);
            if (total < fingerprints.size() || total > 0xffff_ffffL) {
                throw new IllegalArgumentException("total " + total + " with " + fingerprints.size() + " fingerprints");
            }
        }

        @Override
        public Kind kind() {
            return Kind.FINGERPRINTS;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Fingerprints that
                    && total == that.total
                    && Arrays.deepEquals(fingerprints.toArray(), that.fingerprints.toArray());
        }

        @Override
        public int hashCode() {
            return Objects.hash(total, Arrays.deepHashCode(fingerprints.toArray()));
        }
    }

    /** The status of oksd: the JSON object that {@code oksctl status --json} prints. */
    record Status(String json) implements ServiceAnswer {
        public Status {
            Objects.requireNonNull(json);
        }

        @Override
        public Kind kind() {
            return Kind.STATUS;
        }
    }

    /** Why there is no other answer. */
    enum FailureCode {
        /** Paused, starting, or not connected: ask again later. */
        TEMPORARILY_UNAVAILABLE(1),
        BAD_REQUEST(2),
        TOO_LARGE(3),
        INTERNAL(4),
        /** Too many requests in flight: ask again later. */
        OVERLOADED(5);

        private final int code;

        FailureCode(int code) {
            this.code = code;
        }

        /** The octet in the frame. */
        int code() {
            return code;
        }

        static FailureCode ofCode(int code) throws BadFrameException {
            for (FailureCode failure : values()) {
                if (failure.code == code) {
                    return failure;
                }
            }
            throw new BadFrameException("a failure " + code + " is not known");
        }
    }

    /**
     * The request was not done.
     *
     * @param retryAfter seconds after which asking again makes sense, 0 when it never does
     * @param text one line for people; cut at 65535 bytes of UTF-8 in the frame
     */
    record Failure(FailureCode code, int retryAfter, String text) implements ServiceAnswer {
        public Failure {
            Objects.requireNonNull(code);
            Objects.requireNonNull(text);
            if (retryAfter < 0) {
                throw new IllegalArgumentException("retry after " + retryAfter + " seconds");
            }
        }

        @Override
        public Kind kind() {
            return Kind.FAILURE;
        }
    }
}
