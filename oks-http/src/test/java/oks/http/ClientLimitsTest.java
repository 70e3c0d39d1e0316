package oks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import oks.config.OksHttpSettings;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Token buckets and whom they belong to; time stands still unless a test moves it. */
final class ClientLimitsTest {
    private static final ClientAddress.Rules RULES = new ClientAddress.Rules(
            List.of(Network.parse("10.0.0.0/8"), Network.parse("2001:db8:ffff::/48")), List.of(Network.parse("127.0.0.0/8")));

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
        assertThat(List.of(limit.take(client), limit.take(client), limit.take(client))).containsExactly(0, 0, 1);
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
        assertThat(client("2001:db8:1:2::1").key()).isEqualTo(client("2001:db8:1:2:ffff::9").key());
        assertThat(client("2001:db8:1:2::1").key()).isNotEqualTo(client("2001:db8:1:3::1").key());
        assertThat(client("192.0.2.1").key()).isNotEqualTo(client("192.0.2.2").key()).isEqualTo(client("::ffff:192.0.2.1").key());
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 203.0.113.9, 192.0.2.7", // no proxy: its header is not believed
        "10.0.0.1, 203.0.113.9, 203.0.113.9",
        "10.0.0.1, '1.2.3.4, 203.0.113.9', 203.0.113.9", // the first one is the client's own invention
        "10.0.0.1, '203.0.113.9, 10.0.0.2', 203.0.113.9",
        "10.0.0.1, '203.0.113.9, 2001:db8:ffff::1', 203.0.113.9",
        "10.0.0.1, rubbish, 10.0.0.1",
        "10.0.0.1, '203.0.113.9, rubbish', 10.0.0.1", // what stands before it came from nobody knows where
        "10.0.0.1, '', 10.0.0.1",
        "127.0.0.1, 203.0.113.9, 127.0.0.1",
    })
    void onlyWhatConfiguredProxiesAddIsBelieved(String peer, String forwarded, String client) {
        assertThat(ClientAddress.of(peer, forwarded, RULES).text(false)).isEqualTo(client);
    }

    @Test
    void whoForwardsWithoutBeingConfiguredIsNotExempt() {
        assertThat(ClientAddress.of("127.0.0.1", null, RULES).exempt()).isTrue();
        assertThat(ClientAddress.of("127.0.0.1", "127.0.0.1", RULES).exempt()).isFalse();
        assertThat(ClientAddress.of("10.0.0.1", "127.0.0.1", RULES).exempt()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.77, 192.0.2.0", "2001:db8:1:2:3:4:5:6, 2001:db8:1:0:0:0:0:0"})
    void aTruncatedAddressNamesNobody(String address, String truncated) {
        assertThat(client(address).text(true)).isEqualTo(truncated);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.0/33", "1.2.3", "::1/129", "1.2.3.4/", "300.1.1.1", "1:2"})
    void whatIsNoNetworkIsRefusedByName(String network) {
        var settings = new OksHttpSettings.Limits(1, 1, 1, List.of(network), false, List.of(), List.of());
        assertThatThrownBy(() -> ClientLimits.check(settings)).isInstanceOfSatisfying(OperatorFault.class, fault -> {
            assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
            assertThat(fault.what()).contains("limits.proxies", network);
        });
    }

    @Test
    void connectionsAreCountedPerClientAndGivenBack() {
        ClientLimits limits = new ClientLimits(new OksHttpSettings.Limits(1, 1, 2, List.of(), false, List.of(), List.of()), now::get);
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
        ClientLimits limits = new ClientLimits(new OksHttpSettings.Limits(1, 1, 0, List.of(), false, List.of(), List.of()), now::get);
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
        ClientLimits limits =
                new ClientLimits(new OksHttpSettings.Limits(1, 1, 1, List.of(), false, List.of("127.0.0.0/8"), List.of()), now::get);
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
                new OksHttpSettings.Limits(1, 1, 1, List.of(), false, List.of(), List.of("127.0.0.0/8")), now::get);
        assertThat(limits.mayMeasure(ClientAddress.of("127.0.0.1", null, RULES))).isTrue();
        assertThat(limits.mayMeasure(ClientAddress.of("192.0.2.1", null, RULES))).isFalse();
        assertThat(limits.mayMeasure(ClientAddress.of("127.0.0.1", "127.0.0.1", RULES))).as("forwarded by nobody knows whom").isFalse();
    }

    @Test
    void onlyAProxyMayConnectOnBehalfOfOthers() {
        assertThat(ClientAddress.mayTell("10.0.0.1", "192.0.2.1", RULES)).isTrue();
        assertThat(ClientAddress.mayTell("192.0.2.2", "192.0.2.1", RULES)).isFalse();
        assertThat(ClientAddress.mayTell("192.0.2.1", "192.0.2.1", RULES)).as("on its own").isTrue();
    }

    private static ClientAddress client(String address) {
        return ClientAddress.of(address, null, RULES);
    }
}
