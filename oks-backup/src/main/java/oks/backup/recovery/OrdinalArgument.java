package oks.backup.recovery;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The ordinal of a recovery file on the command line. */
final class OrdinalArgument implements ITypeConverter<Long> {

    @Override
    public Long convert(String value) {
        try {
            long ordinal = Long.parseLong(value);
            if (ordinal >= 1) {
                return ordinal;
            }
        } catch (NumberFormatException e) {
            // answered below
        }
        throw new TypeConversionException("\"" + value + "\" is not the ordinal of a recovery file, such as 42");
    }
}
