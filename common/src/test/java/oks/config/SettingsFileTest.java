package oks.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Limit;
import oks.openpgp.ThirdParty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsFileTest {
    @TempDir
    private Path prefix;

    private Path file;

    @BeforeEach
    void makeEtc() throws IOException {
        file = Files.createDirectory(prefix.resolve("etc")).resolve("oksd.conf");
    }

    @Test
    void anEmptyFileMeansTheDefaultsBelowThePrefix() {
        OksdSettings settings = read("");
        assertThat(settings)
                .usingRecursiveComparison()
                .ignoringFields("configuration")
                .isEqualTo(OksdSettings.standard(prefix));
        assertThat(settings.database().name()).isEqualTo("keyserver");
        assertThat(settings.database().directory()).isEqualTo(prefix.resolve("var/db"));
        assertThat(settings.recovery().directory()).isEqualTo(prefix.resolve("var/db"));
        assertThat(settings.recovery().rotateSize()).isEqualTo(256L << 20);
        assertThat(settings.log().syslogSocket()).isEqualTo(Path.of("/dev/log"));
        assertThat(settings.configuration().file()).contains(file);
        assertThat(settings.configuration().prefix()).isEqualTo(prefix);
    }

    @Test
    void everyTypeOfValueIsRead() {
        OksdSettings settings = read("""
                control.allow = ["backup", "_oks"]
                [database]
                name = "sample-1"
                directory = "../elsewhere"
                [recovery]
                directory = "/srv/recovery"
                retry_after = "1500ms"
                rotate_size = "1GiB"
                [upload]
                max_user_ids = 7
                third_party = "none"
                accept_version3 = true
                [log]
                level = "debug"
                """);
        assertThat(settings.control().allow()).containsExactly("backup", "_oks");
        assertThat(settings.database().name()).isEqualTo("sample-1");
        assertThat(settings.database().directory()).isEqualTo(prefix.resolveSibling("elsewhere"));
        assertThat(settings.recovery().directory()).isEqualTo(Path.of("/srv/recovery"));
        assertThat(settings.recovery().retryAfter()).isEqualTo(Duration.ofMillis(1500));
        assertThat(settings.recovery().rotateSize()).isEqualTo(1L << 30);
        assertThat(settings.upload().limits().of(Limit.MAX_USER_IDS)).isEqualTo(7);
        assertThat(settings.upload().thirdParty()).isEqualTo(ThirdParty.NONE);
        assertThat(settings.upload().acceptVersion3()).isTrue();
        assertThat(settings.log().level()).isEqualTo(LogSettings.Level.DEBUG);
    }

    @Test
    void everythingWrongIsReportedAtOnceInTheOrderOfTheFile() {
        OperatorFault fault = fault("""
                [recovery]
                retry_after = "soon"
                retry_aftr = "10s"

                [upload]
                max_user_ids = 0
                accept_version3 = "no"

                [listen]
                port = 11371
                """);
        assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
        assertThat(fault.what().lines())
                .containsExactly(
                        at(2)
                                + ": key \"recovery.retry_after\" is \"soon\", but a duration such as \"10s\", from \"100ms\" to \"1h\" is expected",
                        at(3) + ": unknown key \"recovery.retry_aftr\"; did you mean \"recovery.retry_after\"?",
                        at(6) + ": key \"upload.max_user_ids\" is 0, but an integer from 1 to 100000 is expected",
                        at(7) + ": key \"upload.accept_version3\" is \"no\", but true or false is expected",
                        at(10) + ": unknown key \"listen.port\"");
        assertThat(fault.lines("oksd")).hasSize(6).allMatch(line -> line.startsWith("oksd: "));
        assertThat(fault.next()).contains("oksd.conf(5)");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "database.name = \"Sample\",  key `database.name` is `Sample`",
                "database.name = \"a\\u0000\",  key `database.name` is `a\\u0000`",
                "database.name = [1],  key `database.name` is [1]",
                "database.directory = \"\",  key `database.directory` is ``",
                "database.directory = \"a\\u0000b\",  key `database.directory` is `a\\u0000b`",
                "recovery.rotate_size = 5,  key `recovery.rotate_size` is 5",
                "recovery.rotate_size = \"99999999999TiB\",  key `recovery.rotate_size` is `99999999999TiB`",
                "recovery.retry_after = \"2h\",  key `recovery.retry_after` is `2h`",
                "service.max_in_flight = 99999999999,  key `service.max_in_flight` is 99999999999",
                "service.max_in_flight = 1.5,  key `service.max_in_flight` is 1.5",
                "control.allow = \"backup\",  key `control.allow` is `backup`",
                "control.allow = [\"a b\"],  key `control.allow` is [`a b`]",
                "log.level = \"loud\",  key `log.level` is `loud`",
                "log.level.x = 1,  key `log.level` is a table",
                "log = 5,  `log` is 5 but a table",
                "pid_file = \"x\",  unknown key `pid_file`; did you mean `process.pid_file`?",
                "log.levle = \"info\",  unknown key `log.levle`; did you mean `log.level`?",
                "colour = \"red\",  unknown key `colour`",
                "[colour],  unknown key `colour`",
            })
    void aWrongValueIsNamedWithItsLine(String line, String message) {
        OperatorFault fault = fault("\n\n" + line + "\n");
        String shown = message.replace('`', '"').replace(" but a", ", but a");
        assertThat(fault.what()).startsWith(at(3) + ": " + shown).doesNotContain("\n");
    }

    @Test
    void brokenTomlIsReportedWithLineAndColumnAndWithoutFollowingErrors() {
        OperatorFault fault = fault("""
                [log
                colour = 1
                syslog = maybe
                """);
        assertThat(fault.what().lines()).first().asString().startsWith(at(1) + " column 5: unexpected end of line");
        assertThat(fault.what()).contains(at(3)).doesNotContain("unknown key");
    }

    @Test
    void aKeyGivenTwiceIsRefused() {
        assertThat(fault("log.syslog = true\nlog.syslog = false\n").what())
                .startsWith(at(2) + " column 1: log.syslog previously defined");
    }

    @Test
    void aFileThatCannotBeReadIsAUsageErrorThatSaysWhy() throws IOException {
        assertThat(faultOf(file).what()).isEqualTo("file \"" + file + "\" does not exist");
        assertThat(faultOf(file.getParent()).what()).isEqualTo("file \"" + file.getParent() + "\" is a directory");
        Files.write(file, new byte[] {'#', (byte) 0xff, '\n'});
        assertThat(faultOf(file).what()).isEqualTo("file \"" + file + "\" is not UTF-8 text");
        Files.write(file, new byte[(1 << 20) + 1]);
        assertThat(faultOf(file).what()).contains("has 1048577 bytes");
        assertThat(faultOf(file).code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void whatDiffersBetweenTwoReadingsIsListedWithWhenItTakesEffect() {
        OksdSettings before = read("log.level = \"info\"");
        OksdSettings after = read("log.level = \"debug\"\ndatabase.name = \"other\"");
        List<Setting<?>> changes = before.configuration().changesTo(after.configuration());
        assertThat(changes).extracting(Setting::name).containsExactly("database.name", "log.level");
        assertThat(changes).extracting(Setting::change).containsExactly(Setting.Change.RESTART, Setting.Change.RELOAD);
        assertThat(before.configuration().changesTo(before.configuration())).isEmpty();
    }

    private OksdSettings read(String text) {
        try {
            return OksdSettings.read(Files.writeString(file, text), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OperatorFault fault(String text) {
        return catchThrowableOfType(OperatorFault.class, () -> read(text));
    }

    private static OperatorFault faultOf(Path file) {
        return catchThrowableOfType(OperatorFault.class, () -> OksdSettings.read(file, Map.of()));
    }

    private String at(int line) {
        return "file \"" + file + "\" line " + line;
    }
}
