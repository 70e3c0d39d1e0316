package oks.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FreePortTest {
    private static final int MANY = 300;

    @Test
    void noPortIsGivenTwiceAndEachCanBeListenedOn() throws Exception {
        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            int port = FreePort.tcp();
            assertThat(given.add(port)).as("%d", port).isTrue();
            try (ServerSocket one = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                assertThat(one.getLocalPort()).isEqualTo(port);
            }
        }
    }
}
