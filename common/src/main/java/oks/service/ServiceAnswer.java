package oks.service;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What oksd answers to a {@link ServiceRequest}. Byte arrays are not copied: who makes an answer gives them away. */
public sealed interface ServiceAnswer {
    /** The family, for switch expressions. */
    enum Kind { CERTIFICATES, UPLOADED, STATUS, FAILURE, FINGERPRINTS }

    /** Which member of the family this is. */
    Kind kind();

    /**
     * The certificates found, newest modification first.
     *
     * @param total how many there are, at least as many as are given here
     * @param more  whether there may be more than the total: the search ended before all of them were counted
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

        @Override public Kind kind() {
            return Kind.CERTIFICATES;
        }
    }

    /**
     * One stored certificate.
     *
     * @param lsn            number of the change that made it what it is
     * @param modifiedMicros when that was, in microseconds since 1970
     * @param certificate    its packets, as served
     */
    record Found(long lsn, long modifiedMicros, byte[] certificate) {
        @Override public boolean equals(Object other) {
            return other instanceof Found that && lsn == that.lsn && modifiedMicros == that.modifiedMicros
                    && Arrays.equals(certificate, that.certificate);
        }

        @Override public int hashCode() {
            return Objects.hash(lsn, modifiedMicros, Arrays.hashCode(certificate));
        }
    }

    /** What became of an upload, certificate by certificate; sent when everything in it is durable. */
    record Uploaded(List<UploadResult> results) implements ServiceAnswer {
        public Uploaded {
            results = List.copyOf(results);
            if (results.size() > 0xffff) {
                throw new IllegalArgumentException("more than 65535 results: " + results.size());
            }
        }

        @Override public Kind kind() {
            return Kind.UPLOADED;
        }
    }

    /** What became of one certificate. */
    enum Outcome {
        NEW(1), MERGED(2), UNCHANGED(3), REFUSED(4);

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
     * @param reason      0, or one more than the ordinal of the reason for which it was refused
     * @param fingerprint 0 (not known), 16, 20 or 32 bytes
     * @param lsn         the change it made, 0 when it made none
     * @param comment     for people; cut at 65535 bytes of UTF-8 in the frame
     */
    record UploadResult(Outcome outcome, int reason, byte[] fingerprint, long lsn, String comment) {
        public UploadResult {
            Objects.requireNonNull(outcome);
            Objects.requireNonNull(comment);
            if (reason < 0 || reason > 0xff) {
                throw new IllegalArgumentException("reason outside 0 to 255: " + reason);
            }
            switch (fingerprint.length) {
                case 0, 16, 20, 32 -> { }
                default -> throw new IllegalArgumentException("a fingerprint of " + fingerprint.length + " bytes");
            }
        }

        @Override public boolean equals(Object other) {
            return other instanceof UploadResult that && outcome == that.outcome && reason == that.reason && lsn == that.lsn
                    && comment.equals(that.comment) && Arrays.equals(fingerprint, that.fingerprint);
        }

        @Override public int hashCode() {
            return Objects.hash(outcome, reason, lsn, comment, Arrays.hashCode(fingerprint));
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

        @Override public Kind kind() {
            return Kind.FINGERPRINTS;
        }

        @Override public boolean equals(Object other) {
            return other instanceof Fingerprints that && total == that.total
                    && Arrays.deepEquals(fingerprints.toArray(), that.fingerprints.toArray());
        }

        @Override public int hashCode() {
            return Objects.hash(total, Arrays.deepHashCode(fingerprints.toArray()));
        }
    }

    /** How oksd is: the JSON object that {@code oksctl status --json} prints. */
    record Status(String json) implements ServiceAnswer {
        public Status {
            Objects.requireNonNull(json);
        }

        @Override public Kind kind() {
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
     * @param text       one line for people; cut at 65535 bytes of UTF-8 in the frame
     */
    record Failure(FailureCode code, int retryAfter, String text) implements ServiceAnswer {
        public Failure {
            Objects.requireNonNull(code);
            Objects.requireNonNull(text);
            if (retryAfter < 0) {
                throw new IllegalArgumentException("retry after " + retryAfter + " seconds");
            }
        }

        @Override public Kind kind() {
            return Kind.FAILURE;
        }
    }
}
