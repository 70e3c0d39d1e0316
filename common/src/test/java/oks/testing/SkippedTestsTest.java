package oks.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

final class SkippedTestsTest {
    private final String before = System.getProperty("oks.skipped", "");

    @TempDir
    private Path root;

    @AfterEach
    void restore() {
        System.setProperty("oks.skipped", before);
    }

    @Test
    void aSkippedTestIsListedWithWhatBringsItsProgram() throws Exception {
        Path notes = root.resolve("module/target/skipped-tests");
        System.setProperty("oks.skipped", notes.toString());
        run(Sample.class);
        assertThat(Files.readAllLines(notes.resolve(Sample.class.getName())))
                .containsExactly(Sample.class.getName()
                        + ".needsAProgram: program nothing is missing: apt-get install no-such-package");
        assertThat(printed())
                .isEqualTo("skipped tests: 1\n  " + Sample.class.getName()
                        + ".needsAProgram: program nothing is missing: apt-get install no-such-package\n");
    }

    /** Whichever process ran it before. */
    @Test
    void aClassIsNotedAnewWheneverItIsRun() throws Exception {
        Path notes = root.resolve("target/skipped-tests");
        System.setProperty("oks.skipped", notes.toString());
        Path old = Files.createDirectories(notes).resolve(Whole.class.getName());
        Files.writeString(old, "of an earlier run\n");
        Files.writeString(notes.resolve(Sample.class.getName()), "of an earlier run\n");
        run(Whole.class);
        run(Sample.class);
        assertThat(old).doesNotExist();
        assertThat(printed()).startsWith("skipped tests: 1\n").doesNotContain("earlier");
    }

    private static void run(Class<?> tests) {
        LauncherFactory.create(LauncherConfig.builder()
                        .enableTestExecutionListenerAutoRegistration(false)
                        .build())
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(tests))
                                .build(),
                        new SkippedTests());
    }

    @Test
    void nothingSkippedIsNothingSaid() throws Exception {
        assertThat(printed()).isEmpty();
    }

    private String printed() throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            SkippedTestsReport.main(new String[] {root.toString()});
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Only run by the test above: Surefire passes over nested classes that are static. */
    static final class Sample {
        @Test
        void needsAProgram() {
            abort("program nothing is missing: apt-get install no-such-package");
        }

        @Test
        void needsNothing() {
            assertThat(Sample.class).isFinal();
        }
    }

    /** The same. */
    static final class Whole {
        @Test
        void needsNothing() {
            assertThat(Whole.class).isFinal();
        }
    }
}
