package oks.http.page;

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
import java.util.stream.Stream;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * The templates of the pages in one language: those of an operator's directory, and from the jar those that are not
 * there; of each the one in that language, such as "help.de.mustache", before the one without. They are written in
 * Mustache; what a page shows is in the record of the same name, and oks-http(8) lists it.
 *
 * <p>Values are hostile text: a template cannot insert one unescaped, except for the three that are made here.
 * Immutable.
 */
public final class PageTemplates {
    /** The files that come with the program. */
    public static final List<String> FILES = List.of(
            "page.mustache",
            "start.mustache",
            "results.mustache",
            "certificate.mustache",
            "statistics.mustache",
            "upload.mustache",
            "help.mustache",
            "api.mustache",
            "error.mustache",
            "search.mustache",
            "badge.mustache",
            "dates.mustache",
            "signatures.mustache",
            "page.de.mustache",
            "start.de.mustache",
            "results.de.mustache",
            "certificate.de.mustache",
            "statistics.de.mustache",
            "upload.de.mustache",
            "help.de.mustache",
            "api.de.mustache",
            "error.de.mustache",
            "search.de.mustache",
            "dates.de.mustache",
            "signatures.de.mustache",
            "de.words",
            "oks.css",
            "favicon.svg",
            "robots.txt");

    static final String SUFFIX = ".mustache";
    static final String WORDS = ".words";

    private static final List<String> NAMES = FILES.stream()
            .filter(file -> file.endsWith(SUFFIX))
            .map(file -> file.substring(0, file.length() - SUFFIX.length()))
            .filter(name -> !name.contains("."))
            .toList();
    private static final Pattern UNESCAPED = Pattern.compile("\\{\\{(?:\\{([^}]*)\\}\\}\\}|&([^}]*)\\}\\})");
    private static final Pattern OTHER_DELIMITERS = Pattern.compile("\\{\\{=");
    private static final Pattern AT_LINE = Pattern.compile("(.*?) @ line (\\d+)", Pattern.DOTALL);
    private static final Set<String> HTML = Set.of("content", "qr", "plot");

    private final Optional<Path> directory;
    private final String language;
    private final Map<String, String> sources = new HashMap<>();
    private final Map<String, Template> compiled = new HashMap<>();
    private final Mustache.Compiler compiler = Mustache.compiler()
            .withEscaper(HtmlText::of)
            .withLoader(this::reader)
            .strictSections(true)
            .emptyStringIsFalse(true)
            .zeroIsFalse(true);

    private PageTemplates(Optional<Path> directory, String language) {
        this.directory = directory;
        this.language = language;
    }

    /**
     * Reads all templates, and renders each with samples of what it will show.
     *
     * @param language its tag, such as "de"
     * @throws OperatorFault USAGE for a template that is broken, with its file and line
     */
    public static PageTemplates read(Optional<Path> directory, String language) {
        PageTemplates templates = new PageTemplates(directory, language);
        NAMES.forEach(templates::compile);
        PageSamples.ALL.forEach(templates::tryOut);
        return templates;
    }

    /** A whole page: the template of this name for the content, "page" around it. */
    public String render(String name, String title, Object view, PageContext around) {
        StringWriter content = new StringWriter();
        compiled.get(name).execute(view, around, content);
        StringWriter page = new StringWriter();
        compiled.get("page")
                .execute(Map.of("title", title, "content", content.toString(), "lang", language), around, page);
        return page.toString();
    }

    /** A file that comes with the program. */
    public static byte[] standard(String file) {
        try (InputStream in = PageTemplates.class.getResourceAsStream(file)) {
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
            throw located.matches()
                    ? broken(name, Integer.parseInt(located.group(2)), located.group(1))
                    : broken(name, 1, e.getMessage());
        }
    }

    private void tryOut(String name, List<Object> samples) {
        for (Object sample : samples) {
            try {
                for (PageContext around : PageSamples.AROUND) {
                    render(name, "sample", sample, around);
                }
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
        return sources.keySet().stream()
                .sorted()
                .filter(other -> mentions(other, key, line))
                .findFirst()
                .orElse(name);
    }

    private boolean mentions(String name, String key, int line) {
        return sources.get(name)
                .lines()
                .skip(line - 1L)
                .findFirst()
                .filter(text -> text.contains(key))
                .isPresent();
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

    /** The operator's file of a template, in this language before all, if there is one. */
    private Optional<Path> own(String name) {
        return directory.flatMap(known -> Stream.of(inLanguage(name), name + SUFFIX)
                .map(known::resolve)
                .filter(Files::exists)
                .findFirst());
    }

    private String inLanguage(String name) {
        return name + "." + language + SUFFIX;
    }

    private String text(String name) {
        Optional<Path> own = own(name);
        if (own.isPresent()) {
            return read(own.get());
        }
        String file = FILES.contains(inLanguage(name)) ? inLanguage(name) : name + SUFFIX;
        if (!FILES.contains(file)) {
            throw new MustacheException("there is no template \"" + file + "\" to include");
        }
        return new String(standard(file), StandardCharsets.UTF_8);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw OperatorFault.of(ExitCode.USAGE, "could not read template \"%s\" as UTF-8: %s", file, e.getMessage())
                    .because(e);
        }
    }

    /**
     * The words of a language: those of the directory, or those that come with the program.
     *
     * @throws OperatorFault USAGE for a file that is broken, or for a language that has none
     */
    public static Words words(Optional<Path> directory, String language) {
        String file = language + WORDS;
        Optional<Path> own = directory.map(known -> known.resolve(file)).filter(Files::exists);
        try {
            if (own.isPresent()) {
                return Words.read(language, read(own.get()));
            }
            if (language.equals(Words.ENGLISH.language())) {
                return Words.ENGLISH;
            }
            if (FILES.contains(file)) {
                return Words.read(language, new String(standard(file), StandardCharsets.UTF_8));
            }
        } catch (Words.BadLine e) {
            throw OperatorFault.of(
                            ExitCode.USAGE,
                            "file \"%s\", line %d: %s",
                            own.map(Path::toString).orElse(file),
                            e.line(),
                            e.getMessage())
                    .next("correct the file, or remove it to use the one that comes with oks-http");
        }
        throw OperatorFault.of(
                        ExitCode.USAGE,
                        "pages.languages has \"%s\", but there is no file \"%s\" in pages.directory",
                        language,
                        file)
                .next("write it and the templates of the language, as oks-http(8) says, or leave the language out");
    }

    private void refuse(String name, String text, Pattern forbidden, String why) {
        Matcher found = forbidden.matcher(text);
        while (found.find()) {
            String value = found.groupCount() == 0 ? "" : found.group(1) == null ? found.group(2) : found.group(1);
            if (!HTML.contains(value.strip())) {
                throw broken(
                        name,
                        1
                                + (int) text.substring(0, found.start())
                                        .chars()
                                        .filter(c -> c == '\n')
                                        .count(),
                        why);
            }
        }
    }

    private OperatorFault broken(String name, int line, String why) {
        String file = own(name).map(Path::toString).orElse(name + SUFFIX);
        String what = Character.toLowerCase(why.charAt(0)) + why.substring(1);
        return OperatorFault.of(ExitCode.USAGE, "template \"%s\", line %d: %s", file, line, what)
                .next("correct the template, or remove it to use the one that comes with oks-http");
    }
}
