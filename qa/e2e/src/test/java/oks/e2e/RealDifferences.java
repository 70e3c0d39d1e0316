package oks.e2e;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Where a certificate that came out is another one for gpg than the one that went in: every difference has its
 * explanation here, or is a fault. With the packages of Debian 12 (1396 certificates) and gpg 2.2.40:
 *
 * <pre>
 * difference                    certificates   why
 * a user attribute is missing              7   photos are dropped: nobody can look at what strangers would publish with them
 * anything else                            0
 * </pre>
 *
 * <p>Compared are primary keys, user IDs, user attributes and subkeys with validity, algorithm, size, creation, expiry
 * and capabilities. Signatures by other keys are left out on both sides (gpg's {@code self-sigs-only}; oksd keeps
 * attested ones).
 */
record RealDifferences(Map<Kind, List<String>> explained, List<String> unexplained) {

    /** A difference that is meant to be. */
    enum Kind {
        USER_ATTRIBUTE("lost: user attribute ", "photos are dropped");

        private final String line;
        private final String why;

        Kind(String line, String why) {
            this.line = line;
            this.why = why;
        }

        private static Optional<Kind> of(String difference) {
            return Arrays.stream(values())
                    .filter(kind -> difference.startsWith(kind.line))
                    .findFirst();
        }
    }

    static RealDifferences between(Map<String, GpgListing> before, Map<String, GpgListing> after) {
        RealDifferences differences = new RealDifferences(new EnumMap<>(Kind.class), new ArrayList<>());
        before.forEach((fingerprint, listing) -> {
            TreeSet<String> lost = new TreeSet<>(listing.lines());
            TreeSet<String> found = after.containsKey(fingerprint)
                    ? new TreeSet<>(after.get(fingerprint).lines())
                    : new TreeSet<>();
            lost.removeAll(found);
            found.removeAll(listing.lines());
            lost.forEach(line -> differences.add(fingerprint, "lost: " + line));
            found.forEach(line -> differences.add(fingerprint, "new: " + line));
        });
        after.keySet().stream()
                .filter(fingerprint -> !before.containsKey(fingerprint))
                .forEach(fingerprint -> differences.add(fingerprint, "new: the whole certificate"));
        return differences;
    }

    private void add(String fingerprint, String difference) {
        Kind.of(difference)
                .map(kind -> explained.computeIfAbsent(kind, k -> new ArrayList<>()))
                .orElse(unexplained)
                .add(fingerprint + " " + difference);
    }

    /** The table above, as it is now. */
    String table() {
        String lines = explained.entrySet().stream()
                .map(entry -> entry.getKey().name().toLowerCase(Locale.ROOT) + ": "
                        + entry.getValue().size() + " certificates: " + entry.getKey().why + ": "
                        + entry.getValue().stream()
                                .map(one -> one.split(" ")[0])
                                .toList())
                .collect(Collectors.joining("; "));
        return lines.isEmpty() ? "no difference" : lines;
    }
}
