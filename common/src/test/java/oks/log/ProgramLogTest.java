package oks.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import oks.config.LogSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProgramLogTest {
    private static final String SECOND = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ";

    @TempDir
    private Path directory;

    private final LoggerContext context = new LoggerContext();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void aMessageIsOneDatedLineOnStandardError() {
        begin(false).level(LogSettings.Level.INFO);
        context.getLogger("oks.oksd").warn("upload of {} refused", "\"x\"");
        context.getLogger("oks.oksd").info("ready");
        assertThat(lines()).hasSize(2);
        assertThat(lines().get(0)).matches(SECOND + " warning oksd: upload of \"x\" refused");
        assertThat(lines().get(1)).matches(SECOND + " info oksd: ready");
    }

    @Test
    void aDaemonThatHasNoNetworkIsNotWarnedOfIt() {
        begin(true);
        context.getLogger("io.netty.util.NetUtil").warn("Failed to find the loopback interface");
        context.getLogger("io.netty.channel.DefaultChannelId").warn("Failed to find a usable hardware address");
        context.getLogger("io.netty.util.NetUtil").error("this is worth reading");
        assertThat(lines()).containsExactly("<3>this is worth reading");
    }

    @Test
    void theJournalGetsThePriorityAndTheTextAlone() {
        begin(true).level(LogSettings.Level.DEBUG);
        context.getLogger("oks.oksd").error("a");
        context.getLogger("oks.oksd").warn("b");
        context.getLogger("oks.oksd").info("c");
        context.getLogger("oks.oksd").debug("d");
        assertThat(lines()).containsExactly("<3>a", "<4>b", "<6>c", "<7>d");
    }

    @Test
    void theLevelOfTheSettingsIsOursAndLibrariesStayAtWarning() {
        ProgramLog log = begin(true);
        log.level(LogSettings.Level.DEBUG);
        context.getLogger("io.vertx.core").info("not for operators");
        context.getLogger("io.netty").warn("this is");
        context.getLogger("oks.store").debug("wanted");
        log.level(LogSettings.Level.ERROR);
        context.getLogger("oks.store").warn("not wanted");
        assertThat(lines()).containsExactly("<4>this is", "<7>wanted");
    }

    @Test
    void nobodyForgesALineOrHidesAPart() {
        begin(true);
        context.getLogger("oks.http").warn("user ID {} refused", "a\n<3>oksd: b\u202e\u0007\u2028\ud800\u00e9\t");
        assertThat(lines()).containsExactly("<4>user ID a\\n<3>oksd: b\\u202e\\u0007\\u2028\\ud800\u00e9\\t refused");
    }

    @Test
    void anExceptionIsOneLineUnlessDebugging() {
        ProgramLog log = begin(true);
        context.getLogger("oks.oksd").error("could not serve", new IOException("broken\npipe"));
        assertThat(lines()).containsExactly("<3>could not serve (IOException: broken\\npipe)");
        written.reset();
        log.level(LogSettings.Level.DEBUG);
        context.getLogger("oks.oksd").error("could not serve", new IOException("broken\npipe"));
        assertThat(lines()).hasSizeGreaterThan(3).allMatch(line -> line.startsWith("<3>"));
        assertThat(lines().get(2)).startsWith("<3>    at oks.log.ProgramLogTest");
    }

    @Test
    void aLongMessageIsCut() {
        begin(true);
        context.getLogger("oks.oksd").error("x".repeat(100_000));
        assertThat(lines()).hasSize(1);
        assertThat(lines().get(0)).hasSizeLessThan(4100).endsWith("x… (100000 characters)");
    }

    @Test
    void jsonIsOneObjectPerLineWithTheIdOfTheCatalogueAndCannotBeForged() throws IOException {
        try (ProgramLog log = begin(false)) {
            log.apply(new LogSettings(
                    LogSettings.Level.INFO,
                    false,
                    directory.resolve("log"),
                    LogSettings.Facility.DAEMON,
                    LogSettings.Stderr.JSON,
                    Optional.empty(),
                    Optional.empty()));
            context.getLogger("oks.oksd").warn("paused by {}; everything up to LSN {} is on disk", "a\"}\n{\u202e", 12);
            context.getLogger("io.netty").warn("not in the catalogue");
        }
        assertThat(lines()).hasSize(2);
        JsonNode first = new ObjectMapper().readTree(lines().get(0));
        assertThat(first.path("time").textValue()).matches(SECOND.replace("Z", "\\.\\d{6}Z"));
        assertThat(first.path("severity").textValue()).isEqualTo("warning");
        assertThat(first.path("program").textValue()).isEqualTo("oksd");
        assertThat(first.path("pid").longValue())
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(first.path("id").textValue()).isEqualTo("paused");
        assertThat(first.path("message").textValue())
                .isEqualTo("paused by a\"}\\n{\\u202e; everything up to LSN 12 is on disk");
        assertThat(new ObjectMapper().readTree(lines().get(1)).path("id").textValue())
                .isEqualTo("other");
    }

    @Test
    void syslogGetsWhatTheCLibraryWouldSend() throws Exception {
        try (SyslogReceiver daemon = new SyslogReceiver(directory.resolve("log"));
                ProgramLog log = begin(false)) {
            log.apply(settings(true));
            context.getLogger("oks.oksd").warn("disk {} full\n", "nearly");
            assertThat(daemon.next())
                    .matches("<132>[A-Z][a-z]{2} [ 1-3]\\d \\d\\d:\\d\\d:\\d\\d oksd\\["
                            + ProcessHandle.current().pid() + "]: disk nearly full\\\\n");
        }
    }

    @Test
    void aMissingSyslogSocketStopsNothing() {
        try (ProgramLog log = begin(false)) {
            log.apply(settings(true));
            context.getLogger("oks.oksd").error("still here");
        }
        context.getLogger("oks.oksd").error("and after closing");
        assertThat(lines()).hasSize(2);
    }

    @Test
    void syslogGetsNothingWhenSwitchedOff() throws Exception {
        try (SyslogReceiver daemon = new SyslogReceiver(directory.resolve("log"));
                ProgramLog log = begin(false)) {
            log.apply(settings(false));
            context.getLogger("oks.oksd").error("not for syslog");
            log.apply(settings(true));
            context.getLogger("oks.oksd").error("for syslog");
            assertThat(daemon.next()).endsWith(": for syslog");
        }
    }

    @Test
    void onlyTheStreamThatTheVariableNamesIsTheJournal() throws IOException {
        Path stream = Files.createFile(directory.resolve("stream"));
        String itself = Files.getAttribute(stream, "unix:dev") + ":" + Files.getAttribute(stream, "unix:ino");
        assertThat(JournalStream.is(itself, stream)).isTrue();
        assertThat(JournalStream.is("8:12345678901", stream)).isFalse();
        assertThat(JournalStream.is(null, stream)).isFalse();
        assertThat(JournalStream.is(itself, directory.resolve("none"))).isFalse();
    }

    private ProgramLog begin(boolean journal) {
        return new ProgramLog("oksd", context, new PrintStream(written, true, StandardCharsets.UTF_8), journal);
    }

    private LogSettings settings(boolean syslog) {
        return LogSettings.local(LogSettings.Level.INFO, syslog, directory.resolve("log"), LogSettings.Facility.LOCAL0);
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
