package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is carried to other machines. */
final class DistributionIT {

    @Test
    void theArchiveHasItsChecksumBesideItAsSha256sumReadsIt() throws Exception {
        try (Stream<Path> made = Files.list(Path.of("target"))) {
            List<Path> archives =
                    made.filter(file -> file.toString().endsWith(".tar.gz")).toList();
            assertThat(archives).hasSize(1);
            Path archive = archives.get(0);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive));
            assertThat(archive.resolveSibling(archive.getFileName() + ".sha256"))
                    .hasContent(HexFormat.of().formatHex(hash) + "  " + archive.getFileName() + "\n");
        }
    }
}
