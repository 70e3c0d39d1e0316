package oks.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MissingPermissionTest {
    private static final String USER = System.getProperty("user.name");

    @TempDir
    private Path directory;

    @Test
    void ownerModeAndUserAreNamedAndTheCommandThatHelps() throws IOException {
        Path file = Files.createFile(directory.resolve("LOCK"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        AccessDeniedException denied = new AccessDeniedException(file.toString());
        assertThat(MissingPermission.whose(denied))
                .isEqualTo(String.format(
                        Locale.ROOT,
                        ": \"%s\" belongs to user \"%s\" (r--r-----), and this runs as \"%s\"",
                        file,
                        USER,
                        USER));
        assertThat(MissingPermission.explain(OperatorFault.of(ExitCode.FAILED, "no"), denied)
                        .next())
                .isEqualTo(String.format(Locale.ROOT, "give its owner the right with \"chmod u+rwX %s\"", file));
    }

    @Test
    void aFileInAnotherUsersDirectoryNeedsThatUserOrAnotherOwner() {
        assertThat(MissingPermission.next(new AccessDeniedException("/proc/1/no/such/file")))
                .hasValueSatisfying(next ->
                        assertThat(next).matches(".*(as user \"\\w+\" or as root.*chown -R |chmod u\\+rwX ).*"));
    }

    @Test
    void aSingleFileNeedsNoRecursion() throws IOException {
        assumeThat(USER).isEqualTo("root"); // only root can give a file away
        Files.setAttribute(Files.createFile(directory.resolve("f")), "unix:uid", 1);
        assertThat(MissingPermission.next(
                        new AccessDeniedException(directory.resolve("f").toString())))
                .hasValueSatisfying(next ->
                        assertThat(next).contains("run \"chown root: " + directory.resolve("f") + "\" as root"));
    }

    @Test
    void aDirectoryIsGivenWithWhatIsInIt() throws IOException {
        assumeThat(USER).isEqualTo("root"); // only root can give a directory away
        Path given = Files.createDirectory(directory.resolve("d"));
        Files.setAttribute(given, "unix:uid", 1);
        assertThat(MissingPermission.next(
                        new AccessDeniedException(given.resolve("f").toString())))
                .hasValueSatisfying(next -> assertThat(next).contains("run \"chown -R root: " + given + "\" as root"));
    }

    @Test
    void aFileThatIsNotThereStandsForTheDirectoryAboveIt() {
        assertThat(MissingPermission.whose(
                        new AccessDeniedException(directory.resolve("a/b").toString())))
                .startsWith(": \"" + directory + "\" belongs to user");
    }

    @Test
    void otherFailuresStayAsTheyAre() {
        NoSuchFileException absent = new NoSuchFileException("/x");
        assertThat(MissingPermission.whose(absent)).isEmpty();
        assertThat(MissingPermission.explain(
                                OperatorFault.of(ExitCode.FAILED, "no").next("look"), absent)
                        .next())
                .isEqualTo("look");
    }
}
