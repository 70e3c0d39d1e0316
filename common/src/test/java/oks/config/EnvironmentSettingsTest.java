package oks.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Limit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EnvironmentSettingsTest {
    @TempDir
    private Path prefix;

    @Test
    void aVariableHasTheLastWordAndSaysSo() {
        OksdSettings settings = read(
                "recovery.retry_after = \"1s\"\n",
                Map.of(
                        "OKS_RECOVERY_RETRY_AFTER",
                        "5s",
                        "OKS_UPLOAD_MAX_USER_IDS",
                        "7",
                        "OKS_UPLOAD_ACCEPT_VERSION3",
                        "true",
                        "OKS_CONTROL_ALLOW",
                        "backup, alice",
                        "OKS_DATABASE_DIRECTORY",
                        "data",
                        "HOME",
                        "/root"));
        assertThat(settings.recovery().retryAfter()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.upload().limits().of(Limit.MAX_USER_IDS)).isEqualTo(7);
        assertThat(settings.upload().acceptVersion3()).isTrue();
        assertThat(settings.control().allow()).containsExactly("backup", "alice");
        assertThat(settings.database().directory()).isEqualTo(prefix.resolve("data"));
        assertThat(settings.configuration().differences())
                .containsExactly(
                        "database.directory = \"" + prefix.resolve("data") + "\" (environment OKS_DATABASE_DIRECTORY)",
                        "recovery.retry_after = \"5s\" (environment OKS_RECOVERY_RETRY_AFTER)",
                        "control.allow = [\"backup\", \"alice\"] (environment OKS_CONTROL_ALLOW)",
                        "upload.max_user_ids = 7 (environment OKS_UPLOAD_MAX_USER_IDS)",
                        "upload.accept_version3 = true (environment OKS_UPLOAD_ACCEPT_VERSION3)");
    }

    @Test
    void whatTheFileSaysIsNamedWithItsLine() {
        OksdSettings settings = read("\n[recovery]\nretry_after = \"1s\"\n", Map.of());
        assertThat(settings.configuration().differences()).containsExactly("recovery.retry_after = \"1s\" (line 3)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "OKS_CONTROL_ALLOW | [\"a\", \"b\"] | [a, b]",
                "OKS_CONTROL_ALLOW | `` | []",
                "OKS_DATABASE_NAME | \"sample\" | sample",
                "OKS_DATABASE_NAME | true | true",
                "OKS_LOG_LEVEL | debug | debug",
            })
    void aValueMayBeWrittenPlainlyOrAsInTheFile(String variable, String text, String value) {
        Setting<?> setting = OksdTable.TABLE.settings().stream()
                .filter(one -> EnvironmentSettings.variable(one.name()).equals(variable))
                .findFirst()
                .orElseThrow();
        assertThat(read("", Map.of(variable, text)).configuration().inForce(setting))
                .hasToString(value);
    }

    @Test
    void everythingWrongIsReportedAtOnce() {
        OperatorFault fault = fault(
                "recovery.rotate_age = 7\n",
                Map.of("OKS_RECOVERY_RETRY_AFTER", "soon", "OKS_RECOVRY_RETRY_AFTER", "5s"));
        assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
        assertThat(fault.what().lines())
                .containsExactly(
                        "file \"" + prefix.resolve("etc/oksd.conf")
                                + "\" line 1: key \"recovery.rotate_age\" is 7, but a duration such as "
                                + "\"10s\", from \"1s\" to \"366d\" is expected",
                        "environment: variable \"OKS_RECOVERY_RETRY_AFTER\" is \"soon\", but a duration such as \"10s\", from "
                                + "\"100ms\" to \"1h\" is expected",
                        "environment: variable \"OKS_RECOVRY_RETRY_AFTER\" is no setting; did you mean \"OKS_RECOVERY_RETRY_AFTER\"?");
    }

    @Test
    void theEnvironmentIsToBeCorrectedWhenTheFileIsRight() {
        assertThat(fault("", Map.of("OKS_LISTEN", "5")).next()).contains("correct the environment");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OKS_PREFIX",
                "OKS_LISTEN_PORT",
                "OKS_SERVICE_HOST",
                "OKS_PORT_11371_TCP_ADDR",
                "OKS_HTTP_SERVICE_PORT_HKP",
                "NOKS_LOG_LEVEL",
                "oks_log_level"
            })
    void whatIsMeantForOthersIsNoMistake(String variable) {
        assertThat(read("", Map.of(variable, "x")).configuration().differences())
                .isEmpty();
    }

    @Test
    void aVariableOfSomebodyElseIsIgnoredAndNamed() {
        OksdSettings settings =
                read("", Map.of("OKS_VERSION", "2", "OKS_DIST", "x", "OKS_HOME", "/opt", "OKS_LISTEN_PORT", "80"));
        assertThat(settings.configuration().differences()).isEmpty();
        assertThat(settings.configuration().ignoredVariables()).containsExactly("OKS_DIST", "OKS_HOME", "OKS_VERSION");
    }

    @ParameterizedTest
    @CsvSource({
        "OKS_RECOVRY_RETRY_AFTER, OKS_RECOVERY_RETRY_AFTER", // letters differ
        "OKS_RECOVERY_SOMETHING_ELSE, ''", // the table is known
        "OKS_LISTEN_PROT, ''", // the other daemon's
        "OKS_LISTEN, ''",
    })
    void aVariableNearASettingStopsTheStart(String variable, String meant) {
        String hint = meant.isEmpty() ? "" : "; did you mean \"" + meant + "\"?";
        assertThat(fault("", Map.of(variable, "5")).what())
                .isEqualTo("environment: variable \"" + variable + "\" is no setting" + hint);
    }

    @Test
    void aProgramWithoutFileHearsTheEnvironmentToo() {
        assertThat(OksHttpSettings.standard(prefix, Map.of("OKS_LISTEN_PORT", "80"))
                        .listen()
                        .port())
                .isEqualTo(80);
        assertThat(OksHttpSettings.standard(prefix, Map.of("OKS_RECOVERY_RETRY_AFTER", "of oksd"))
                        .listen()
                        .port())
                .isEqualTo(11371);
    }

    private OksdSettings read(String text, Map<String, String> environment) {
        try {
            Path file = Files.createDirectories(prefix.resolve("etc")).resolve("oksd.conf");
            return OksdSettings.read(Files.writeString(file, text), environment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OperatorFault fault(String text, Map<String, String> environment) {
        OperatorFault fault = catchThrowableOfType(OperatorFault.class, () -> read(text, environment));
        assertThat(fault).isNotNull();
        return fault;
    }
}
