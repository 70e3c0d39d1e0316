package oks.man;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** oks-http(8), CONFORMANCE: every test that it names exists. */
final class ConformancePageTest {
    private static final Pattern NAMED = Pattern.compile("(?m)^\\.Li (\\w+)#(\\w+)$");
    private static final Path TESTS = Path.of("../oks-http/src/test/java/oks/http");

    @Test
    void everyTestThatThePageNamesExists() throws IOException {
        List<MatchResult> named = NAMED.matcher(ManualPages.section("oks-http.8", "CONFORMANCE")).results().toList();
        assertThat(named).hasSizeGreaterThan(30);
        for (MatchResult test : named) {
            assertThat(TESTS.resolve(test.group(1) + ".java")).content().as(test.group()).contains(" void " + test.group(2) + "(");
        }
    }
}
