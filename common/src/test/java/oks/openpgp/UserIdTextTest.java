package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;

final class UserIdTextTest {
    private static final Charset LATIN_1 = StandardCharsets.ISO_8859_1;

    @Property
    void textAndEncodingAreTheBytes(@ForAll byte[] bytes) {
        assertThat(UserIdText.of(bytes).bytes()).isEqualTo(bytes);
    }

    @Property
    void whatIsUtf8IsReadSo(@ForAll String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8); // with a question mark for half of a pair
        assertThat(UserIdText.of(bytes))
                .isEqualTo(new UserIdText(new String(bytes, StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    }

    @Test
    void allElseIsLatin1() {
        assertThat(UserIdText.of("J\u00fcrgen".getBytes(LATIN_1))).isEqualTo(new UserIdText("J\u00fcrgen", LATIN_1));
        assertThat(UserIdText.of(new byte[] {'a', (byte) 0xc3}).text())
                .as("half a letter of UTF-8")
                .isEqualTo("a\u00c3");
        assertThat(UserIdText.of("\ufffd".getBytes(StandardCharsets.UTF_8)).isUtf8())
                .as("a replacement character that stands there")
                .isTrue();
    }

    @Test
    void aCertificateIsFoundAndShownByTheTextInLatin1() {
        SampleKey key = new SampleKey(1);
        byte[] userId = "J\u00fcrgen M\u00fcller <j.m\u00fcller@b\u00fccher.example>".getBytes(LATIN_1);
        Certificate certificate = Certificate.ofStored(SampleKey.concat(key.packet(), key.userIdWithSignature(userId)));
        IndexTerms terms = IndexTerms.of(certificate);
        assertThat(terms.words()).contains("j\u00fcrgen", "m\u00fcller").doesNotContain("rgen", "ller");
        assertThat(terms.emails()).containsExactly("j.m\u00fcller@xn--bcher-kva.example");
        assertThat(CertificateDescription.of(certificate).userIds())
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.text()).startsWith("J\u00fcrgen");
                    assertThat(one.id().bytes()).isEqualTo(userId);
                });
    }
}
