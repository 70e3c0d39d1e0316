package oks.restore.log;

import java.time.Instant;
import oks.openpgp.Fingerprint;
import oks.recovery.Lsn;

/** The state that a restore is to bring back. */
public sealed interface Target {
    enum Kind {
        LATEST,
        TIME,
        LSN,
        POINT,
        BEFORE
    }

    Kind kind();

    /** For people, as part of a sentence. */
    String text();

    /** After the last change. */
    record Latest() implements Target {
        @Override
        public Kind kind() {
            return Kind.LATEST;
        }

        @Override
        public String text() {
            return "the last change";
        }
    }

    /** After the last change that was made at this time or before. */
    record AtTime(Instant time) implements Target {
        @Override
        public Kind kind() {
            return Kind.TIME;
        }

        @Override
        public String text() {
            return "time " + time;
        }
    }

    /** After this change. */
    record AtLsn(Lsn lsn) implements Target {
        @Override
        public Kind kind() {
            return Kind.LSN;
        }

        @Override
        public String text() {
            return "LSN " + lsn;
        }
    }

    /** The state in which {@code oksctl point} set this restore point. */
    record AtPoint(String name) implements Target {
        @Override
        public Kind kind() {
            return Kind.POINT;
        }

        @Override
        public String text() {
            return "restore point \"" + name + "\"";
        }
    }

    /** Before the last change of this certificate. */
    record Before(Fingerprint certificate) implements Target {
        @Override
        public Kind kind() {
            return Kind.BEFORE;
        }

        @Override
        public String text() {
            return "the state before the last change of certificate " + certificate;
        }
    }
}
