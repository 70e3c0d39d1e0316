package oks.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import oks.config.LogSettings;
import oks.testing.ExternalProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real rsyslogd takes our messages, before and after it is started again. */
final class RsyslogTest {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    private Path directory;

    @Test
    void rsyslogdFilesOurMessagesWithTagSeverityAndFacilityAlsoAfterItsRestart() throws Exception {
        Path program = ExternalProgram.require("rsyslogd", "rsyslog");
        LoggerContext context = new LoggerContext();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        try (ProgramLog log = new ProgramLog("oksd", context, nowhere, false)) {
            log.apply(new LogSettings(
                    LogSettings.Level.INFO, true, directory.resolve("log"), LogSettings.Facility.DAEMON));
            Process first = start(program);
            try {
                context.getLogger("oks.oksd").error("first \u00e9\nline");
                await(() -> filed().contains("first"));
            } finally {
                stop(first);
            }
            Process second = start(program);
            try {
                context.getLogger("oks.oksd").info("second line");
                await(() -> filed().contains("second"));
            } finally {
                stop(second);
            }
        }
        long pid = ProcessHandle.current().pid();
        assertThat(filed().lines()).containsExactly(
                "daemon err oksd[" + pid + "]: first \u00e9\\nline", "daemon info oksd[" + pid + "]: second line");
    }

    private Process start(Path program) throws IOException {
        Path configuration = Files.writeString(directory.resolve("rsyslog.conf"), """
                module(load="imuxsock" SysSock.Use="off")
                input(type="imuxsock" Socket="%1$s/log" CreatePath="off")
                template(name="parts" type="string" string="%%syslogfacility-text%% %%syslogseverity-text%% %%syslogtag%%%%msg%%\\n")
                action(type="omfile" file="%1$s/filed" template="parts")
                """.formatted(directory));
        Path pidFile = directory.resolve("rsyslogd.pid");
        return new ProcessBuilder(
                        program.toString(), "-n", "-f", configuration.toString(), "-i", pidFile.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("rsyslogd.out").toFile())
                .start();
    }

    private static void stop(Process daemon) throws InterruptedException {
        daemon.destroy();
        if (!daemon.waitFor(30, TimeUnit.SECONDS)) {
            daemon.destroyForcibly().waitFor();
        }
    }

    private String filed() {
        try {
            Path file = directory.resolve("filed");
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + MOST_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
