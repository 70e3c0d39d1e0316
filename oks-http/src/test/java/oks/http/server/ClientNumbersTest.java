package oks.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ClientNumbersTest {
    private static final ClientAddress.Rules RULES = new ClientAddress.Rules(List.of(), List.of());

    private final ClientNumbers numbers = new ClientNumbers(new SecureRandom());

    private static ClientAddress client(String address) {
        return ClientAddress.ofPeer(address, RULES);
    }

    @Test
    void aClientKeepsItsNumberAndAnotherProcessGivesAnother() {
        long number = numbers.of(client("192.0.2.1"));
        assertThat(numbers.of(client("192.0.2.1"))).isEqualTo(number);
        assertThat(numbers.of(client("192.0.2.2"))).isNotEqualTo(number);
        assertThat(numbers.of(client("2001:db8::1"))).as("one /64").isEqualTo(numbers.of(client("2001:db8::2")));
        assertThat(new ClientNumbers(new SecureRandom()).of(client("192.0.2.1")))
                .isNotEqualTo(number);
    }

    @Test
    void thousandsOfClientsKeepTheirNumbersApart() {
        Set<Long> all = new HashSet<>();
        for (int i = 0; i < 12_000; i++) {
            all.add(numbers.of(client("10.0." + i / 256 + "." + i % 256)));
        }
        assertThat(all).hasSize(12_000).contains(numbers.of(client("10.0.0.0")));
    }
}
