package oks.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import oks.config.ClientHeader;
import oks.config.OksHttpSettings;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.http.Logged;
import oks.http.answer.HttpFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Token buckets and whom they belong to; time stands still unless a test moves it. */
final class ClientLimitsTest {
    private static final ClientAddress.Rules RULES = new ClientAddress.Rules(
            List.of(Network.parse("10.0.0.0/8"), Network.parse("2001:db8:ffff::/48")),
            List.of(Network.parse("127.0.0.0/8")));

    private final AtomicLong now = new AtomicLong();

    @Test
    void aBurstPassesThenSoManyPerSecond() {
        RateLimit limit = new RateLimit(2, now::get);
        ClientAddress client = client("192.0.2.1");
        for (int i = 0; i < 20; i++) {
            assertThat(limit.take(client)).isZero();
        }
        assertThat(limit.take(client)).isEqualTo(1);
        assertThat(limit.take(client("192.0.2.2"))).isZero();
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(List.of(limit.take(client), limit.take(client), limit.take(client)))
                .containsExactly(0, 0, 1);
    }

    @Test
    void whoHasBeenQuietIsForgottenAndWhoHasNotIsNot() {
        RateLimit limit = new RateLimit(2, now::get);
        limit.take(client("192.0.2.1"));
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        limit.take(client("192.0.2.2"));
        limit.forgetIdle();
        assertThat(limit.addresses()).isEqualTo(1);
    }

    @Test
    void zeroIsNoLimitAndExemptIsExempt() {
        assertThat(new RateLimit(0, now::get).take(client("192.0.2.1"))).isZero();
        RateLimit limit = new RateLimit(1, now::get);
        for (int i = 0; i < 100; i++) {
            assertThat(limit.take(client("127.0.0.1"))).isZero();
        }
        assertThat(limit.addresses()).isZero();
    }

