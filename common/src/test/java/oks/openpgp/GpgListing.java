package oks.openpgp;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What {@code gpg --with-colons} tells about a certificate, and the same of our description, to be compared.
 *
 * @param primary fingerprint, algorithm, bits, creation, expiry
 * @param userIds the texts, and whether revoked
 * @param subkeys fingerprint, algorithm, bits, creation, expiry, whether revoked
 */
record GpgListing(String primary, boolean revoked, List<String> userIds, Set<String> subkeys) {

    static List<GpgListing> of(byte[] output) {
        List<GpgListing> all = new ArrayList<>();
        String[] record = {};
        String[] primary = {};
        for (String line :
                new String(output, StandardCharsets.ISO_8859_1).lines().toList()) {
            String[] fields = line.split(":", -1);
            GpgListing last = all.isEmpty() ? null : all.get(all.size() - 1);
            switch (fields[0]) {
                case "pub", "sub" -> record = fields;
                case "fpr" -> {
                    if (record[0].equals("pub")) {
                        primary = record;
                        all.add(new GpgListing(
                                key(record, fields[9]), record[1].equals("r"), new ArrayList<>(), new TreeSet<>()));
                    } else {
                        // "i": a subkey with a revocation and no binding; gpg says invalid, we say revoked
                        boolean revoked = (record[1].equals("r") || record[1].equals("i")) && !primary[1].equals("r");
                        last.subkeys.add(key(record, fields[9]) + (revoked ? " revoked" : ""));
                    }
                }
                case "uid" ->
                    last.userIds.add(unescaped(fields[9])
                            + (fields[1].equals("r") && !primary[1].equals("r") ? " revoked" : ""));
                default -> {
                    /* trust, groups, notes */
                }
            }
        }
        all.forEach(listing -> listing.userIds.sort(null));
        return all;
    }

    static GpgListing of(CertificateDescription description) {
        List<String> userIds = new ArrayList<>();
        description
                .userIds()
                .forEach(u -> userIds.add(u.text() + (u.revoked() && !description.revoked() ? " revoked" : "")));
        userIds.sort(null);
        Set<String> subkeys = new TreeSet<>();
        description
                .subkeys()
                .forEach(s -> subkeys.add(key(s.fingerprint(), s.algorithm(), s.bits(), s.created(), s.expires())
                        + (s.revoked() && !description.revoked() ? " revoked" : "")));
        return new GpgListing(
                key(
                        description.fingerprint(),
                        description.algorithm(),
                        description.bits(),
                        description.created(),
                        description.expires()),
                description.revoked(),
                userIds,
                subkeys);
    }

    private static String key(String[] fields, String fingerprint) {
        return String.join(" ", fingerprint, fields[3], fields[2], fields[5], fields[6]);
    }

    private static String key(
            Fingerprint fingerprint, int algorithm, int bits, Instant created, Optional<Instant> expires) {
        return String.join(
                " ",
                fingerprint.toString(),
                Integer.toString(algorithm),
                Integer.toString(bits),
                Long.toString(created.getEpochSecond()),
                expires.map(e -> Long.toString(e.getEpochSecond())).orElse(""));
    }

    /** gpg writes \x3a for a colon and the like; the rest is UTF-8. */
    private static String unescaped(String field) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.startsWith("\\x", i) && i + 3 < field.length()) {
                text.append((char) Integer.parseInt(field.substring(i + 2, i + 4), 16));
                i += 3;
            } else {
                text.append(field.charAt(i));
            }
        }
        return UserIdText.of(text.toString().getBytes(StandardCharsets.ISO_8859_1))
                .text();
    }
}
