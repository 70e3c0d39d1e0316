package oks.man;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The pages of this module. */
final class ManualPages {
    private static final Path DIRECTORY = Path.of("").toAbsolutePath();

    private ManualPages() {}

    /** All pages, sorted by name. */
    static List<Path> all() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.getFileName().toString().matches("[a-z.-]+\\.[1-9]"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path page) {
        try {
            return Files.readString(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path page(String name) {
        return DIRECTORY.resolve(name);
    }

    static String text(String name) throws IOException {
        return Files.readString(page(name));
    }

    /** The lines of a page between a section's heading and the next one. */
    static String section(String name, String heading) throws IOException {
        String text = text(name);
        String begin = "\n.Sh " + heading + "\n";
        int from = text.indexOf(begin);
        if (from < 0) {
            return "";
        }
        int to = text.indexOf("\n.Sh ", from + begin.length());
        return text.substring(from + begin.length(), to < 0 ? text.length() : to + 1);
    }
}
