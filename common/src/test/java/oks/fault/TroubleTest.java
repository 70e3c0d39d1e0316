package oks.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TroubleTest {
    private static final String USER = System.getProperty("user.name");

    @TempDir
    private Path directory;

    @Test
    void aDeniedPermissionNamesTheOwnerTheModeAndTheCommandThatHelps() throws IOException {
        Path file = Files.createFile(directory.resolve("LOCK"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        OperatorFault fault = Trouble.with(new AccessDeniedException(file.toString()));
        assertThat(fault.what()).isEqualTo("file \"%s\": permission denied: \"%s\" belongs to user \"%s\" (r--r-----), and this runs as \"%s\""
                .formatted(file, file, USER, USER));
        assertThat(fault.next()).isEqualTo("give its owner the right with \"chmod u+rwX %s\"".formatted(file));
    }

    @Test
    void aFileInAnotherUsersDirectoryNeedsThatUserOrAnotherOwner() {
        assertThat(Trouble.permission(new AccessDeniedException("/proc/1/no/such/file")))
                .hasValueSatisfying(next -> assertThat(next).matches(".*(as user \"\\w+\" or as root.*chown -R |chmod u\\+rwX ).*"));
    }

    @Test
    void aFileThatCannotBeMadeNamesTheDirectoryAboveIt() {
        assertThat(Trouble.why(new AccessDeniedException(directory.resolve("a/b").toString())))
                .startsWith("file \"" + directory.resolve("a/b") + "\": permission denied: \"" + directory + "\" belongs to user");
    }

    @Test
    void noClassIsNamed() {
        assertThat(Trouble.why(new NoSuchFileException("/x"))).isEqualTo("file \"/x\": does not exist");
        assertThat(Trouble.why(new FileSystemException("/x", null, "No space left on device"))).isEqualTo("file \"/x\": No space left on device");
        assertThat(Trouble.why(new FileSystemException("/x"))).isEqualTo("file \"/x\": the system gave no reason");
        assertThat(Trouble.why(new IOException("Input/output error"))).isEqualTo("Input/output error");
        assertThat(Trouble.why(new IOException())).isEqualTo("the system gave no reason");
        assertThat(Trouble.permission(new NoSuchFileException("/x"))).isEmpty();
    }
}