    @Test
    void anIpv6SubscriberIsOneClientAndIpv4AddressesAreNot() {
        assertThat(client("2001:db8:1:2::1").key())
                .isEqualTo(client("2001:db8:1:2:ffff::9").key());
        assertThat(client("2001:db8:1:2::1").key())
                .isNotEqualTo(client("2001:db8:1:3::1").key());
        assertThat(client("192.0.2.1").key())
                .isNotEqualTo(client("192.0.2.2").key())
                .isEqualTo(client("::ffff:192.0.2.1").key());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "192.0.2.7, 203.0.113.9, 192.0.2.7 unknown", // no proxy: its header is not believed
                "127.0.0.1, 203.0.113.9, 127.0.0.1 unknown",
                "10.0.0.1, 203.0.113.9, 203.0.113.9",
                "10.0.0.1, `1.2.3.4, 203.0.113.9`, 203.0.113.9", // the first one is the client's own invention
                "10.0.0.1, `127.0.0.1, 203.0.113.9`, 203.0.113.9",
                "10.0.0.1, `203.0.113.9, 10.0.0.2`, 203.0.113.9",
                "10.0.0.1, `203.0.113.9, 2001:db8:ffff::1`, 203.0.113.9",
                "10.0.0.1, `203.0.113.9, , 10.0.0.2,`, 203.0.113.9",
                "10.0.0.1, 203.0.113.9:4711, 203.0.113.9",
                "10.0.0.1, `203.0.113.9:4711, 10.0.0.2:80`, 203.0.113.9",
                "10.0.0.1, 2001:db8::1, 2001:db8:0:0:0:0:0:1",
                "10.0.0.1, [2001:db8::1], 2001:db8:0:0:0:0:0:1",
                "10.0.0.1, [2001:db8::1]:443, 2001:db8:0:0:0:0:0:1",
                "10.0.0.1, `\"[2001:db8::1]:443\"`, 2001:db8:0:0:0:0:0:1",
                "10.0.0.1, ::ffff:203.0.113.9, 203.0.113.9",
                "10.0.0.1, [::ffff:203.0.113.9]:80, 203.0.113.9",
                "10.0.0.1, [::ffff:cb00:7109], 203.0.113.9",
                "10.0.0.1, fe80::1%eth0, fe80:0:0:0:0:0:0:1",
                "10.0.0.1, [fe80::1%25eth0]:80, fe80:0:0:0:0:0:0:1",
                "10.0.0.1, unknown, 10.0.0.1 unknown",
                "10.0.0.1, _hidden, 10.0.0.1 unknown",
                "10.0.0.1, `203.0.113.9, unknown`, 10.0.0.1 unknown", // what stands before it came from nobody knows
                // where
                "10.0.0.1, `203.0.113.9, 10.0.0.2, rubbish`, 10.0.0.1 unknown",
                "10.0.0.1, `127.0.0.1, _x`, 10.0.0.1 unknown",
                "10.0.0.1, localhost, 10.0.0.1 unknown",
                "10.0.0.1, 300.1.1.1, 10.0.0.1 unknown",
                "10.0.0.1, 127.1, 10.0.0.1 unknown",
                "10.0.0.1, 203.0.113.9:, 10.0.0.1 unknown",
                "10.0.0.1, [127.0.0.1], 127.0.0.1",
                "10.0.0.1, [2001:db8::1, 10.0.0.1 unknown",
                "10.0.0.1, 1:2, 10.0.0.1 unknown",
                "10.0.0.1, ``, 10.0.0.1 unknown",
                "10.0.0.1, `, ,`, 10.0.0.1 unknown",
            })
    void onlyWhatConfiguredProxiesAddIsBelieved(String peer, String forwarded, String client) {
        assertThat(shown(forwardedFor(peer, forwarded))).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "for=203.0.113.9 | 203.0.113.9",
                "For=203.0.113.9;proto=https;by=10.0.0.1;host=keys.example.org | 203.0.113.9",
                "proto=https; for=203.0.113.9 | 203.0.113.9",
                "for=\"203.0.113.9:4711\" | 203.0.113.9",
                "for=\"[2001:db8::1]\" | 2001:db8:0:0:0:0:0:1",
                "for=\"[2001:db8::1]:_port\", for=10.0.0.2 | 2001:db8:0:0:0:0:0:1",
                "for=127.0.0.1, for=203.0.113.9 | 203.0.113.9",
                "for=127.0.0.1;host=\"a,b;c\", for=203.0.113.9;ext=\"q\\\"q\" | 203.0.113.9",
                "for=unknown | 10.0.0.1 unknown",
                "for=_gazonk | 10.0.0.1 unknown",
                "for=127.0.0.1, for=_x | 10.0.0.1 unknown",
                "proto=https | 10.0.0.1 unknown",
                "for=127.0.0.1;for=203.0.113.9 | 10.0.0.1 unknown",
                "for=\"127.0.0.1 | 10.0.0.1 unknown",
                "for=\"x, for=127.0.0.1 | 10.0.0.1 unknown",
                "127.0.0.1 | 10.0.0.1 unknown",
                "for = 127.0.0.1 | 10.0.0.1 unknown",
                "`` | 10.0.0.1 unknown",
            })
    void theHeaderOfRfc7239IsReadWhereItIsSet(String forwarded, String client) {
        MultiMap headers = HttpHeaders.headers().add("Forwarded", forwarded);
        assertThat(shown(client("10.0.0.1", headers, ClientHeader.FORWARDED))).isEqualTo(client);
    }

    @Test
    void severalLinesAreOneListAndOnlyTheHeaderThatProxiesSetCounts() {
        MultiMap several = HttpHeaders.headers()
                .add("X-Forwarded-For", "127.0.0.1")
                .add("X-Forwarded-For", "203.0.113.9")
                .add("X-Forwarded-For", "10.0.0.3");
        assertThat(shown(client("10.0.0.1", several, ClientHeader.X_FORWARDED_FOR)))
                .isEqualTo("203.0.113.9");
        MultiMap all = HttpHeaders.headers()
                .add("X-Forwarded-For", "203.0.113.1")
                .add("Forwarded", "for=203.0.113.2")
                .add("X-Real-IP", "203.0.113.3");
        assertThat(shown(client("10.0.0.1", all, ClientHeader.X_FORWARDED_FOR))).isEqualTo("203.0.113.1");
        assertThat(shown(client("10.0.0.1", all, ClientHeader.FORWARDED))).isEqualTo("203.0.113.2");
        assertThat(shown(client("10.0.0.1", all, ClientHeader.X_REAL_IP))).isEqualTo("203.0.113.3");
        MultiMap invented =
                HttpHeaders.headers().add("Forwarded", "for=127.0.0.1").add("X-Real-IP", "127.0.0.1");
        assertThat(shown(client("10.0.0.1", invented, ClientHeader.X_FORWARDED_FOR)))
                .as("of the client's own")
                .isEqualTo("10.0.0.1 unknown");
        assertThat(shown(client("10.0.0.1", HttpHeaders.headers(), ClientHeader.X_FORWARDED_FOR)))
                .as("the proxy itself")
                .isEqualTo("10.0.0.1");
    }

    @Test
    void whoForwardsWithoutBeingConfiguredOrUnreadablyIsNotExempt() {
        assertThat(ClientAddress.of("127.0.0.1", List.of(), RULES).exempt()).isTrue();
        assertThat(forwardedFor("127.0.0.1", "127.0.0.1").exempt()).isFalse();
        assertThat(forwardedFor("10.0.0.1", "127.0.0.1").exempt()).isTrue();
        for (String unreadable : List.of("unknown", "_x", "", "127.0.0.1, unknown")) {
            assertThat(forwardedFor("10.0.0.1", unreadable).exempt())
                    .as(unreadable)
                    .isFalse();
            assertThat(forwardedFor("10.0.0.1", unreadable).known())
                    .as(unreadable)
                    .isFalse();
        }
    }

    @Test
    void aProxyWhoseClientsAreNotKnownIsWarnedOfOnce() {
        ClientLimits limits = new ClientLimits(
                new OksHttpSettings.Limits(
                        1, 1, 1, List.of("10.0.0.1"), ClientHeader.X_FORWARDED_FOR, false, List.of(), List.of()),
                now::get);
        try (Logged log = new Logged()) {
            for (int i = 0; i < 3; i++) {
                limits.client("10.0.0.1", HttpHeaders.headers().add("X-Forwarded-For", "unknown"));
                limits.client("10.0.0.1", HttpHeaders.headers().add("X-Forwarded-For", "203.0.113.9:4711"));
                limits.client("192.0.2.1", HttpHeaders.headers().add("X-Forwarded-For", "203.0.113.9"));
            }
            assertThat(log.lines().lines())
                    .containsExactly(
                            "WARN proxy \"10.0.0.1\" does not say in x-forwarded-for whom it forwards: its clients are limited together",
                            "WARN address \"192.0.2.1\" forwards requests, but is not in limits.proxies: its clients are limited together");
            for (int i = 0; i < 100; i++) {
                limits.client("192.0.2." + (100 + i), HttpHeaders.headers().add("X-Forwarded-For", "203.0.113.9"));
            }
            assertThat(log.lines().lines()).as("anybody can send the header").hasSizeLessThanOrEqualTo(10);
        }
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.77, 192.0.2.0", "2001:db8:1:2:3:4:5:6, 2001:db8:1:0:0:0:0:0"})
    void aTruncatedAddressNamesNobody(String address, String truncated) {
        assertThat(client(address).text(true)).isEqualTo(truncated);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.0/33", "1.2.3", "::1/129", "1.2.3.4/", "300.1.1.1", "1:2"})
    void whatIsNoNetworkIsRefusedByName(String network) {
        var settings = new OksHttpSettings.Limits(
                1, 1, 1, List.of(network), ClientHeader.X_FORWARDED_FOR, false, List.of(), List.of());
        assertThatThrownBy(() -> ClientLimits.check(settings)).isInstanceOfSatisfying(OperatorFault.class, fault -> {
            assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
            assertThat(fault.what()).contains("limits.proxies", network);
        });
    }

    @Test
    void connectionsAreCountedPerClientAndGivenBack() {
        ClientLimits limits = new ClientLimits(
                new OksHttpSettings.Limits(
                        1, 1, 2, List.of(), ClientHeader.X_FORWARDED_FOR, false, List.of(), List.of()),
                now::get);
        ClientAddress client = client("192.0.2.1");
        assertThat(limits.connect(client)).isTrue();
        assertThat(limits.connect(client)).isTrue();
        assertThat(limits.connect(client)).isFalse();
        assertThat(limits.connect(client("192.0.2.2"))).isTrue();
        limits.disconnect(client);
        limits.disconnect(client);
        assertThat(limits.connect(client)).isTrue();
    }

    @Test
    void lookupsAndUploadsAreCountedApartAndWhatComesFromMemoryIsNot() {
        ClientLimits limits = new ClientLimits(
                new OksHttpSettings.Limits(
                        1, 1, 0, List.of(), ClientHeader.X_FORWARDED_FOR, false, List.of(), List.of()),
                now::get);
        ClientAddress client = client("192.0.2.1");
        for (int i = 0; i < RateLimit.BURST_SECONDS; i++) {
            limits.admit(RequestKind.GET, client);
        }
        assertThatThrownBy(() -> limits.admit(RequestKind.INDEX, client)).isInstanceOf(HttpFault.class);
        for (int i = 0; i < RateLimit.BURST_SECONDS; i++) {
            limits.admit(RequestKind.ADD, client);
        }
        assertThatThrownBy(() -> limits.admit(RequestKind.V2_ADD, client)).isInstanceOf(HttpFault.class);
        limits.admit(RequestKind.HEALTH, client);
    }

    @Test
    void whoIsExemptMayConnectAsOftenAsItLikes() {
        ClientLimits limits = new ClientLimits(
                new OksHttpSettings.Limits(
                        1, 1, 1, List.of(), ClientHeader.X_FORWARDED_FOR, false, List.of("127.0.0.0/8"), List.of()),
                now::get);
        ClientAddress exempt = ClientAddress.ofPeer("127.0.0.1", limits.rules());
        for (int i = 0; i < 3; i++) {
            assertThat(limits.connect(exempt)).isTrue();
        }
    }

    /** All of its clients come over its connections. */
    @Test
    void theConnectionsOfAProxyAreNotCounted() {
        assertThat(ClientAddress.ofPeer("10.0.0.1", RULES).exempt()).isTrue();
        assertThat(ClientAddress.ofPeer("192.0.2.1", RULES).exempt()).isFalse();
    }

    @Test
    void figuresAreForConfiguredAddressesThatAreKnownToBeTheClients() {
        ClientLimits limits = new ClientLimits(
                new OksHttpSettings.Limits(
                        1, 1, 1, List.of(), ClientHeader.X_FORWARDED_FOR, false, List.of(), List.of("127.0.0.0/8")),
                now::get);
        assertThat(limits.mayMeasure(ClientAddress.of("127.0.0.1", List.of(), RULES)))
                .isTrue();
        assertThat(limits.mayMeasure(ClientAddress.of("192.0.2.1", List.of(), RULES)))
                .isFalse();
        assertThat(limits.mayMeasure(forwardedFor("127.0.0.1", "127.0.0.1")))
                .as("forwarded by nobody knows whom")
                .isFalse();
    }

    @Test
    void onlyAProxyMayConnectOnBehalfOfOthers() {
        assertThat(ClientAddress.mayTell("10.0.0.1", "192.0.2.1", RULES)).isTrue();
        assertThat(ClientAddress.mayTell("192.0.2.2", "192.0.2.1", RULES)).isFalse();
        assertThat(ClientAddress.mayTell("192.0.2.1", "192.0.2.1", RULES))
                .as("on its own")
                .isTrue();
    }

    private static ClientAddress client(String address) {
        return ClientAddress.of(address, List.of(), RULES);
    }

    private static ClientAddress forwardedFor(String peer, String value) {
        return client(peer, HttpHeaders.headers().add("X-Forwarded-For", value), ClientHeader.X_FORWARDED_FOR);
    }

    private static ClientAddress client(String peer, MultiMap headers, ClientHeader told) {
        return ClientAddress.of(peer, Forwarding.hops(headers, told), RULES);
    }

    private static String shown(ClientAddress client) {
        return client.text(false) + (client.known() ? "" : " unknown");
    }
}
