package oks.archive;

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
import oks.recovery.Lsn;

/**
 * {@code <database>-<YYYYMMDDhhmmss>-<LSN>.full.tar.gz}, or {@code .tar.zst}, or {@code .tar}; with {@code .pgp} at the
 * end when it is encrypted.
 *
 * @param timestamp when the archive was begun, UTC, whole seconds
 * @param lsn the last change in it
 * @param encrypted whether it is an OpenPGP message, which only its recipients can read
 */
public record ArchiveName(String database, Instant timestamp, Lsn lsn, Compression compression, boolean encrypted) {
    private static final String ENCRYPTED = ".pgp";
    private static final Pattern PATTERN =
            Pattern.compile("([a-z][a-z0-9-]{0,31})-(\\d{14})-(\\d{1,19})\\.full(\\.tar(?:\\.gz|\\.zst)?)(\\.pgp)?");
    // "uuuu", not "YYYY": the latter is the week's year and wrong around New Year.
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    public ArchiveName {
        timestamp = timestamp.truncatedTo(ChronoUnit.SECONDS);
    }

    /** The name in a path; empty when it is not an archive's. */
    public static Optional<ArchiveName> of(Path file) {
        Matcher matcher = PATTERN.matcher(file.getFileName().toString());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            Instant timestamp = LocalDateTime.parse(matcher.group(2), TIMESTAMP).toInstant(ZoneOffset.UTC);
            Lsn lsn = new Lsn(Long.parseLong(matcher.group(3)));
            return Optional.of(new ArchiveName(
                    matcher.group(1), timestamp, lsn, ofSuffix(matcher.group(4)), matcher.group(5) != null));
        } catch (DateTimeException | IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    /** The same name, a second later: for a second archive of the same change. */
    public ArchiveName aSecondLater() {
        return new ArchiveName(database, timestamp.plusSeconds(1), lsn, compression, encrypted);
    }

    private static Compression ofSuffix(String suffix) {
        for (Compression compression : Compression.values()) {
            if (compression.suffix().equals(suffix)) {
                return compression;
            }
        }
        throw new IllegalArgumentException("no such suffix: " + suffix);
    }

    @Override
    public String toString() {
        return database + "-" + TIMESTAMP.format(timestamp.atOffset(ZoneOffset.UTC)) + "-" + lsn + ".full"
                + compression.suffix() + (encrypted ? ENCRYPTED : "");
    }
}
