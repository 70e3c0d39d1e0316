package oks.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import oks.testing.ExternalProgram;
import oks.testing.Screen;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Progress bars of the real programs, on pseudo terminals of script(1). */
final class ProgressIT {
    private static final Path PREFIX = Path.of("target", "oks").toAbsolutePath();

    @TempDir
    private static Path scratch;

    private static Path conf;
    private static Path backup;

    @BeforeAll
    static void makeADatabase() throws Exception {
        conf = Files.writeString(
                Files.createDirectory(scratch.resolve("etc")).resolve("oksd.conf"), "[log]\nsyslog = false\n");
        backup = Files.createDirectory(scratch.resolve("backup"));
        ProcessBuilder builder = new ProcessBuilder(PREFIX.resolve("bin/oksd").toString(), conf.toString())
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("log").toFile());
        builder.environment().put("OKS_PROCESS_ALLOW_ROOT", "true");
        Process oksd = builder.start();
        try {
            for (int i = 0; i < 300 && !oksctl("status").out().contains("state          running"); i++) {
                assertThat(oksd.isAlive())
                        .as(Files.readString(scratch.resolve("log")))
                        .isTrue();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
            assertThat(oksctl(
                                    "load",
                                    Path.of("src/main/share/samples.asc")
                                            .toAbsolutePath()
                                            .toString())
                            .status())
                    .isZero();
        } finally {
            oksd.destroy();
            assertThat(oksd.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static Run oksctl(String... words) throws Exception {
        String[] all = Arrays.copyOf(words, words.length + 2);
        all[words.length] = "--conf";
        all[words.length + 1] = conf.toString();
        return Run.of(Map.of(), PREFIX.resolve("bin/oksctl"), all);
    }

    @Test
    void onANarrowAsciiTerminalBarsAreWholeAndGoneInTheEnd() throws Exception {
        String written =
                onTerminal(Map.of("LC_ALL", "", "LANG", "C"), 40, "oks-backup full " + backup + " --conf " + conf, 0);
        assertBars(written, 40);
        assertThat(written).contains("#").matches("(?s)\\p{ASCII}*");
        assertThat(Screen.of(written))
                .anyMatch(line -> line.startsWith("archived database"))
                .noneMatch(line -> line.contains("%"));
    }

    @Test
    void onATerminalWithUnicodeBarsAreBlocks() throws Exception {
        String written =
                onTerminal(Map.of("LC_ALL", "C.UTF-8"), 80, "oks-backup full " + backup + " --conf " + conf, 0);
        assertBars(written, 80);
        assertThat(written).contains("█");
        assertThat(Screen.of(written))
                .anyMatch(line -> line.startsWith("archived database"))
                .noneMatch(line -> line.contains("%"));
    }

    @Test
    void aSignalLeavesNothingOnTheScreen() throws Exception {
        String written = onTerminal(
                Map.of("LC_ALL", "", "LANG", "C"),
                80,
                "oks-backup full " + backup + " --compress none --rate 1KiB --conf " + conf + " & "
                        + "tries=0; until grep -q '[0-9]%' \"$TYPESCRIPT\" || [ $tries = 600 ]; do "
                        + "sleep 0.1; tries=$((tries + 1)); done; kill -TERM $!; wait $!",
                143);
        assertBars(written, 80);
        assertThat(Screen.of(written)).as(written).noneMatch(line -> line.contains("%"));
    }

    @Test
    void aFaultStandsAloneOnTheScreen() throws Exception {
        Path broken = Files.createDirectory(scratch.resolve("broken"));
        Path archive = broken.resolve("sample-20261122104902-1.full.tar");
        Files.write(archive, new byte[1 << 20]);
        String written = onTerminal(Map.of("LC_ALL", "", "LANG", "C"), 60, "oks-backup verify " + broken, 5);
        assertThat(Screen.of(written))
                .as(written)
                .anyMatch(line -> line.startsWith("BAD "))
                .noneMatch(line -> line.contains("%"));
    }

    /** Every line that was drawn fits, and says a whole percentage or amount. */
    private static void assertBars(String written, int width) {
        List<String> drawn = Arrays.stream(written.split("[\r\n]|\u001b\\[K"))
                .filter(line -> line.matches(".*\\d%.*"))
                .toList();
        assertThat(drawn)
                .as(written)
                .isNotEmpty()
                .allMatch(line -> line.length() < width)
                .allMatch(line -> line.matches("[a-z ]+ {1,3}\\d{1,3}%( \\[[#█▏▎▍▌▋▊▉ ]+])?( .*)?"));
    }

    /** What a command writes to a terminal of so many columns; nobody exports COLUMNS. */
    private static String onTerminal(Map<String, String> environment, int columns, String command, int status)
            throws IOException, InterruptedException {
        Path script = ExternalProgram.require("script", "bsdutils");
        Path typescript = Files.createTempFile(scratch, "typescript", "");
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.put("COLUMNS", "");
        all.put("LC_CTYPE", "");
        all.put("TERM", "xterm");
        all.put("TYPESCRIPT", typescript.toString());
        all.put("PATH", PREFIX.resolve("bin") + ":" + System.getenv("PATH"));
        Run run = Run.of(
                all, script, "-q", "-e", "-f", "-c", "stty cols " + columns + "; " + command, typescript.toString());
        String written =
                Files.readString(typescript, StandardCharsets.UTF_8).replaceAll("(?m)^Script (started|done).*\\R?", "");
        assertThat(run.status()).as(written + run.err()).isEqualTo(status);
        return written;
    }
}
