package oks.http.hkp;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;
import oks.config.OksHttpSettings;
import oks.http.answer.HttpFault;
import oks.openpgp.IndexTerms;
import oks.service.ServiceRequest.By;
import oks.service.ServiceRequest.Lookup;

/** The meaning of a client's {@code search} (draft-ietf-openpgp-hkp, "The search parameter"). */
final class SearchTerm {
    // As people paste it: no 0x, spaces between groups; no user ID has such a word, or a key ID that is none.
    private static final Pattern PASTED = Pattern.compile("(?:\\p{XDigit}{16}|\\p{XDigit}{40}|\\p{XDigit}{64})");
    // White space, also the kinds that Java's strip does not know: no-break and zero-width ones, as copied from pages.
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}\\u200b\\u2060\\ufeff]+");

    private SearchTerm() {}

    /**
     * The lookup for a search text.
     *
     * @param exact the whole identity instead of words
     * @param settings whether words are searched, and where
     * @param limit most certificates wanted
     * @param skip how many of the first ones are not wanted
     * @throws HttpFault 400 for a search that means nothing, 501 for a kind of search that is not offered
     */
    static Lookup lookup(String search, boolean exact, OksHttpSettings.Search settings, int limit, int skip) {
        String text = IndexTerms.stripped(search);
        if (text.isEmpty()) {
            throw HttpFault.of(400, "the parameter \"search\" is missing");
        }
        String packed = BLANKS.matcher(text).replaceAll("");
        if (isHex(packed)) {
            return byHex(packed.substring(2), limit, skip);
        }
        if (PASTED.matcher(packed).matches()) {
            return byHex(packed, limit, skip);
        }
        if (exact) {
            return byText(By.IDENTITY, text, limit, skip);
        }
        var email = IndexTerms.emailOf(text);
        if (email.isPresent()) {
            return byText(By.EMAIL, email.get(), limit, skip);
        }
        if (IndexTerms.wordsOf(text).isEmpty()) {
            throw HttpFault.of(400, "the search has neither a letter nor a digit");
        }
        return byWords(text, settings, limit, skip);
    }

    private static Lookup byText(By by, String text, int limit, int skip) {
        return new Lookup(by, text.getBytes(StandardCharsets.UTF_8), limit, skip);
    }

    private static Lookup byWords(String words, OksHttpSettings.Search settings, int limit, int skip) {
        byte[] value = words.getBytes(StandardCharsets.UTF_8);
        return switch (settings.words()) {
            case ALL -> new Lookup(By.WORDS, value, limit, skip);
            case DOMAINS -> {
                if (settings.domains().isEmpty()) {
                    throw notByWords();
                }
                yield new Lookup(By.WORDS, value, limit, skip, settings.domains());
            }
            case NONE -> throw notByWords();
        };
    }

    private static HttpFault notByWords() {
        return HttpFault.of(
                501, "search by words is not offered here: use a whole e-mail address, a fingerprint or a key ID");
    }

    /** Whether it is 0x and then nothing but hexadecimal digits. */
    private static boolean isHex(String text) {
        boolean hex = text.startsWith("0x") || text.startsWith("0X");
        for (int at = 2; hex && at < text.length(); at++) {
            hex = HexFormat.isHexDigit(text.charAt(at));
        }
        return hex;
    }

    private static Lookup byHex(String digits, int limit, int skip) {
        return switch (digits.length()) {
            case 40, 64 -> new Lookup(By.FINGERPRINT, bytes(digits), limit, skip);
            case 16 -> new Lookup(By.KEY_ID, bytes(digits), limit, skip);
            // Anybody can make a key with a given short key ID, so an answer would help an impostor.
            case 8 ->
                throw HttpFault.of(
                        501,
                        "search by 8 digits is not offered: short key IDs can be forged; use the 40 digits of the "
                                + "fingerprint");
            case 32 ->
                throw HttpFault.of(
                        501,
                        "search by 32 digits is not offered: version 3 fingerprints can be forged; use 16 or 40 "
                                + "digits");
            default ->
                throw HttpFault.of(
                        400,
                        "0x... takes 16, 40 or 64 digits, not " + digits.length()
                                + ": those of a key ID or a whole fingerprint");
        };
    }

    private static byte[] bytes(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
