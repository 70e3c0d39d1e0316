package oks.http;

import java.util.HexFormat;
import java.util.regex.Pattern;
import oks.openpgp.IndexTerms;
import oks.service.ServiceRequest.By;
import oks.service.ServiceRequest.Lookup;

/** What a client's {@code search} means (draft-ietf-openpgp-hkp, "The search parameter"). */
final class SearchTerm {
    // As people paste it: no 0x, spaces between groups; no user ID has such a word.
    private static final Pattern PASTED_FINGERPRINT = Pattern.compile("(?:\\p{XDigit}{40}|\\p{XDigit}{64})");

    private SearchTerm() { }

    /**
     * The lookup for a search text.
     *
     * @param exact the whole identity instead of words
     * @param limit most certificates wanted
     * @throws HttpFault 400 for a search that means nothing, 501 for a kind of search that is not offered
     */
    static Lookup lookup(String search, boolean exact, int limit) {
        String text = search.strip();
        if (text.isEmpty()) {
            throw HttpFault.of(400, "the parameter \"search\" is missing");
        }
        if (isHex(text)) {
            return byHex(text.substring(2), limit);
        }
        String packed = text.replaceAll("\\s+", "");
        if (PASTED_FINGERPRINT.matcher(packed).matches()) {
            return byHex(packed, limit);
        }
        if (exact) {
            return Lookup.of(By.IDENTITY, text, limit);
        }
        var email = IndexTerms.emailOf(text);
        if (email.isPresent()) {
            return Lookup.of(By.EMAIL, email.get(), limit);
        }
        if (IndexTerms.wordsOf(text).isEmpty()) {
            throw HttpFault.of(400, "the search has neither a letter nor a digit");
        }
        return Lookup.of(By.WORDS, text, limit);
    }

    /** Whether it is 0x and then nothing but hexadecimal digits. */
    private static boolean isHex(String text) {
        boolean hex = text.startsWith("0x") || text.startsWith("0X");
        for (int at = 2; hex && at < text.length(); at++) {
            hex = HexFormat.isHexDigit(text.charAt(at));
        }
        return hex;
    }

    private static Lookup byHex(String digits, int limit) {
        return switch (digits.length()) {
            case 40, 64 -> new Lookup(By.FINGERPRINT, bytes(digits), limit);
            case 16 -> new Lookup(By.KEY_ID, bytes(digits), limit);
            // Anybody can make a key with a given short key ID, so an answer would help an impostor.
            case 8 -> throw HttpFault.of(501,
                    "search by 8 digits is not offered: short key IDs can be forged; use the 40 digits of the fingerprint");
            case 32 -> throw HttpFault.of(501,
                    "search by 32 digits is not offered: version 3 fingerprints can be forged; use 16 or 40 digits");
            default -> throw HttpFault.of(400,
                    "search by " + digits.length() + " digits: after 0x, a key ID has 16 and a fingerprint 40 or 64");
        };
    }

    private static byte[] bytes(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
