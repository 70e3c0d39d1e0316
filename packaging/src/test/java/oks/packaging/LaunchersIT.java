package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import oks.testing.ExternalProgram;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launchers, run from a copy of the built tree that stands elsewhere. */
final class LaunchersIT {
    private static final String JDK = System.getProperty("java.home");

    @TempDir
    private static Path elsewhere;

    private static Path prefix;

    @TempDir
    private Path directory;

    @BeforeAll
    static void moveTheTree() throws IOException {
        prefix = elsewhere.toRealPath().resolve("moved here");
        FileUtils.copyDirectory(Path.of("target", "oks").toFile(), prefix.toFile());
        for (File launcher : FileUtils.listFiles(prefix.resolve("bin").toFile(), null, false)) {
            assertThat(launcher.canExecute()).as(launcher.toString()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"oksd", "oksctl", "oks-http", "oks-backup", "oks-restore"})
    void everyProgramShowsItsHelpOnStandardOutput(String program) throws Exception {
        Run run = run(program, "--help");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("Usage: " + program + " ");
        assertThat(run.status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"oksd", "oksctl", "oks-http", "oks-backup", "oks-restore"})
    void everyProgramShowsItsVersionOnStandardOutput(String program) throws Exception {
        Run run = run(program, "--version");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).matches(program + " \\d+\\.\\d+\\.\\d+\n");
        assertThat(run.status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"oksd", "oksctl", "oks-http", "oks-backup", "oks-restore"})
    void everyProgramRefusesAnUnknownOption(String program) throws Exception {
        Run run = run(program, "--no-such-option");
        assertThat(run.err()).startsWith(program + ": error: ").contains("--no-such-option", program + ": next: ");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(2);
    }

