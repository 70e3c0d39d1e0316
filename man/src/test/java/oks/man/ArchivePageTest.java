package oks.man;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** The bytes that oks-archive(5) shows stand in the stored archive of the format. */
final class ArchivePageTest {
    private static final Path ARCHIVE =
            Path.of("../qa/e2e/src/test/resources/oks/released/2.0.0/sample-20261122230424-20.full.tar.gz");
    private static final Pattern LINE = Pattern.compile("(?m)^([0-9a-f]{8})  ((?:[0-9a-f]{2} {0,2}){16})$");

    private static byte[] tar() throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(ARCHIVE))) {
            return in.readAllBytes();
        }
    }

    @Test
    void theExampleShowsTheBytesOfTheStoredArchive() throws IOException {
        byte[] tar = tar();
        String page = ManualPages.section("oks-archive.5", "EXAMPLES");
        assertThat(page)
                .contains(ARCHIVE.getFileName().toString(), Files.size(ARCHIVE) + " bytes", tar.length + " bytes");
        Matcher line = LINE.matcher(page);
        int lines = 0;
        for (; line.find(); lines++) {
            int offset = Integer.parseInt(line.group(1), 16);
            assertThat(HexFormat.of().parseHex(line.group(2).replace(" ", "")))
                    .as(line.group(1))
                    .isEqualTo(Arrays.copyOfRange(tar, offset, offset + 16));
        }
        assertThat(lines).isGreaterThan(20);
    }

    @Test
    void theManifestEndsWithTheHashOfTheBytesThatThePageNames() throws Exception {
        byte[] tar = tar();
        Matcher range = Pattern.compile("Bytes 0x(\\p{XDigit}+) to 0x(\\p{XDigit}+) ")
                .matcher(ManualPages.section("oks-archive.5", "EXAMPLES"));
        assertThat(range.find()).isTrue();
        int begin = Integer.parseInt(range.group(1), 16);
        int last = Integer.parseInt(range.group(2), 16);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Arrays.copyOfRange(tar, begin, last + 1));
        assertThat(new String(tar, last + 1, 200, StandardCharsets.UTF_8))
                .startsWith("  \"sha256\" : \"" + HexFormat.of().formatHex(hash) + "\"\n}\n");
    }
}
