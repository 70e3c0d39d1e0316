package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import oks.testing.ExternalProgram;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code mvnw}, copied into a small project whose Maven is a script, fetched from a directory. */
final class MavenWrapperIT {
    private static final String ARCHIVE = "apache-maven-9.9.9-bin.tar.gz";

    @TempDir
    private Path directory;

    private Path mvnw;
    private Path mirror;

    @BeforeEach
    void makeTheProjectAndTheMirror() throws Exception {
        ExternalProgram.require("curl", "curl");
        mvnw = directory.resolve("project/mvnw");
        FileUtils.copyFile(Path.of("..", "mvnw").toFile(), mvnw.toFile());
        Files.setPosixFilePermissions(mvnw, PosixFilePermissions.fromString("rwxr-xr-x"));
        mirror = Files.createDirectory(directory.resolve("mirror"));
        script(directory.resolve("apache-maven-9.9.9/bin/mvn"), "echo fetched \"$@\"");
        Path tar = ExternalProgram.require("tar", "tar");
        assertThat(Run.of(
                                Map.of(),
                                tar,
                                "-czf",
                                mirror.resolve(ARCHIVE).toString(),
                                "-C",
                                directory.toString(),
                                "apache-maven-9.9.9")
                        .status())
                .isZero();
        expectChecksumOf(mirror.resolve(ARCHIVE));
    }

    @Test
    void aMavenThatIsNewEnoughIsTaken() throws Exception {
        assertThat(runWithInstalled("Apache Maven 3.8.7 (abc)", "-q", "two words")
                        .out())
                .isEqualTo("installed -q two words\n");
        assertThat(runWithInstalled("Apache Maven 4.0.1 (abc)", "x").out()).isEqualTo("installed x\n");
        assertThat(directory.resolve("home/.m2")).doesNotExist();
    }

    @Test
    void anOldMavenIsReplacedByOneThatIsFetchedOnce() throws Exception {
        Run first = runWithInstalled("Apache Maven 3.6.3 (abc)", "verify");
        assertThat(first.out()).as(first.err()).isEqualTo("fetched verify\n");
        FileUtils.deleteDirectory(mirror.toFile());
        assertThat(runWithInstalled("Apache Maven 3.6.3 (abc)", "verify"))
                .extracting(Run::out, Run::err)
                .containsExactly("fetched verify\n", "");
    }

    @Test
    void aFetchedArchiveWithAnotherChecksumIsNeverRun() throws Exception {
        Files.writeString(mirror.resolve(ARCHIVE), "something else");
        Run run = runWithInstalled("Apache Maven 3.6.3 (abc)", "verify");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains("mvnw: error: the checksum of");
        assertThat(run.out()).isEmpty();
        assertThat(directory.resolve("home/.m2/oks-mvnw")).isEmptyDirectory();
    }

    @Test
    void aMirrorThatDoesNotAnswerIsNamed() throws Exception {
        FileUtils.deleteDirectory(mirror.toFile());
        Run run = runWithInstalled("Apache Maven 3.6.3 (abc)", "verify");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.err()).contains(ARCHIVE + "\" could not be fetched", "mvnw: next: ");
    }

    private Run runWithInstalled(String version, String... arguments) throws Exception {
        Path bin = directory.resolve("bin");
        script(bin.resolve("mvn"), "[[ $1 == --version ]] && echo '" + version + "' || echo installed \"$@\"");
        return Run.of(
                Map.of(
                        "PATH", bin + ":" + System.getenv("PATH"),
                        "HOME", directory.resolve("home").toString(),
                        "MVNW_SOURCE", mirror.toUri().toString()),
                mvnw,
                arguments);
    }

    private void expectChecksumOf(Path archive) throws IOException {
        Path file = Files.createDirectories(mvnw.resolveSibling(".mvn")).resolve("maven.sha512");
        Files.writeString(file, DigestUtils.sha512Hex(Files.readAllBytes(archive)) + "  " + ARCHIVE + "\n");
    }

    private static void script(Path file, String does) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\n" + does + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
