package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexTermsTest {

    @ParameterizedTest
    @CsvSource({
        "Ann <Ann@Example.ORG>,ann@example.org",
        "ann@example.org,ann@example.org",
        "<ann@example.org>,ann@example.org",
        "ann@example.org <ann@example.org>,ann@example.org",
        "Ann (work) <ann.b+c@sub.example.org>,ann.b+c@sub.example.org",
        "'  ann@example.org ',ann@example.org",
        "Änn <änn@exämple.org>,änn@xn--exmple-cua.org",
        "ÄNN@EXÄMPLE.ORG,änn@xn--exmple-cua.org",
        "Änn <änn@XN--EXMPLE-CUA.org>,änn@xn--exmple-cua.org",
        "a@bücher.例え.jp,a@xn--bcher-kva.xn--r8jz45g.jp",
        "a@-..-,a@-..-",
        "a@\uFE7E,a@\uFE7E", // its compatibility form begins with a space
    })
    void anAddressStandsInAngleBracketsOrAlone(String userId, String email) {
        assertThat(IndexTerms.emailOf(userId)).contains(email);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Ann",
                "",
                "ann@",
                "@example.org",
                "Ann ann@example.org",
                "Ann <ann@example.org> Smith",
                "ann@example.org <eve@example.org>",
                "<ann@example.org> <eve@example.org>",
                "Ann <ann>",
                "a@b@c"
            })
    void otherQueriesAreForNoAddress(String query) {
        assertThat(IndexTerms.emailOf(query)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Ann <ann@example.org> <ann@work.example>| ann@example.org ann@work.example",
                "ann@example.org, Ann@Work.example| ann@example.org ann@work.example",
                "ann@example.org;ann@work.example| ann@example.org ann@work.example",
                "ann@example.org <ann@work.example>| ann@example.org ann@work.example",
                "ann@example.org (at work: ann@work.example)| ann@example.org ann@work.example",
                "Ann <ann@example.org, ann@work.example>| ann@example.org ann@work.example",
                "Ann <ann@example.org>, <ANN@EXAMPLE.ORG>| ann@example.org",
                "<mailto:ann@example.org> <\u00e4nn@ex\u00e4mple.org>| ann@example.org \u00e4nn@xn--exmple-cua.org",
                "Ann ann@example.org| ann@example.org",
                "Ann <ann@example.org> Smith| ann@example.org",
                "Ann| ''",
                "ann@| ''",
                "@example.org| ''",
            })
    void aUserIdIsFoundByEveryAddressInIt(String userId, String emails) {
        assertThat(String.join(" ", IndexTerms.emailsOf(userId))).isEqualTo(emails);
    }

    @Test
    void blanksAroundATextAndItsEncodingMakeNoDifference() {
        assertThat(IndexTerms.stripped("\u00a0\u200b\t a b \r\n\ufeff\u2003")).isEqualTo("a b");
        assertThat(IndexTerms.stripped(" \u2060 ")).isEmpty();
        assertThat(IndexTerms.areAlike("\u00a0J\u00fcrgen ", "Ju\u0308RGEN")).isTrue();
        assertThat(IndexTerms.areAlike("J\u00fcrgen", "Jurgen")).isFalse();
        assertThat(IndexTerms.areAlike("a b", "a  b")).isFalse();
    }

    @Test
    void wordsAreFolded() {
        assertThat(IndexTerms.wordsOf("Jürgen ﬁx O'NEIL <J.Fix@Example.org>"))
                .containsExactly("jürgen", "fix", "o", "neil", "j", "example", "org");
        assertThat(IndexTerms.wordsOf("Ju\u0308rgen")).containsExactly("jürgen");
        assertThat(IndexTerms.wordsOf("Straße"))
                .isEqualTo(IndexTerms.wordsOf("STRASSE"))
                .containsExactly("strasse");
        assertThat(IndexTerms.wordsOf("Ὀδυσσεύς"))
                .isEqualTo(IndexTerms.wordsOf("ὈΔΥΣΣΕΎΣ"))
                .isEqualTo(IndexTerms.wordsOf("ὀδυσσεύσ"));
        assertThat(IndexTerms.wordsOf("İstanbul ＡＬＩＣＥ Ⅳ")).containsExactly("istanbul", "alice", "iv");
        assertThat(IndexTerms.wordsOf("山田 太郎")).containsExactly("山田", "太郎");
        assertThat(IndexTerms.wordsOf(" .,! ")).isEmpty();
        assertThat(IndexTerms.wordsOf("x".repeat(1000))).containsExactly("x".repeat(IndexTerms.MAX_WORD_CHARS));
    }

    @Test
    void plainTextIsFoldedAsAnyOther() {
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            String text = random.ints(random.nextInt(40), 0, 0x80)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            List<String> among = new ArrayList<>(IndexTerms.wordsOf(text + " \u00e9"));
            assertThat(among.remove(among.size() - 1)).isEqualTo("\u00e9");
            assertThat(IndexTerms.wordsOf(text)).as(text).isEqualTo(among);
        }
    }

    @Test
    void aCertificateIsFoundUnderAllItsNames() {
        Certificate certificate = Samples.certificate("signing-subkey.pgp");
        IndexTerms terms = IndexTerms.of(certificate);
        assertThat(terms.primary()).isEqualTo(certificate.fingerprint());
        assertThat(terms.subkeys()).hasSize(2);
        assertThat(terms.keyIds())
                .hasSize(3)
                .startsWith(certificate.fingerprint().keyId())
                .contains(KeyId.parse("29C57ACC81D43EED"), KeyId.parse("0x3779c40f55fd4b0b"));
        assertThat(terms.emails()).containsExactly("sig2@example.org", "sig3@example.org", "sig@example.org");
        assertThat(terms.words()).contains("sig", "second", "subkey", "example");
    }

    @Test
    void theSksHashIsMd5OverTheSortedPackets() throws Exception {
        Certificate certificate = Samples.certificate(SampleCertificates.certificate(3));
        byte[] bytes = certificate.bytes(); // key, user ID, signature: type 6, 13, 2
        int userId = 2 + (bytes[1] & 0xff);
        int signature = userId + 2 + (bytes[userId + 1] & 0xff);
        var md5 = java.security.MessageDigest.getInstance("MD5");
        for (int at : new int[] {signature, 0, userId}) {
            int type = bytes[at] >> 2 & 0x0f;
            int length = bytes[at + 1] & 0xff;
            md5.update(new byte[] {0, 0, 0, (byte) type, 0, 0, 0, (byte) length});
            md5.update(bytes, at + 2, length);
        }
        assertThat(HexFormat.of().formatHex(IndexTerms.of(certificate).sksHash()))
                .isEqualTo(HexFormat.of().formatHex(md5.digest()));
    }

    /** A user ID may be as long as the limits allow: what the search costs must not grow with its square. */
    @Test
    void aLongUserIdWithoutAnAddressIsSearchedOnce() {
        String atom = "x".repeat(2_000_000);
        assertThat(IndexTerms.emailOf(atom)).isEmpty();
        assertThat(IndexTerms.emailOf(atom + "@ <alice@example.org>")).contains("alice@example.org");
        assertThat(IndexTerms.emailOf("a@b@c@d")).isEmpty();
    }
}
