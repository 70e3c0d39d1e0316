package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class KeyPacketTest {

    private static Packet version6(int stated, int actual) {
        byte[] start = {6, 0, 0, 0, 1, Algorithm.ED25519, 0, 0, 0, (byte) stated};
        return Packet.of(Packet.PUBLIC_KEY, concat(start, new byte[actual]));
    }

    @Test
    void aVersion6KeyIsAsLongAsItSays() throws Exception {
        assertThat(KeyPacket.parse(version6(32, 32)).material()).isEqualTo(10);
        assertThatThrownBy(() -> KeyPacket.parse(version6(31, 32))).isInstanceOf(Malformed.class);
        assertThatThrownBy(() -> KeyPacket.parse(version6(33, 32))).isInstanceOf(Malformed.class);
    }
}
