package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import oks.fuzz.FuzzTarget;

/** A user ID, and what people type to find it: each word and address of it finds it again. */
public final class WordsTarget implements FuzzTarget {
    @Override
    public List<byte[]> seeds() {
        return Stream.of(
                        "Ada Lovelace <ada@example.org>",
                        "\"Straße, Jürgen\" (work) <Juergen.Strasse@münchen.example>",
                        "ada@example.org",
                        "İstanbul ﬁne Ǆ ὈΔΥΣΣΕΎΣ",
                        "<a@b.c> <d@e.f>",
                        "ada@xn--mnchen-3ya.example",
                        "")
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public void read(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        List<String> words = IndexTerms.wordsOf(text);
        for (String word : words) {
            assertThat(word.codePointCount(0, word.length())).isBetween(1, IndexTerms.MAX_WORD_CHARS);
        }
        for (WordQuery query : WordQuery.of(text)) {
            assertThat(words).as(text).anyMatch(query::matches);
        }
        IndexTerms.emailOf(text)
                .ifPresent(
                        email -> assertThat(IndexTerms.emailOf(email)).as(text).contains(email));
    }
}
