package oks.restore.log;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time on the command line: ISO 8601, UTC unless it says otherwise; a day alone is its beginning. */
public final class TimeArgument implements ITypeConverter<Instant> {
    private static final DateTimeFormatter FORMAT = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendPattern("[XXX][XX][X]")
            .toFormatter(Locale.ROOT);

    @Override
    public Instant convert(String value) {
        try {
            TemporalAccessor parsed = FORMAT.parseBest(
                    value.strip().replace(' ', 'T'), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
            if (parsed instanceof OffsetDateTime time) {
                return time.toInstant();
            }
            return parsed instanceof LocalDateTime time
                    ? time.toInstant(ZoneOffset.UTC)
                    : LocalDate.from(parsed).atStartOfDay().toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new TypeConversionException("\"" + value + "\" is not a time such as 2026-11-22T10:49:02Z, "
                    + "2026-11-22T11:49:02+01:00 or 2026-11-22");
        }
    }
}
