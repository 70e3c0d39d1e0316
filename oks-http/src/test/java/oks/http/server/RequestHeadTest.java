package oks.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import oks.http.RunningGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers that a proxy before us may read otherwise: each is one answer, 400, and the end of the connection. */
@Timeout(120)
final class RequestHeadTest {
    private static final String SECOND = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    @TempDir
    private static Path directory;

    private static RunningGateway gateway;

    @BeforeAll
    static void begin() throws Exception {
        gateway = new RunningGateway(directory, "");
    }

    @AfterAll
    static void end() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked, xchunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: xchunked, chunked",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding: chunked;x=1",
                "Transfer-Encoding: chunked,",
                "Transfer-Encoding:\r\n chunked, xchunked",
                "Transfer-Encoding: \u000bchunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Content-Length: 0\r\nTransfer-Encoding: xchunked",
            })
    void onlyChunkedAloneIsATransferCoding(String framing) throws Exception {
        refused("POST /pks/add HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n0\r\n\r\n" + SECOND);
        refused("GET /healthz HTTP/1.1\r\nHost: x\r\n" + framing + "\r\n\r\n0\r\n\r\n" + SECOND);
    }

    @Test
    void http10HasNoTransferCodings() throws Exception {
        refused("POST /pks/add HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
                + SECOND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", "CHUNKED \t"})
    void aChunkedBodyIsRead(String coding) throws Exception {
        assertThat(gateway.raw(
                        "POST /pks/add HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/pgp-keys\r\nTransfer-Encoding: "
                                + coding + "\r\n\r\n3\r\nabc\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 422 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Host: x\r\nHost: x\r\n",
                "Host: x\r\nX: y\r\nhost: other\r\n",
                "Host:\r\n",
                "Host: a b\r\n",
                "Host: a/b\r\n",
                "Host: a@b\r\n",
                "Host: a:b\r\n",
                "Host: a, b\r\n",
                "Host: [::1\r\n",
                "Host: x:123456\r\n",
                "Host: x\r\n folded: y\r\n",
                "Host: <script>\r\n",
            })
    void http11NamesOneHost(String hosts) throws Exception {
        refused("GET /healthz HTTP/1.1\r\n" + hosts + "\r\n" + SECOND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "keys.example.org",
                "keys.example.org:11371",
                "[2001:db8::1]:443",
                "[::1]",
                "192.0.2.1:80",
                "x_y",
                "xn--kse-qla.example"
            })
    void hostsAreNamesAndAddresses(String host) throws Exception {
        assertThat(gateway.raw("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void http10MayLackTheHostButNotNameTwo() throws Exception {
        assertThat(gateway.raw("GET /healthz HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.0 200 ");
        refused("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\nHost: x\r\nHost: y\r\n\r\n" + SECOND);
    }

    /** One answer, and nothing of what stands behind the request. */
    private static void refused(String request) throws Exception {
        String answer = gateway.raw(request);
        assertThat(answer).matches("(?s)HTTP/1\\.[01] 400 .*");
        assertThat(answer.split("HTTP/1\\.[01] \\d", -1)).as(answer).hasSize(2);
    }
}
