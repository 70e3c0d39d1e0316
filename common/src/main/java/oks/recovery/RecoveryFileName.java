package oks.recovery;

import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * {@code <database>-<YYYYMMDDhhmmss><10-digit ordinal>.recovery}: names sort in the order of creation, and a missing
 * file shows in {@code ls}.
 *
 * @param timestamp when the file was begun, UTC, whole seconds; never before its predecessor's
 * @param ordinal 1 for the database's first recovery file, then one more for each, up to 9,999,999,999
 */
public record RecoveryFileName(String database, Instant timestamp, long ordinal)
        implements Comparable<RecoveryFileName> {
    public static final String SUFFIX = ".recovery";
    /** Ending of the name of a file that is being followed: its last group is whole, but it has no SEAL yet. */
    public static final String PARTIAL = ".partial";

    /** What the name of a torn tail has more than that of its recovery file. */
    public static final String TORN = ".torn";

    /** The last ordinal that has ten digits. */
    public static final long LAST_ORDINAL = 9_999_999_999L;

    private static final Instant END_OF_TIMESTAMPS = Instant.parse("+10000-01-01T00:00:00Z");
    private static final Pattern PATTERN = Pattern.compile("([a-z][a-z0-9-]{0,31})-(\\d{14})(\\d{10})\\.recovery");
    // "uuuu", not "YYYY": the latter is the week's year and wrong around New Year.
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    public RecoveryFileName {
        if (ordinal < 1 || ordinal > LAST_ORDINAL) {
            throw new IllegalArgumentException("recovery file ordinal out of range: " + ordinal);
        }
        if (!isTimestamp(timestamp)) {
            throw new IllegalArgumentException("recovery file timestamp out of range: " + timestamp);
        }
        timestamp = timestamp.truncatedTo(ChronoUnit.SECONDS);
    }

    /** Whether a name can say this time: from 1970 to the end of the year 9999. */
    public static boolean isTimestamp(Instant time) {
        return !time.isBefore(Instant.EPOCH) && time.isBefore(END_OF_TIMESTAMPS);
    }

    /** The name of the file after this one; its timestamp does not go back when the clock does. */
    public RecoveryFileName next(Instant now) {
        if (ordinal == LAST_ORDINAL) {
            throw OperatorFault.of(ExitCode.DAMAGED, "recovery file \"%s\" has the highest possible ordinal", this)
                    .next("move the file away if oksd did not write it");
        }
        return new RecoveryFileName(database, now.isBefore(timestamp) ? timestamp : now, ordinal + 1);
    }

    /** The name in a path; empty when it is not a recovery file's. */
    public static Optional<RecoveryFileName> of(Path file) {
        Matcher matcher = PATTERN.matcher(file.getFileName().toString());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            Instant timestamp = LocalDateTime.parse(matcher.group(2), TIMESTAMP).toInstant(ZoneOffset.UTC);
            return Optional.of(new RecoveryFileName(matcher.group(1), timestamp, Long.parseLong(matcher.group(3))));
        } catch (DateTimeException | IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    /** The name in a path, also when it is that of a file which is being followed. */
    public static Optional<RecoveryFileName> ofPartial(Path file) {
        return of(without(PARTIAL, file));
    }

    /** The name in the path of a recovery file or of its torn tail. */
    static Optional<RecoveryFileName> ofTorn(Path file) {
        return of(without(TORN, file));
    }

    private static Path without(String suffix, Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(suffix) ? file.resolveSibling(name.substring(0, name.length() - suffix.length())) : file;
    }

    @Override
    public int compareTo(RecoveryFileName other) {
        return Long.compare(ordinal, other.ordinal);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s-%s%010d%s",
                database,
                TIMESTAMP.format(timestamp.atOffset(ZoneOffset.UTC)),
                ordinal,
                SUFFIX);
    }
}
