package oks.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import oks.config.ClientHeader;
import oks.config.OksHttpSettings;
import oks.config.SearchWords;
import oks.fuzz.FuzzTarget;
import oks.http.answer.HttpFault;
import oks.http.hkp.KeytextForm;
import oks.http.hkp.MultipartForm;
import oks.http.hkp.Operation;
import oks.http.server.ClientAddress;
import oks.http.server.Forwarding;
import oks.http.server.Network;
import oks.http.server.Query;
import oks.service.ServiceRequest.By;
import oks.service.ServiceRequest.Lookup;

/**
 * A query, a forwarded address and the forms of an upload; the first line is the query or the content type, the rest
 * the body.
 */
public final class HttpTarget implements FuzzTarget {
    private static final List<OksHttpSettings.Search> SEARCHES = List.of(
            new OksHttpSettings.Search(100, SearchWords.ALL, List.of()),
            new OksHttpSettings.Search(100, SearchWords.DOMAINS, List.of("example.org")),
            new OksHttpSettings.Search(100, SearchWords.DOMAINS, List.of()),
            new OksHttpSettings.Search(100, SearchWords.NONE, List.of()));
    private static final ClientAddress.Rules RULES =
            new ClientAddress.Rules(List.of(Network.parse("127.0.0.0/8")), List.of(Network.parse("::1/128")));

    @Override
    public List<byte[]> seeds() {
        return Stream.of(
                        "op=get&options=mr&search=0x0123456789abcdef0123456789abcdef01234567",
                        "op=index&search=ada%40example.org&exact=on",
                        "op=hget&search=00112233445566778899aabbccddeeff&limit=3",
                        "op=vindex&options=mr,json&search=Ada+Lovelace",
                        "op=get&search=%40example.org&skip=100&fingerprint=on",
                        "op=index&search=0X" + "06".repeat(32),
                        "op=get&options=bin&search=ML-DSA-65%2BEd25519+<pq-0a1b2c3d%40example.org>",
                        "op=index&search=ali*+lov*",
                        "192.0.2.1, [2001:db8::1]:443, 127.0.0.1:80",
                        "for=\"[2001:db8::1]:_p\";proto=https, for=unknown",
                        "\nx=1&keytext=%2D%2Dabc+def&options=nm",
                        "multipart/form-data; boundary=\"b\"\n--b\r\nContent-Disposition: form-data; "
                                + "name=\"keytext\"\r\n\r\nabc\r\n--b--\r\n")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    @Override
    public void read(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        int end = text.indexOf('\n') < 0 ? text.length() : text.indexOf('\n');
        String first = text.substring(0, end);
        byte[] body = text.substring(Math.min(end + 1, text.length())).getBytes(StandardCharsets.ISO_8859_1);
        for (OksHttpSettings.Search search : SEARCHES) {
            answered(() -> {
                Query query = Query.of(first);
                if (Operation.of(query).searches()) {
                    Lookup lookup = Operation.lookup(query, search);
                    assertThat(lookup.limit()).isBetween(1, 100);
                    assertThat(lookup.by() != By.WORDS
                                    || search.words() == SearchWords.ALL
                                    || !lookup.domains().isEmpty())
                            .as("words find what they may")
                            .isTrue();
                }
            });
        }
        for (ClientHeader told : ClientHeader.values()) {
            MultiMap headers = HttpHeaders.headers();
            String carried = first.replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", " "); // no other comes through Netty
            headers.set("Forwarded", carried).set("X-Forwarded-For", carried).set("X-Real-IP", carried);
            answered(() -> {
                ClientAddress client = ClientAddress.of("127.0.0.1", Forwarding.hops(headers, told), RULES);
                assertThat(client.text(false)).isNotBlank();
                assertThat(client.exempt())
                        .as("only an address that was read")
                        .isEqualTo(client.exempt() && client.known());
            });
        }
        answered(() -> assertThat(KeytextForm.keytext(body.clone()).length).isBetween(1, body.length));
        answered(() -> assertThat(MultipartForm.keytext(first, body).length).isBetween(1, body.length));
    }

    /** What it does, or a line that tells the client why not. */
    private static void answered(Runnable reading) {
        try {
            reading.run();
        } catch (HttpFault refused) {
            assertThat(refused).hasMessageMatching("(?s).+");
        }
    }
}
