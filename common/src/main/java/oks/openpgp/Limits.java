package oks.openpgp;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/** A value of each {@link Limit}. */
public record Limits(Map<Limit, Integer> values) {
    private static final Limits STANDARD = of(Limit::standard);

    /** Every limit must have a value. */
    public Limits {
        values = Collections.unmodifiableMap(new EnumMap<>(values));
        for (Limit limit : Limit.values()) {
            limit.require(values.get(limit));
        }
    }

    /** Limits of these values. */
    public static Limits of(ToIntFunction<Limit> value) {
        Map<Limit, Integer> values = new EnumMap<>(Limit.class);
        for (Limit limit : Limit.values()) {
            values.put(limit, value.applyAsInt(limit));
        }
        return new Limits(values);
    }

    /**
     * Room for every certificate in honest use, post-quantum signatures included; of the thousand of the Debian keyring
     * the costliest takes 675 units, and all in one upload 35,000.
     */
    public static Limits standard() {
        return STANDARD;
    }

    /** The same limits but for one. */
    public Limits with(Limit limit, int value) {
        return of(each -> each == limit ? value : of(each));
    }

    /** The value of a limit. */
    public int of(Limit limit) {
        return values.get(limit);
    }

    /** The size of one certificate before anything was dropped from it. */
    int maxRawCertificateBytes() {
        return (int) Math.min(Integer.MAX_VALUE, 16L * of(Limit.MAX_CERTIFICATE));
    }

    /** The most bytes of a certificate for other people's signatures, if they are kept at all. */
    int maxThirdPartyBytes() {
        return of(Limit.MAX_CERTIFICATE) / 2;
    }
}
