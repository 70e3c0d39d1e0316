package oks.e2e;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What {@code gpg --with-colons --list-keys} tells of a certificate, in lines that can be compared: {@code primary},
 * {@code user ID}, {@code user attribute} and {@code subkey}, each with its validity (r revoked, e expired, i invalid,
 * - else), and keys with algorithm, bits, creation, expiry, capabilities and curve.
 */
record GpgListing(String primary, TreeSet<String> subkeys, TreeSet<String> userIds, TreeSet<String> lines) {
    private static final int FINGERPRINT = 9;

    /** By the fingerprint of the primary key. */
    static Map<String, GpgListing> of(String colons) {
        Map<String, GpgListing> all = new TreeMap<>();
        String[] key = {};
        GpgListing last = null;
        for (String line : colons.lines().toList()) {
            String[] fields = line.split(":", -1);
            switch (fields[0]) {
                case "pub", "sub" -> key = fields;
                case "fpr" -> {
                    if (key[0].equals("pub")) {
                        last = new GpgListing(fields[FINGERPRINT], new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
                        all.put(fields[FINGERPRINT], last);
                    } else {
                        last.subkeys.add(fields[FINGERPRINT]);
                    }
                    last.lines.add(line(key, fields[FINGERPRINT]));
                }
                case "uid" -> {
                    last.userIds.add(unescaped(fields[FINGERPRINT]));
                    last.lines.add("user ID " + fields[1] + " " + unescaped(fields[FINGERPRINT]));
                }
                case "uat" -> last.lines.add("user attribute " + fields[1]);
                default -> {
                    /* trust, groups, notes */
                }
            }
        }
        return all;
    }

    private static String line(String[] key, String fingerprint) {
        return String.join(
                        " ",
                        key[0].equals("pub") ? "primary" : "subkey",
                        key[1],
                        fingerprint,
                        "algorithm",
                        key[3],
                        "bits",
                        key[2],
                        "created",
                        key[5],
                        "expires",
                        key[6],
                        "can",
                        key[11],
                        key.length > 16 ? key[16] : "")
                .strip();
    }

    /** gpg writes \x3a for a colon and the like. */
    private static String unescaped(String field) {
        StringBuilder text = new StringBuilder();
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        String latin = new String(bytes, StandardCharsets.ISO_8859_1);
        for (int i = 0; i < latin.length(); i++) {
            if (latin.startsWith("\\x", i) && i + 3 < latin.length()) {
                text.append((char) Integer.parseInt(latin.substring(i + 2, i + 4), 16));
                i += 3;
            } else {
                text.append(latin.charAt(i));
            }
        }
        return new String(text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
