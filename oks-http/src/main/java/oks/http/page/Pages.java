package oks.http.page;

import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import oks.config.OksHttpSettings;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.http.answer.Answer;
import oks.http.answer.HttpFault;

/**
 * The pages for people in one of the languages, and the files beside them. Plain HTML and one style sheet; works
 * without scripts. Immutable.
 */
public final class Pages {
    private static final String LANGUAGE_IS_CHOSEN = "Accept, Accept-Language";

    private final Map<String, Translation> languages;
    private final List<String> offered;
    private final Translation translation;
    private final StaticFiles files;
    private final String contact;
    private final PageContext around;

    /** Templates and words of one language. */
    private record Translation(PageTemplates templates, Words words) {}

    private Pages(
            Map<String, Translation> languages,
            List<String> offered,
            String language,
            StaticFiles files,
            String contact,
            PageContext around) {
        this.languages = languages;
        this.offered = offered;
        this.translation = languages.get(language);
        this.files = files;
        this.contact = contact;
        this.around = around;
    }

    /**
     * Reads the pages: those of the settings' directory, and for the rest those that come with the program.
     *
     * @param search what can be searched for, which the pages say
     * @throws OperatorFault USAGE for a template or file that cannot be used, named with its line
     */
    public static Pages read(OksHttpSettings.Pages settings, OksHttpSettings.Search search) {
        Optional<Path> directory =
                settings.directory().isEmpty() ? Optional.empty() : Optional.of(Path.of(settings.directory()));
        Map<String, Translation> languages = new HashMap<>();
        for (String language : settings.languages()) {
            languages.put(
                    language,
                    new Translation(PageTemplates.read(directory, language), PageTemplates.words(directory, language)));
        }
        return new Pages(
                languages,
                settings.languages(),
                settings.languages().get(0),
                StaticFiles.read(directory),
                settings.contact(),
                PageContext.of(settings.name(), search));
    }

    /**
     * Writes the files that come with the program into a directory, for an operator to change.
     *
     * @throws OperatorFault FAILED when one of them is there already or cannot be written
     */
    public static void write(Path directory) {
        for (String file : PageTemplates.FILES) {
            if (Files.exists(directory.resolve(file))) {
                throw OperatorFault.of(
                                ExitCode.FAILED,
                                "could not write file \"%s\": it is there already",
                                directory.resolve(file))
                        .kept("nothing was written")
                        .next("name a directory that has none of these files");
            }
        }
        for (String file : PageTemplates.FILES) {
            try {
                Files.createDirectories(directory);
                Files.write(directory.resolve(file), PageTemplates.standard(file), StandardOpenOption.CREATE_NEW);
            } catch (IOException e) {
                throw OperatorFault.of(
                                ExitCode.FAILED,
                                "could not write file \"%s\": %s",
                                directory.resolve(file),
                                e.getMessage())
                        .next("name a directory that can be written")
                        .because(e);
            }
        }
    }

    /** The same pages, whose links lead from a path with this way back to the first page. */
    public Pages under(String base) {
        return base.equals(around.base())
                ? this
                : new Pages(languages, offered, translation.words.language(), files, contact, around.under(base));
    }

    /**
     * The same pages in the language that a client wants.
     *
     * @param accepted its header Accept-Language; {@code null} for none
     */
    public Pages in(String accepted) {
        String wanted = Languages.wanted(accepted, offered);
        return wanted.equals(translation.words.language())
                ? this
                : new Pages(languages, offered, wanted, files, contact, around);
    }

    /** The words of their language. */
    public Words words() {
        return translation.words;
    }

    /** The page at {@code /}. */
    public Answer start() {
        return page(200, render("start", around.site(), Map.of("search", "")));
    }

    /**
     * How to find, publish, revoke and remove.
     *
     * @param authority the name by which the client reached this server, perhaps with a port
     * @param tls whether it did so over TLS
     */
    public Answer help(String authority, boolean tls) {
        return page(200, render("help", words().of("Help"), HelpPage.of(authority, tls, contact)));
    }

    /** How programs use this server; parameters as for {@link #help}. */
    public Answer api(String authority, boolean tls) {
        return page(200, render("api", words().of("For programs"), ApiPage.of(authority, tls)));
    }

    /** A style sheet, image or other file beside the pages. */
    public Optional<Answer> file(String path) {
        return files.at(path);
    }

    public Answer results(IndexPage page) {
        return page(200, render("results", words().of("Search: %s", page.search()), page));
    }

    public Answer certificate(CertificatePage page) {
        return page(200, render("certificate", page.name(), page));
    }

    public Answer statistics(StatisticsPage page) {
        return page(200, render("statistics", words().of("Statistics"), page));
    }

    public Answer upload(UploadPage page) {
        return page(200, render("upload", words().of("Your upload"), page));
    }

    /**
     * A fault for people: the same status and the same words as for programs.
     *
     * @param path where the request went
     * @param search what it searched for, or empty
     */
    public Answer fault(HttpFault fault, String path, String search) {
        ErrorPage page = ErrorPage.of(fault.status(), fault.line(), path, search, around.byWords(), words());
        return fault.headed(error(fault.status(), page));
    }

    private Answer error(int status, ErrorPage page) {
        return page(status, render("error", page.title(), page));
    }

    private Answer page(int status, String html) {
        return Answer.page(status, html)
                .with(HttpHeaders.CONTENT_LANGUAGE, translation.words.language())
                .varying(LANGUAGE_IS_CHOSEN);
    }

    private String render(String name, String title, Object view) {
        return translation.templates.render(name, title, view, around);
    }
}
