package oks.http;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.MustacheParseException;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * The templates of the pages: those of an operator's directory, and from the jar those that are not there. The language is
 * Mustache; what a page shows is in the record of the same name, and oks-http(8) lists it.
 *
 * <p>Values are hostile text: a template cannot insert one unescaped, except for the three that are made here. Immutable.
 */
final class PageTemplates {
    /** The files that come with the program. */
    static final List<String> FILES = List.of("page.mustache", "start.mustache", "results.mustache", "certificate.mustache",
            "statistics.mustache", "upload.mustache", "help.mustache", "error.mustache", "search.mustache", "badge.mustache", "dates.mustache",
            "signatures.mustache", "oks.css", "favicon.svg", "robots.txt");

    static final String SUFFIX = ".mustache";
    private static final Pattern UNESCAPED = Pattern.compile("\\{\\{(?:\\{([^}]*)\\}\\}\\}|&([^}]*)\\}\\})");
    private static final Pattern OTHER_DELIMITERS = Pattern.compile("\\{\\{=");
    private static final Pattern AT_LINE = Pattern.compile("(.*?) @ line (\\d+)", Pattern.DOTALL);
    private static final Set<String> HTML = Set.of("content", "qr", "plot");

    private final Optional<Path> directory;
    private final Map<String, String> sources = new HashMap<>();
    private final Map<String, Template> compiled = new HashMap<>();
    private final Mustache.Compiler compiler = Mustache.compiler().withEscaper(HtmlText::of).withLoader(this::reader)
            .strictSections(true).emptyStringIsFalse(true).zeroIsFalse(true);

    private PageTemplates(Optional<Path> directory) {
        this.directory = directory;
    }

    /**
     * Reads all templates, and renders each with samples of what it will show.
     *
     * @throws OperatorFault USAGE for a template that is broken, with its file and line
     */
    static PageTemplates read(Optional<Path> directory) {
        PageTemplates templates = new PageTemplates(directory);
        for (String file : FILES) {
            if (file.endsWith(SUFFIX)) {
                templates.compile(file.substring(0, file.length() - SUFFIX.length()));
            }
        }
        PageSamples.ALL.forEach(templates::tryOut);
        return templates;
    }

    /**
     * What every template can show.
     *
     * @param base from the page to the first one, so that links lead there under any path: "./" or "../" and so on
     * @param site what the server is called
     */
    record Surroundings(String base, String site) { }

    /** A whole page: the template of this name for the content, "page" around it. */
    String render(String name, String title, Object view, Surroundings around) {
        StringWriter content = new StringWriter();
        compiled.get(name).execute(view, around, content);
        StringWriter page = new StringWriter();
        compiled.get("page").execute(Map.of("title", title, "content", content.toString()), around, page);
        return page.toString();
    }

    /** A file that comes with the program. */
    static byte[] standard(String file) {
        try (InputStream in = PageTemplates.class.getResourceAsStream("pages/" + file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compile(String name) {
        try {
            compiled.put(name, compiler.compile(source(name)));
        } catch (MustacheParseException e) {
            Matcher located = AT_LINE.matcher(e.getMessage());
            throw located.matches() ? broken(name, Integer.parseInt(located.group(2)), located.group(1)) : broken(name, 1, e.getMessage());
        }
    }

    private void tryOut(String name, List<Object> samples) {
        for (Object sample : samples) {
            try {
                render(name, "sample", sample, new Surroundings("./", "sample"));
            } catch (MustacheException.Context e) {
                throw broken(holder(name, e.key, e.lineNo), e.lineNo, "there is no \"" + e.key + "\" to show");
            } catch (MustacheException e) {
                throw broken(name, 1, e.getMessage());
            }
        }
    }

    /** The template, or the part that it includes, that has the key in this line. */
    private String holder(String name, String key, int line) {
        if (mentions(name, key, line)) {
            return name;
        }
        return sources.keySet().stream().sorted().filter(other -> mentions(other, key, line)).findFirst().orElse(name);
    }

    private boolean mentions(String name, String key, int line) {
        return sources.get(name).lines().skip(line - 1L).findFirst().filter(text -> text.contains(key)).isPresent();
    }

    private Reader reader(String name) {
        return new StringReader(source(name));
    }

    private String source(String name) {
        String known = sources.get(name);
        if (known != null) {
            return known;
        }
        String text = text(name);
        sources.put(name, text);
        refuse(name, text, UNESCAPED, "values cannot be inserted unescaped, except for content, qr and plot");
        refuse(name, text, OTHER_DELIMITERS, "other delimiters than braces are not offered");
        return text;
    }

    private String text(String name) {
        Optional<Path> own = directory.map(known -> known.resolve(name + SUFFIX)).filter(Files::exists);
        if (own.isEmpty()) {
            if (!FILES.contains(name + SUFFIX)) {
                throw new MustacheException("there is no template \"" + name + SUFFIX + "\" to include");
            }
            return new String(standard(name + SUFFIX), StandardCharsets.UTF_8);
        }
        try {
            return Files.readString(own.get());
        } catch (IOException e) {
            throw OperatorFault.of(ExitCode.USAGE, "could not read template \"%s\" as UTF-8: %s", own.get(), e.getMessage()).because(e);
        }
    }

    private void refuse(String name, String text, Pattern forbidden, String why) {
        Matcher found = forbidden.matcher(text);
        while (found.find()) {
            String value = found.groupCount() == 0 ? "" : found.group(1) == null ? found.group(2) : found.group(1);
            if (!HTML.contains(value.strip())) {
                throw broken(name, 1 + (int) text.substring(0, found.start()).chars().filter(c -> c == '\n').count(), why);
            }
        }
    }

    private OperatorFault broken(String name, int line, String why) {
        String file = directory.map(known -> known.resolve(name + SUFFIX)).filter(Files::exists).map(Path::toString).orElse(name + SUFFIX);
        String what = Character.toLowerCase(why.charAt(0)) + why.substring(1);
        return OperatorFault.of(ExitCode.USAGE, "template \"%s\", line %d: %s", file, line, what)
                .next("correct the template, or remove it to use the one that comes with oks-http");
    }
}
