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
        System.setProperty(
                "oks.skipped", root.resolve("module/target/skipped-unit-tests").toString());
        LauncherFactory.create(LauncherConfig.builder()
                        .enableTestExecutionListenerAutoRegistration(false)
                        .build())
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(Sample.class))
                                .build(),
                        new SkippedTests());
        assertThat(Files.readAllLines(root.resolve("module/target/skipped-unit-tests")))
                .containsExactly(Sample.class.getName()
                        + ".needsAProgram: program nothing is missing: apt-get install no-such-package");
        assertThat(printed())
                .isEqualTo("skipped tests: 1\n  " + Sample.class.getName()
                        + ".needsAProgram: program nothing is missing: apt-get install no-such-package\n");
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
}
