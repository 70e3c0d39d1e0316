package oks.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import oks.testing.Screen;
import org.junit.jupiter.api.Test;

final class ProgressDisplayTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(written, true, StandardCharsets.UTF_8);
    private final AtomicLong clock = new AtomicLong();

    /** Tells of so many steps of one second each. */
    private void work(ProgressDisplay display, int seconds, long each) {
        for (int second = 1; second <= seconds; second++) {
            clock.set(TimeUnit.SECONDS.toNanos(second));
            display.to(second * each);
        }
    }

    @Test
    void workOfLessThanTenSecondsIsNoLine() {
        try (ProgressDisplay display = ProgressDisplays.lines(err, clock::get, "replaying", 900, "changes")) {
            work(display, 9, 100);
        }
        try (ProgressDisplay display = ProgressDisplays.lines(err, clock::get, "reading", 0, "bytes")) {
            display.to(5 << 20);
        }
        assertThat(lines()).isEmpty();
    }

    @Test
    void everyTenthOfTheWorkIsALineButNotMoreOftenThanEveryTenSeconds() {
        try (ProgressDisplay display = ProgressDisplays.lines(err, clock::get, "replaying", 1000, "changes")) {
            work(display, 40, 25); // a tenth every four seconds
        }
        assertThat(lines())
                .containsExactly(
                        "replaying: 25 % (250 of 1000 changes)", "replaying: 50 % (500 of 1000 changes)",
                        "replaying: 75 % (750 of 1000 changes)", "replaying: 100 % (1000 of 1000 changes)");
        written.reset();
        clock.set(0);
        try (ProgressDisplay display = ProgressDisplays.lines(err, clock::get, "replaying", 250, "changes")) {
            work(display, 250, 1); // a tenth every 25 seconds
        }
        assertThat(lines())
                .hasSize(10)
                .startsWith("replaying: 10 % (25 of 250 changes)")
                .endsWith("replaying: 100 % (250 of 250 changes)");
    }

    @Test
    void slowWorkIsALineEveryThirtySeconds() {
        try (ProgressDisplay display = ProgressDisplays.lines(err, clock::get, "copying", 1000, "files")) {
            work(display, 75, 1);
        }
        assertThat(lines()).containsExactly("copying: 3 % (30 of 1000 files)", "copying: 6 % (60 of 1000 files)");
    }

    @Test
    void workWithoutAKnownEndSaysHowMuchIsDone() {
        try (ProgressDisplay display = ProgressDisplays.lines(err, clock::get, "reading", 0, "bytes")) {
            display.to(5 << 20);
            clock.set(TimeUnit.SECONDS.toNanos(30));
            display.to(6 << 20);
            display.to(7 << 20);
        }
        assertThat(lines()).containsExactly("reading: 6 MB", "reading: 7 MB");
    }

    @Test
    void bytesHaveASpeedAndATimeThatIsLeft() {
        long[] changes = {0};
        try (ProgressDisplay display = ProgressDisplays.lines(err, clock::get, "replaying", 10_000_000, "bytes")
                .also(() -> changes[0] + " changes")) {
            clock.set(TimeUnit.SECONDS.toNanos(10));
            changes[0] = 812;
            display.to(4_000_000);
        }
        assertThat(lines()).containsExactly("replaying: 40 % (3 MB of 9 MB, 812 changes, 0.4 MB/s, 15 s left)");
    }

    @Test
    void aBarSaysAlsoWhatItIsTold() {
        Console wide = new Console(err, err, true, true, Map.of("NO_COLOR", "1", "COLUMNS", "100"));
        try (ProgressDisplay display = ProgressDisplays.begin(wide, false, "replaying", 10 << 20, "bytes")
                .also(() -> "812 changes")) {
            display.to(10 << 20);
        }
        assertThat(written.toString(StandardCharsets.UTF_8)).contains("100% [####", "10.0 of 10.0 MiB", "812 changes");
    }

    @Test
    void aTerminalGetsABar() {
        try (ProgressDisplay display = ProgressDisplays.begin(console(true), false, "replaying", 10, "changes")) {
            display.to(4);
            display.to(10, 10);
        }
        String shown = written.toString(StandardCharsets.UTF_8);
        assertThat(shown).contains("\r", "replaying", "100%").doesNotContain("\n");
        assertThat(shown.split("\r"))
                .allMatch(line -> line.replace("\u001b[K", "").length() < 60);
        assertThat(Screen.of(written.toString(StandardCharsets.UTF_8)))
                .as("nothing is left over")
                .containsExactly("");
    }

    @Test
    void quietShowsNothing() {
        try (ProgressDisplay display = ProgressDisplays.begin(console(true), true, "replaying", 10, "changes")) {
            display.to(10);
        }
        assertThat(lines()).isEmpty();
    }

    @Test
    void noTerminalGetsNoBar() {
        try (ProgressDisplay display = ProgressDisplays.begin(console(false), false, "replaying", 10, "changes")) {
            display.to(10);
        }
        assertThat(lines()).isEmpty();
    }

    private Console console(boolean terminal) {
        return new Console(err, err, terminal, terminal, Map.of("NO_COLOR", "1", "COLUMNS", "60"));
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