    /** As cron starts it; bash writes the bytes, whatever locale the tests have. */
    @ParameterizedTest
    @ValueSource(strings = {"LC_ALL=C", "LC_ALL=POSIX", "LC_CTYPE=C", "LANG=", "LC_ALL=C.UTF-8"})
    void namesWithOtherLettersThanAsciiWorkInEveryLocale(String locale) throws Exception {
        Path bash = ExternalProgram.require("bash", "bash");
        Run run = Run.of(
                Map.of("JAVA_HOME", JDK),
                bash,
                "-c",
                "d=$2/$'d\\xc3\\xbcrer'; mkdir \"$d\"; unset LC_ALL LC_CTYPE LANG; export \"$3\"; \"$1\" verify \"$d\" | od -An -tx1 | tr -d ' \\n'",
                "bash",
                prefix.resolve("bin/oks-backup").toString(),
                directory.toString(),
                locale);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).as("BAD … dürer").startsWith("424144").contains("64c3bc726572");
    }

    @ParameterizedTest
    @CsvSource({"oksd, 1000, 1024", "oks-http, 64, 1024", "oksctl, 64, 256", "oks-backup, 255, 256"})
    void tooFewOpenFilesAreSaidAtOnce(String program, int limit, int needed) throws Exception {
        Path bash = ExternalProgram.require("bash", "bash");
        Run run = Run.of(
                Map.of("JAVA_HOME", JDK),
                bash,
                "-c",
                "ulimit -n $2; exec \"$1\" --version",
                "bash",
                prefix.resolve("bin").resolve(program).toString(),
                String.valueOf(limit));
        assertThat(run.err())
                .startsWith(program + ": error: this process may have only " + limit + " files open, but " + program
                        + " needs " + needed + "\n" + program + ": next: allow more where it is started");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aLauncherFindsItsInstallationThroughSymbolicLinks() throws Exception {
        Path first = Files.createSymbolicLink(elsewhere.resolve("first"), prefix.resolve("bin/oksctl"));
        Path second = Files.createSymbolicLink(elsewhere.resolve("second"), first);
        Run run = Run.of(Map.of("JAVA_HOME", JDK), second, "--version");
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("oksctl ");
    }

    @Test
    void theProcessIsTheProgramsAndItsCommandLineNamesTheConfiguration() throws Exception {
        Run run = withFakeJava("17.0.15", "oksd");
        assertThat(run.out().lines())
                .containsExactly(
                        "pid " + run.pid(),
                        "argument @" + prefix + "/lib/oksd.args",
                        "argument " + prefix + "/etc/oksd.conf",
                        "CLASSPATH " + prefix + "/lib/*",
                        "OKS_PREFIX " + prefix);
        assertThat(run.status()).isZero();
    }

    @Test
    void aNamedConfigurationIsTheOnlyOneAndOptionsAreNone() throws Exception {
        assertThat(withFakeJava("17.0.15", "oks-http", "my.conf").out())
                .contains("argument my.conf\n")
                .doesNotContain("oks-http.conf");
        assertThat(withFakeJava("17.0.15", "oks-http", "--check-config").out())
                .contains("argument --check-config\nargument " + prefix + "/etc/oks-http.conf\n");
        assertThat(withFakeJava("17.0.15", "oksctl", "status").out()).doesNotContain(".conf");
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "17.0.15", "21.0.3", "25", "100.1"})
    void newerVersionsOfJavaAreTaken(String version) throws Exception {
        assertThat(withFakeJava(version, "oksctl").out()).startsWith("pid ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_402", "11.0.22", "16"})
    void anOlderJavaIsRefusedWithItsVersion(String version) throws Exception {
        Run run = withFakeJava(version, "oksctl", "status");
        String major = version.startsWith("1.8") ? "8" : version.split("\\.")[0];
        assertThat(run.err())
                .isEqualTo("oksctl: error: Java 17 or newer is needed, but \"" + directory
                        + "/jdk/bin/java\" is version " + major
                        + "\noksctl: next: install one, for example with \"apt-get install "
                        + "openjdk-17-jre-headless\", or set JAVA_HOME to one\n");
        assertThat(run.out()).isEmpty();
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void anOlderJavaThatOnlySaysItsVersionWhenAskedIsRefusedToo() throws Exception {
        fakeJava("echo 'openjdk version \"11.0.22\" 2024-01-16' >&2");
        Run run = Run.of(withoutJava(directory.resolve("jdk").toString()), prefix.resolve("bin/oksd"));
        assertThat(run.err()).contains("is version 11");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aMissingJavaIsSaidWithWhatToDo() throws Exception {
        Run run = Run.of(withoutJava(""), prefix.resolve("bin/oksd"));
        assertThat(run.err())
                .startsWith("oksd: error: Java 17 or newer is needed, but there is none in JAVA_HOME and PATH\n")
                .contains("oksd: next: install one");
        assertThat(run.status()).isEqualTo(1);
    }

    @Test
    void aUselessJavaHomeIsPassedOver() throws Exception {
        Map<String, String> environment =
                Map.of("JAVA_HOME", directory.toString(), "PATH", JDK + "/bin:" + System.getenv("PATH"));
        assertThat(Run.of(environment, prefix.resolve("bin/oksctl"), "--version")
                        .out())
                .startsWith("oksctl ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"oksd", "oksctl", "oks-http", "oks-backup", "oks-restore"})
    void bashCompletesEveryProgram(String program) throws Exception {
        Path bash = ExternalProgram.require("bash", "bash");
        Path script = prefix.resolve("share/bash-completion/completions/" + program);
        Run run = Run.of(
                Map.of(), bash, "--norc", "-c", "source \"$1\" && complete -p " + program, "bash", script.toString());
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("_complete_" + program);
        assertThat(Files.readString(script)).contains("--version");
    }

    /**
     * With the archive of classes, with one of another JVM, and with none to speak of: the same answer, and no other
     * word.
     */
    @Test
    void preparedClassesChangeNothingButTheTime() throws Exception {
        Path home = Path.of(JDK).toRealPath();
        Path archive = prefix.resolve("lib/cds/" + home.toString().replace('/', '-') + ".jsa");
        Run made = Run.of(Map.of("JAVA_HOME", JDK), prefix.resolve("lib/share-classes"));
        assertThat(made).as(made.err()).extracting(Run::status, Run::err).containsExactly(0, "");
        byte[] good = Files.readAllBytes(archive);
        byte[] otherVersion = good.clone();
        otherVersion[0] ^= 1;
        for (byte[] content : List.of(good, otherVersion, new byte[0])) {
            Files.write(archive, content);
            for (String program : List.of("oksctl", "oks-http")) {
                Run run = run(program, "--help");
                assertThat(run.err()).isEmpty();
                assertThat(run.out()).startsWith("Usage: " + program + " ");
            }
        }
        FileUtils.deleteDirectory(prefix.resolve("lib/cds").toFile());
    }

    @ParameterizedTest
    @CsvSource({"oksctl sta, oksctl status", "oks-backup verif, oks-backup verify", "oksd --check, oksd --check-config"
    })
    void zshCompletesWhatIsTyped(String typed, String completed) throws Exception {
        Path zsh = ExternalProgram.require("zsh", "zsh");
        Run run = Run.of(
                Map.of("TYPED", typed, "COMPLETED", completed),
                zsh,
                "-f",
                "-c",
                """
                zmodload zsh/zpty
                zpty -b shell "PS1='> ' zsh -f -i"
                hear() { for i in {1..300}; do zpty -r -t shell out && all+=$out; [[ $all == *$1* ]] && return; sleep 0.1; done }
                zpty -w shell "fpath=($1 \\$fpath); autoload -U compinit; compinit -u -D; print re''ady"
                hear ready
                zpty -n -w shell "$TYPED"$'\\t'
                hear $COMPLETED
                print -r -- "$all"
                zpty -d shell""",
                "zsh",
                prefix.toString().replace(" ", "\\ ") + "/share/zsh/site-functions");
        assertThat(run.out()).as(run.err()).contains(completed);
    }

    @Test
    void theManualIsThereAsHtml() throws Exception {
        ExternalProgram.require("mandoc", "mandoc");
        String index = Files.readString(prefix.resolve("share/doc/oks/html/index.html"));
        for (File page : FileUtils.listFiles(prefix.resolve("share/man").toFile(), null, true)) {
            assertThat(index).contains("\"" + page.getName() + ".html\"");
            assertThat(prefix.resolve("share/doc/oks/html/" + page.getName() + ".html"))
                    .content()
                    .contains("</html>");
        }
    }

    /** CycloneDX looks libraries up, so a build with "-o" has no list. */
    @Test
    void theMaterialsAreListedWithLicencesAndHashes() throws Exception {
        Path list = ExternalProgram.requireFile(
                prefix.resolve("share/doc/oks/oks.cdx.json"), "nothing, but build without \"mvn -o\"");
        assertThat(Files.readString(list))
                .contains("\"CycloneDX\"", "rocksdbjni", "SHA-256", "Apache-2.0")
                .doesNotContain("junit");
    }

    @Test
    void theArchiveHoldsTheSameTreeWithExecutableLaunchers() throws Exception {
        FileUtils.deleteDirectory(
                Path.of("target/oks/lib/cds").toFile()); // of this machine's Java, if somebody made it
        Path tar = ExternalProgram.require("tar", "tar");
        Path archive = FileUtils.listFiles(Path.of("target").toFile(), new String[] {"tar.gz"}, false)
                .iterator()
                .next()
                .toPath();
        Run run = Run.of(Map.of(), tar, "-xzf", archive.toString(), "-C", directory.toString());
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(Files.isExecutable(directory.resolve("oks/bin/oks-restore"))).isTrue();
        assertThat(Run.of(Map.of("JAVA_HOME", JDK), directory.resolve("oks/bin/oksctl"), "--version")
                        .status())
                .isZero();
        assertThat(FileUtils.listFiles(directory.resolve("oks").toFile(), null, true))
                .hasSameSizeAs(FileUtils.listFiles(Path.of("target/oks").toFile(), null, true));
    }

    private static Run run(String program, String... arguments) throws Exception {
        return Run.of(Map.of("JAVA_HOME", JDK), prefix.resolve("bin").resolve(program), arguments);
    }

    /** Runs a launcher with a java of some version that only says how it was called. */
    private Run withFakeJava(String version, String program, String... arguments) throws Exception {
        Path home = fakeJava("""
                echo "pid $$"
                for word in "$@"; do echo "argument $word"; done
                echo "CLASSPATH $CLASSPATH"
                echo "OKS_PREFIX $OKS_PREFIX\"""");
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"none\"\nJAVA_VERSION=\"" + version + "\"\n");
        return Run.of(withoutJava(home.toString()), prefix.resolve("bin").resolve(program), arguments);
    }

    private Path fakeJava(String does) throws IOException {
        Path home = directory.toRealPath().resolve("jdk");
        makeScript(Files.createDirectories(home.resolve("bin")).resolve("java"), does);
        return home;
    }

    private static void makeScript(Path file, String does) throws IOException {
        Files.writeString(file, "#!/bin/bash\n" + does + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A machine on which PATH has what the launcher needs, but no java. */
    private Map<String, String> withoutJava(String javaHome) throws IOException {
        Path path = Files.createDirectories(directory.resolve("path"));
        for (String program : new String[] {"readlink", "grep"}) {
            Path real = ExternalProgram.require(program, "coreutils grep");
            makeScript(path.resolve(program), "exec " + real + " \"$@\"");
        }
        return Map.of("PATH", path.toString(), "JAVA_HOME", javaHome);
    }
}
