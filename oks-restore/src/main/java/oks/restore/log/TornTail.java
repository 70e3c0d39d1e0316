package oks.restore.log;

import java.nio.file.Path;
import java.util.Locale;
import oks.fault.Count;
import oks.recovery.Lsn;

/**
 * A torn tail: what a crash leaves of a group that was never acknowledged.
 *
 * @param offset where it begins
 * @param bytes how long it is
 * @param after the last change before it
 */
public record TornTail(Path file, long offset, long bytes, Lsn after) {

    public String warning() {
        return String.format(
                Locale.ROOT,
                "recovery file \"%s\" ends with a torn group of %s after LSN %s that was never acknowledged: left out",
                file,
                Count.of(bytes, "byte"),
                after);
    }

    /** The members of {@code torn}; see oks-json(7). */
    public record Members(Path path, long offset, long bytes, long afterLsn) {}

    public Members members() {
        return new Members(file, offset, bytes, after.number());
    }
}
