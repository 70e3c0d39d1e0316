package oks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The build runs what is named …Test or …IT, and passes over everything else without a word. */
class TestNamesTest {
    private static final Pattern TEST = Pattern.compile(
            "^ *@(Test|ParameterizedTest|RepeatedTest|TestFactory|Property|Example)\\b", Pattern.MULTILINE);

    @Test
    void everyClassWithTestsHasANameThatTheBuildRuns() throws IOException {
        List<Path> withTests;
        try (Stream<Path> programs = Files.list(Path.of(".."));
                Stream<Path> qa = Files.list(Path.of("../qa"))) {
            withTests = Stream.concat(programs, qa)
                    .map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(TestNamesTest::sources)
                    .filter(TestNamesTest::hasTests)
                    .toList();
        }
        assertThat(withTests)
                .hasSizeGreaterThan(100)
                .allSatisfy(source -> assertThat(source.toString()).matches(".*(Test|IT)\\.java"));
    }

    private static Stream<Path> sources(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean hasTests(Path source) {
        try {
            return TEST.matcher(Files.readString(source)).find();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
