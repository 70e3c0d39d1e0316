package oks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import oks.http.server.TypedText;
import oks.testing.SampleKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** User IDs that are not UTF-8, and the ways in which people and their programs type what they look for. */
@Timeout(120)
final class TypedTextTest {
    private static final String USER_ID = "J\u00fcrgen M\u00fcller <j@m\u00fcller.example>";

    @TempDir
    private static Path directory;

    private static RunningGateway gateway;
    private static SampleKey key;

    @BeforeAll
    static void begin() throws IOException {
        gateway = new RunningGateway(directory, "");
        key = new SampleKey(1);
        gateway.keyserver()
                .put(SampleKey.concat(
                        key.packet(), key.userIdWithSignature(USER_ID.getBytes(StandardCharsets.ISO_8859_1))));
    }

    @AfterAll
    static void end() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({
        "M%C3%BCller,M\u00fcller",
        "M%FCller,M\u00fcller",
        "a+b%2Bc,a b+c",
        "M\u00c3\u00bcller,M\u00fcller",
        "M\u00fcller,M\u00fcller",
        "%e2%82%ac,\u20ac"
    })
    void octetsAreUtf8OrElseLatin1(String raw, String text) {
        assertThat(TypedText.decode(raw, true)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a%2", "%zz", "%-1", "% 1"})
    void aBrokenEscapeIsRefused(String raw) {
        assertThat(TypedText.decode("a+b", false)).isEqualTo("a+b");
        assertThatThrownBy(() -> TypedText.decode(raw, false)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aUserIdInLatin1IsFoundHoweverItIsTyped() throws Exception {
        for (String search : List.of(
                "M%C3%BCller",
                "M%FCller",
                "m%c3%bcller",
                "Mu%CC%88ller",
                "j%40m%C3%BCller.example",
                "j%40m%FCller.example",
                "j%40xn--mller-kva.example",
                "exact-J%FCrgen+M%FCller+%3Cj%40m%FCller.example%3E")) {
            String path = "/pks/lookup?op=get&search=" + search.replace("exact-", "")
                    + (search.startsWith("exact-") ? "&exact=on" : "");
            assertThat(gateway.get(path).statusCode()).as(search).isEqualTo(200);
        }
        assertThat(gateway.get("/pks/v2/certs/by-identity/j@m%FCller.example").statusCode())
                .isEqualTo(200);
        assertThat(gateway.get("/pks/lookup?op=get&search=rgen").statusCode()).isEqualTo(404);
    }

    /** As curl sends what stands in a terminal. */
    @Test
    void octetsNeedNoEscapes() throws Exception {
        for (byte[] typed : List.of(
                "M\u00fcller".getBytes(StandardCharsets.UTF_8), "M\u00fcller".getBytes(StandardCharsets.ISO_8859_1))) {
            try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
                ByteArrayOutputStream request = new ByteArrayOutputStream();
                request.writeBytes("GET /pks/lookup?op=index&options=mr&search=".getBytes(StandardCharsets.US_ASCII));
                request.writeBytes(typed);
                request.writeBytes(
                        " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(request.toByteArray());
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void theMachineReadableIndexHasItsOctetsAndTheOthersItsText() throws Exception {
        assertThat(gateway.get("/pks/lookup?op=index&options=mr&search=J%FCrgen")
                        .body())
                .contains("uid:J%fcrgen M%fcller <j@m%fcller.example>:");
        HttpResponse<String> json = gateway.get("/pks/v2/index/j@m%C3%BCller.example");
        JsonNode userId =
                new ObjectMapper().readTree(json.body()).get(0).get("userIDs").get(0);
        assertThat(userId.get("uidString").asText()).isEqualTo(USER_ID);
        assertThat(userId.get("uidEncoding").asText()).isEqualTo("ISO-8859-1");
        for (String op : List.of("index", "vindex")) {
            assertThat(gateway.get("/pks/lookup?op=" + op + "&search=0x" + key.fingerprint(), "Accept", "text/html")
                            .body())
                    .contains("J\u00fcrgen M\u00fcller &lt;j@m\u00fcller.example&gt;");
        }
    }

    @Test
    void aUserIdInUtf8SaysNothingOfItsEncoding() throws Exception {
        gateway.keyserver().put(new SampleKey(2).certificate("K\u00e4the <kaethe@example.org>"));
        assertThat(gateway.get("/pks/lookup?op=index&options=mr&search=kaethe@example.org")
                        .body())
                .contains("uid:K%c3%a4the <");
        assertThat(gateway.get("/pks/v2/index/kaethe@example.org").body())
                .contains("K\u00e4the")
                .doesNotContain("uidEncoding");
    }
}
