package oks.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IoReasonTest {
    @TempDir
    private Path directory;

    @Test
    void whatTheSystemRefusesIsSaidInWords() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));

        assertThat(IoReason.of(failure(() -> Files.size(directory.resolve("none")))))
                .isEqualTo("does not exist");
        assertThat(IoReason.of(failure(() -> Files.createFile(file)))).isEqualTo("exists already");
        assertThat(IoReason.of(failure(() -> Files.newDirectoryStream(file)))).isEqualTo("is no directory");
        assertThat(IoReason.of(failure(() -> Files.delete(directory)))).isEqualTo("is not empty");
        assertThat(IoReason.of(failure(() -> Files.createFile(file.resolve("below")))))
                .isEqualTo("Not a directory");
        assertThat(IoReason.of(new AccessDeniedException("/srv/a"))).isEqualTo("permission denied");
        assertThat(IoReason.of(new IOException("No space left on device"))).isEqualTo("No space left on device");
    }

    @Test
    void theFileIsNamedWhereTheFailureKnowsIt() {
        assertThat(IoReason.withFile(new FileSystemException("/srv/a", null, "Read-only file system")))
                .isEqualTo("file \"/srv/a\": Read-only file system");
        assertThat(IoReason.withFile(new IOException("Input/output error"))).isEqualTo("Input/output error");
    }

    @Test
    void aFailureThatSaysNothingNamesNoClass() {
        assertThat(IoReason.withFile(new ClosedChannelException())).isEqualTo("input or output failed");
        assertThat(IoReason.withFile(new FileSystemException("/srv/a")))
                .isEqualTo("file \"/srv/a\": input or output failed");
    }

    private static IOException failure(ThrowingCallable refused) {
        return catchThrowableOfType(IOException.class, refused);
    }
}
