package oks.openpgp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import oks.fault.Count;

/**
 * The parts that one version of a certificate has and another lacks, for people: {@code user ID "…"} (escaped),
 * {@code subkey FINGERPRINT}, {@code 2 signatures on …}. What stands on a component that is new, or gone, is not listed
 * by itself.
 *
 * @param added in the later version only
 * @param removed in the earlier version only
 */
public record CertificateDifference(List<String> added, List<String> removed) {
    public CertificateDifference {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
    }

    /** Everything in a certificate that had no version before. */
    public static CertificateDifference ofFirst(Certificate first) {
        List<String> added = new ArrayList<>(List.of(DropReport.PRIMARY));
        CertificateParts parts = first.parts();
        if (!parts.signatures().isEmpty()) {
            added.add(signatures(parts.signatures().size(), DropReport.PRIMARY));
        }
        parts.userIds().keySet().forEach(userId -> added.add(DropReport.userId(userId)));
        parts.userAttributes().keySet().forEach(attribute -> added.add(DropReport.USER_ATTRIBUTE));
        parts.subkeys().keySet().forEach(subkey -> added.add(subkey(subkey)));
        return new CertificateDifference(added, List.of());
    }

    /** The difference between two versions of one certificate. */
    public static CertificateDifference between(Certificate earlier, Certificate later) {
        return new CertificateDifference(
                missing(later.parts(), earlier.parts()), missing(earlier.parts(), later.parts()));
    }

    /** The parts that the first has and the second lacks. */
    private static List<String> missing(CertificateParts in, CertificateParts from) {
        List<String> missing = new ArrayList<>();
        compare(DropReport.PRIMARY, in.signatures(), from.signatures(), missing);
        in.userIds()
                .forEach((userId, signatures) -> compare(
                        DropReport.userId(userId), signatures, from.userIds().get(userId), missing));
        in.userAttributes()
                .forEach((attribute, signatures) -> compare(
                        DropReport.USER_ATTRIBUTE,
                        signatures,
                        from.userAttributes().get(attribute),
                        missing));
        in.subkeys()
                .forEach((subkey, signatures) ->
                        compare(subkey(subkey), signatures, from.subkeys().get(subkey), missing));
        return missing;
    }

    private static void compare(String component, List<Packet> in, List<Packet> from, List<String> missing) {
        if (from == null) {
            missing.add(component);
            return;
        }
        Map<Packet, Integer> there = new HashMap<>();
        from.forEach(signature -> there.put(signature, 1));
        int count = (int)
                in.stream().filter(signature -> !there.containsKey(signature)).count();
        if (count > 0) {
            missing.add(signatures(count, component));
        }
    }

    private static String signatures(int count, String component) {
        return Count.of(count, "signature") + " on " + component;
    }

    private static String subkey(Packet subkey) {
        try {
            return "subkey " + KeyPacket.parse(subkey).fingerprint();
        } catch (Malformed | KeyPacket.UnknownVersion e) {
            throw new IllegalArgumentException("a stored certificate is broken: " + e.getMessage(), e);
        }
    }
}
