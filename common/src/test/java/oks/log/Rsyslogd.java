package oks.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import oks.testing.ExternalProgram;

/** A real rsyslogd that files what it gets, a line per message. Several may follow each other in one directory. */
final class Rsyslogd implements AutoCloseable {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Path directory;
    private final Process daemon;

    /**
     * Starts one.
     *
     * @param inputs its modules and inputs, in the language of rsyslog.conf(5)
     * @param template what is filed of a message, without the line end
     */
    Rsyslogd(Path directory, String inputs, String template) throws IOException {
        this.directory = directory;
        Path program = ExternalProgram.require("rsyslogd", "rsyslog");
        Path configuration = Files.writeString(
                directory.resolve("rsyslog.conf"), String.format(Locale.ROOT, """
                %s
                template(name="parts" type="string" string="%s\\n")
                action(type="omfile" file="%s/filed" template="parts")
                """, inputs, template, directory));
        daemon = new ProcessBuilder(
                        program.toString(),
                        "-n",
                        "-f",
                        configuration.toString(),
                        "-i",
                        directory.resolve("rsyslogd.pid").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("rsyslogd.out").toFile())
                .start();
    }

    /** Waits until some text was filed. */
    void await(String text) throws IOException {
        long end = System.nanoTime() + MOST_NANOS;
        while (filed(directory).stream().noneMatch(line -> line.contains(text))) {
            assertThat(System.nanoTime())
                    .as("waited in vain; rsyslogd says %s", Files.readString(directory.resolve("rsyslogd.out")))
                    .isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /** What was filed so far, by all that ran in this directory. */
    static List<String> filed(Path directory) throws IOException {
        Path file = directory.resolve("filed");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    @Override
    public void close() {
        daemon.destroy();
        daemon.onExit().completeOnTimeout(daemon, 30, TimeUnit.SECONDS).join();
        daemon.destroyForcibly().onExit().join();
    }
}
