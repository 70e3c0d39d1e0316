package oks.recovery;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * The content of the last frame of a complete recovery file.
 *
 * @param changes how many changes the file holds
 * @param length the file's exact length in bytes, the SEAL frame included
 * @param time when the file was completed: no change came later and before the next file
 */
public record Seal(long changes, long length, Reason reason, Instant time) {

    /** Why the file was ended; the number stands in the file. */
    public enum Reason {
        ROTATED(1, "rotated on request"),
        SIZE(2, "rotated because of its size"),
        AGE(3, "rotated because of its age"),
        STOPPED(4, "oksd stopped"),
        SNAPSHOT(5, "rotated for a snapshot"),
        PAUSED(6, "rotated for a pause"),
        UNCLEAN(7, "sealed at the start after an unclean end");

        private final int number;
        private final String meaning;

        Reason(int number, String meaning) {
            this.number = number;
            this.meaning = meaning;
        }

        int number() {
            return number;
        }

        /** Whether there is a next file: its header was on disk before this SEAL, if only under a temporary name. */
        boolean hasSuccessor() {
            return this != STOPPED && this != UNCLEAN;
        }

        /** For people. */
        public String meaning() {
            return meaning;
        }

        /** The reason with this number; empty when this version does not know it. */
        static Optional<Reason> of(int number) {
            return Arrays.stream(values())
                    .filter(reason -> reason.number == number)
                    .findFirst();
        }
    }
}
