package oks.http.page;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.http.answer.Answer;

/** Style sheets and images of an operator's directory, held in memory, and what comes with the program. Immutable. */
final class StaticFiles {
    private static final long LARGEST = 1 << 20;
    private static final int MOST = 100;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("gif", "image/gif"),
            Map.entry("html", Answer.HTML),
            Map.entry("ico", "image/x-icon"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("png", "image/png"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("txt", Answer.TEXT),
            Map.entry("webp", "image/webp"),
            Map.entry("woff2", "font/woff2"));

    private final Map<String, Answer> files = new HashMap<>();

    private StaticFiles() {
        PageTemplates.FILES.stream()
                .filter(file -> !isForPages(file))
                .forEach(file -> put(file, PageTemplates.standard(file)));
    }

    /**
     * Reads the files.
     *
     * @throws OperatorFault USAGE for one that cannot be served
     */
    static StaticFiles read(Optional<Path> directory) {
        StaticFiles files = new StaticFiles();
        directory.ifPresent(files::readAll);
        return files;
    }

    private static boolean isForPages(String file) {
        return file.endsWith(PageTemplates.SUFFIX) || file.endsWith(PageTemplates.WORDS);
    }

    /** The file at a path such as {@code /oks.css}. */
    Optional<Answer> at(String path) {
        return path.startsWith("/")
                ? Optional.ofNullable(files.get(path.substring(1))).or(() -> icon(path))
                : Optional.empty();
    }

    /** The icon that browsers ask for by themselves. */
    private Optional<Answer> icon(String path) {
        return path.equals("/favicon.ico") ? Optional.ofNullable(files.get("favicon.svg")) : Optional.empty();
    }

    private void readAll(Path directory) {
        try (Stream<Path> listed = Files.list(directory)) {
            List<Path> own = listed.sorted()
                    .filter(file -> !file.getFileName().toString().startsWith(".") && !isForPages(file.toString()))
                    .toList();
            if (own.size() > MOST) {
                throw fault("directory \"%s\" has %d files, but at most %d are served", directory, own.size(), MOST);
            }
            for (Path file : own) {
                add(file);
            }
        } catch (IOException e) {
            throw fault("could not read directory \"%s\": %s", directory, e.getMessage())
                    .because(e);
        }
    }

    private void add(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (!Files.isRegularFile(file) || !NAME.matcher(name).matches() || !TYPES.containsKey(extension(name))) {
            throw fault(
                    "file \"%s\" cannot be served: only plain files whose names end in %s can",
                    file, String.join(", ", TYPES.keySet().stream().sorted().toList()));
        }
        if (Files.size(file) > LARGEST) {
            throw fault("file \"%s\" has %d bytes, but at most %d are served", file, Files.size(file), LARGEST);
        }
        put(name, Files.readAllBytes(file));
    }

    private void put(String name, byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        Answer answer = Answer.of(TYPES.get(extension(name)), Buffer.buffer(bytes));
        files.put(
                name,
                Answer.guarded(answer)
                        .with(HttpHeaders.CACHE_CONTROL, "max-age=3600")
                        .with(HttpHeaders.ETAG, "W/\"" + Long.toHexString(sum.getValue()) + '"'));
    }

    private static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static OperatorFault fault(String format, Object... values) {
        return OperatorFault.of(ExitCode.USAGE, format, values)
                .next("see pages.directory in oks-http.conf(5), and oks-http(8)");
    }
}
