package oks.openpgp;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A word that is looked for in user IDs.
 *
 * @param word folded as {@link IndexTerms#wordsOf} does
 * @param prefix whether words that begin with it are meant as well
 */
public record WordQuery(String word, boolean prefix) {
    public WordQuery {
        Objects.requireNonNull(word);
    }

    /** The words of a query, all of which must match; one with "*" after it stands for every word that begins so. */
    public static List<WordQuery> of(String query) {
        List<WordQuery> queries = new ArrayList<>();
        String[] parts = query.split("\\*", -1);
        for (int i = 0; i < parts.length; i++) {
            List<String> words = IndexTerms.wordsOf(parts[i]);
            boolean open = i + 1 < parts.length && endsInWord(parts[i]);
            for (int j = 0; j < words.size(); j++) {
                queries.add(new WordQuery(words.get(j), open && j + 1 == words.size()));
            }
        }
        return queries;
    }

    /** The words of a text, each as it stands. */
    public static List<WordQuery> exactly(String text) {
        return IndexTerms.wordsOf(text).stream()
                .map(word -> new WordQuery(word, false))
                .toList();
    }

    private static boolean endsInWord(String text) {
        return !text.isEmpty()
                && !IndexTerms.wordsOf(text.substring(text.offsetByCodePoints(text.length(), -1)))
                        .isEmpty();
    }

    /** Whether this is the word, or its beginning where that is enough. */
    public boolean matches(String indexed) {
        return prefix ? indexed.startsWith(word) : indexed.equals(word);
    }
}
