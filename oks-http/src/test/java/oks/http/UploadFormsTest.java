package oks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import oks.http.answer.HttpFault;
import oks.http.hkp.KeytextForm;
import oks.http.hkp.MultipartForm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two forms that a certificate may come in, as bytes. */
final class UploadFormsTest {
    private static final String MULTIPART = "multipart/form-data; boundary=x";

    @ParameterizedTest
    @CsvSource({
        "keytext=a%2Bb+c, a+b c",
        "other=1&keytext=a, a",
        "keytext=&keytext=a, a", // browsers send an empty field for a form not filled in
        "keytext=a&keytext=b, a",
        "xkeytext=b&keytext=a, a",
    })
    void theFirstFieldThatHoldsSomethingIsUnescaped(String form, String keytext) {
        assertThat(new String(KeytextForm.keytext(form.getBytes(StandardCharsets.UTF_8)), StandardCharsets.US_ASCII))
                .isEqualTo(keytext);
    }

    @ParameterizedTest
    @ValueSource(strings = {"keytext=%4", "keytext=a%", "keytext=%4&1", "keytext=%g1", "keytext=%1g"})
    void aBrokenEscapeIsABadRequest(String form) {
        assertThatThrownBy(() -> KeytextForm.keytext(form.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(HttpFault.class)
                .hasMessageContaining("percent sign");
    }

    @Test
    void theHeaderOfAPartIsBounded() {
        assertThat(multipart("x".repeat(3900))).isEqualTo("text");
        assertThatThrownBy(() -> multipart("x".repeat(4100))).isInstanceOf(HttpFault.class);
    }

    private static String multipart(String padding) {
        String form = "--x\r\nX-Padding: " + padding
                + "\r\nContent-Disposition: form-data; name=\"keytext\"\r\n\r\ntext\r\n--x--";
        return new String(
                MultipartForm.keytext(MULTIPART, form.getBytes(StandardCharsets.UTF_8)), StandardCharsets.US_ASCII);
    }
}
