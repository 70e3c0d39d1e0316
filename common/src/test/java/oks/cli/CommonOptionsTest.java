package oks.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class CommonOptionsTest {
    @TempDir
    private Path prefix;

    @AfterEach
    void forgetTheInstallation() {
        System.clearProperty(Installation.PREFIX);
        System.clearProperty(Installation.NATIVE);
    }

    @Test
    void theSocketGivenIsTaken() {
        assertThat(parse("--socket", "/run/x.ctl").controlSocket()).isEqualTo(Path.of("/run/x.ctl"));
    }

    @Test
    void theConfigurationGivenNamesTheSocket() throws IOException {
        assertThat(parse("--conf", configure().toString()).controlSocket()).isEqualTo(prefix.resolve("my.ctl"));
    }

    @Test
    void theInstallationsConfigurationIsTheDefaultWhetherOrNotItExists() throws IOException {
        Installation.announce(Map.of("OKS_PREFIX", prefix.toString(), "OKS_NATIVE", "/n"));
        assertThat(parse().controlSocket()).isEqualTo(prefix.resolve("var/run/oksd.ctl"));
        configure();
        assertThat(parse().controlSocket()).isEqualTo(prefix.resolve("my.ctl"));
        assertThat(System.getProperty(Installation.NATIVE)).isEqualTo("/n");
    }

    @Test
    void theEnvironmentHasTheLastWord() throws IOException {
        Map<String, String> environment = Map.of("OKS_CONTROL_SOCKET", "its.ctl");
        Installation.announce(Map.of("OKS_PREFIX", prefix.toString()));
        assertThat(parseIn(environment).controlSocket()).isEqualTo(prefix.resolve("its.ctl"));
        configure();
        assertThat(parseIn(environment).controlSocket()).isEqualTo(prefix.resolve("its.ctl"));
    }

    @Test
    void withoutInstallationAFileMustBeNamed() {
        OperatorFault fault = catchThrowableOfType(OperatorFault.class, () -> parse().settings());
        assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
        assertThat(fault.next()).contains("oksd.conf");
    }

    private Path configure() throws IOException {
        Path etc = Files.createDirectory(prefix.resolve("etc"));
        return Files.writeString(etc.resolve("oksd.conf"), "control.socket = \"my.ctl\"\n");
    }

    private static CommonOptions parse(String... arguments) {
        return parseIn(Map.of(), arguments);
    }

    private static CommonOptions parseIn(Map<String, String> environment, String... arguments) {
        CommonOptions options = CommandLine.populateCommand(new CommonOptions(), arguments);
        options.attach(new Console(System.out, System.err, false, false, environment));
        return options;
    }
}
