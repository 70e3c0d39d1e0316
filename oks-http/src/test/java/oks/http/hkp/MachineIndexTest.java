package oks.http.hkp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import oks.openpgp.CertificateDescription;
import oks.openpgp.CertificateDescription.UserIdDescription;
import oks.openpgp.Fingerprint;
import oks.openpgp.UserIdText;
import org.junit.jupiter.api.Test;

final class MachineIndexTest {
    private static final Instant NOW = Instant.ofEpochSecond(2_000_000_000);

    @Test
    void fieldsFlagsAndEscapesAreThoseOfTheFormat() {
        Fingerprint fingerprint = Fingerprint.of(new byte[20]);
        List<UserIdDescription> userIds = List.of(
                new UserIdDescription(
                        utf8("50% off: \u00e4\u0001\u007f\n"),
                        Optional.of(Instant.ofEpochSecond(7)),
                        Optional.empty(),
                        true,
                        List.of()),
                new UserIdDescription(utf8("plain"), Optional.empty(), Optional.of(NOW), false, List.of()),
                new UserIdDescription(
                        utf8("later"), Optional.empty(), Optional.of(NOW.plusSeconds(1)), false, List.of()),
                new UserIdDescription(
                        UserIdText.of(new byte[] {'J', (byte) 0xfc}),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        List.of()));
        CertificateDescription certificate = new CertificateDescription(
                4,
                fingerprint,
                1,
                "rsa",
                0,
                Instant.ofEpochSecond(5),
                Optional.of(NOW.minusSeconds(1)),
                true,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(),
                userIds,
                List.of(),
                List.of());
        assertThat(MachineIndex.of(List.of(certificate), NOW)).isEqualTo("""
                info:1:1
                pub:0000000000000000000000000000000000000000:1::5:1999999999:re
                uid:50%25 off%3a %c3%a4%01%7f%0a:7::r
                uid:plain::2000000000:e
                uid:later::2000000001:
                uid:J%fc:::
                """);
    }

    private static UserIdText utf8(String text) {
        return new UserIdText(text, StandardCharsets.UTF_8);
    }
}
