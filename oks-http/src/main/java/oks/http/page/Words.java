package oks.http.page;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The words that pages have outside of their templates, in one language. A file has a line {@code English =
 * translation} for each, in UTF-8; lines that begin with {@code #} are comments, and {@code %s} stands for what is put
 * in. What is not in it stays English. Immutable.
 */
public final class Words {
    /** The words as they are written in the program. */
    public static final Words ENGLISH = new Words("en", Map.of());

    private static final String IS = " = ";
    private static final String PLACE = "%s";

    private final String language;
    private final Map<String, String> translations;

    private Words(String language, Map<String, String> translations) {
        this.language = language;
        this.translations = Map.copyOf(translations);
    }

    /** A mistake in a file of words. */
    static final class BadLine extends Exception {
        private static final long serialVersionUID = 1;
        private final int line;

        BadLine(int line, String why) {
            super(why);
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    /** Reads the text of a file. */
    static Words read(String language, String text) throws BadLine {
        Map<String, String> translations = new HashMap<>();
        List<String> lines = new ArrayList<>(text.lines().toList());
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int is = line.indexOf(IS);
            if (is < 0) {
                throw new BadLine(i + 1, "a line is \"English = translation\"");
            }
            String english = line.substring(0, is);
            String translation = line.substring(is + IS.length());
            if (places(english) != places(translation)
                    || translation.replace(PLACE, "").contains("%")) {
                throw new BadLine(
                        i + 1,
                        "the translation has " + places(translation) + " times %s, but the English has "
                                + places(english));
            }
            if (translations.put(english, translation) != null) {
                throw new BadLine(i + 1, "\"" + english + "\" is translated twice");
            }
        }
        return new Words(language, translations);
    }

    private static int places(String text) {
        return (text.length() - text.replace(PLACE, "").length()) / PLACE.length();
    }

    /** Its tag, such as "en". */
    String language() {
        return language;
    }

    /** The English words in this language. */
    public String of(String english, Object... values) {
        String text = translations.getOrDefault(english, english);
        return values.length == 0 ? text : String.format(Locale.ROOT, text, values);
    }

    /** Whether {@link #of} gives something in this language. */
    public boolean has(String english) {
        return this == ENGLISH || language.equals(ENGLISH.language) || translations.containsKey(english);
    }

    /** How many words there are of. */
    Map<String, String> translations() {
        return translations;
    }
}
