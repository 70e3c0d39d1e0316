package oks.restore.log;

import java.time.Instant;
import java.util.Optional;
import oks.openpgp.Fingerprint;
import oks.recovery.Lsn;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say which state is wanted; at most one of them is given. */
public final class TargetOptions {
    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = TimeArgument.class,
            description = "The state at this time: ISO 8601, UTC unless it says otherwise.")
    private Optional<Instant> time = Optional.empty();

    @Option(
            names = "--until-lsn",
            paramLabel = "N",
            converter = LsnArgument.class,
            description = "The state after the change with this number.")
    private Optional<Lsn> lsn = Optional.empty();

    @Option(names = "--until-point", paramLabel = "NAME", description = "The state at this restore point.")
    private Optional<String> point = Optional.empty();

    @Option(
            names = "--before",
            paramLabel = "FPR",
            converter = FingerprintArgument.class,
            description = "The state before the last change of this certificate.")
    private Optional<Fingerprint> before = Optional.empty();

    /** The last change when no option was given. */
    public Target target() {
        return time.<Target>map(Target.AtTime::new)
                .or(() -> lsn.map(Target.AtLsn::new))
                .or(() -> point.map(Target.AtPoint::new))
                .or(() -> before.map(Target.Before::new))
                .orElseGet(Target.Latest::new);
    }

    /** A change's number. */
    static final class LsnArgument implements ITypeConverter<Lsn> {
        @Override
        public Lsn convert(String value) {
            try {
                return new Lsn(Long.parseLong(value));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("\"" + value + "\" is not the number of a change, such as 42");
            }
        }
    }

    /** A certificate's fingerprint, as gpg prints it or without blanks. */
    public static final class FingerprintArgument implements ITypeConverter<Fingerprint> {
        @Override
        public Fingerprint convert(String value) {
            try {
                return Fingerprint.parse(value.replace(" ", ""));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "\"" + value + "\" is not a fingerprint: 40 or 64 hexadecimal digits");
            }
        }
    }
}
