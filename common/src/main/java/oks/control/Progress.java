package oks.control;

import java.util.Objects;

/**
 * The progress of a command.
 *
 * @param text what is being done, such as "flushing"
 * @param done how much is done, zero or more
 * @param total how much there is, zero when that is not known
 * @param unit what is counted: "bytes", "certificates", "files", …; may be empty
 */
public record Progress(String text, long done, long total, String unit) {
    public Progress {
        Objects.requireNonNull(text);
        Objects.requireNonNull(unit);
        if (done < 0 || total < 0) {
            throw new IllegalArgumentException("progress " + done + " of " + total);
        }
    }
}
