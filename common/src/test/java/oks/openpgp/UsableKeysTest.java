package oks.openpgp;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;

/** Until when an operator's programs may encrypt to a subkey. */
final class UsableKeysTest {
    private static final Instant CREATED = Instant.parse("2024-01-01T00:00:00Z");

    private final SampleKey key = new SampleKey(1);
    private final SampleKey subkey = new SampleKey(2);

    private Certificate withSubkey(byte[]... bindings) {
        return Samples.certificate(concat(key.certificate("a"), subkey.subkeyPacket(), concat(bindings)));
    }

    /** A binding with more hashed subpackets. */
    private byte[] binding(byte[] subpackets) {
        return key.signature(SampleKey.SUBKEY_BINDING, subpackets, key.hashed(), subkey.hashed());
    }

    @Test
    void aSubkeyIsUsableUntilTheSecondInWhichItExpires() {
        Certificate certificate = withSubkey(binding(concat(subpacket(27, 12), subpacket(9, 0, 0, 0, 100))));
        assertThat(UsableKeys.of(certificate, UsableKeys.ENCRYPT, CREATED.plusSeconds(99)))
                .hasSize(1);
        assertThat(UsableKeys.of(certificate, UsableKeys.ENCRYPT, CREATED.plusSeconds(100)))
                .isEmpty();
    }
}
