package oks.man;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The bytes that oks-recovery(5) shows stand in the stored sample of the format. */
final class RecoveryPageTest {
    private static final String SAMPLE = "sample-202611221049020000000001.recovery";
    private static final Pattern LINE = Pattern.compile("(?m)^([0-9a-f]{8})  ((?:[0-9a-f]{2} {0,2}){1,16})$");

    private static byte[] sample() throws IOException {
        try (InputStream in = RecoveryPageTest.class.getResourceAsStream("/oks/recovery/" + SAMPLE)) {
            return in.readAllBytes();
        }
    }

    @Test
    void theExampleShowsTheBytesOfTheStoredSample() throws IOException {
        byte[] sample = sample();
        String page = ManualPages.text("oks-recovery.5");
        assertThat(page).contains(SAMPLE).contains(sample.length + " bytes");
        Matcher line = LINE.matcher(page);
        List<Integer> shown = new ArrayList<>();
        while (line.find()) {
            int offset = Integer.parseInt(line.group(1), 16);
            byte[] bytes = HexFormat.of().parseHex(line.group(2).replace(" ", ""));
            for (int i = 0; i < bytes.length; i++) {
                assertThat(bytes[i]).as("byte %x", offset + i).isEqualTo(sample[offset + i]);
            }
            shown.add(offset);
        }
        // The first frame, a COMMIT and the SEAL, whole.
        assertThat(shown).contains(0x1000, 0x1070, 0x10e8, 0x1158, 0x1268, 0x12d8);
    }
}
