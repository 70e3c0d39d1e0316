package oks.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import oks.config.OksHttpSettings;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** What people see: the pages and the files beside them. Plain HTML and one style sheet; works without scripts. Immutable. */
final class Pages {
    private final PageTemplates templates;
    private final StaticFiles files;
    private final String contact;
    private final PageTemplates.Surroundings around;

    private Pages(PageTemplates templates, StaticFiles files, String contact, PageTemplates.Surroundings around) {
        this.templates = templates;
        this.files = files;
        this.contact = contact;
        this.around = around;
    }

    /**
     * Reads the pages: those of the settings' directory, and for the rest those that come with the program.
     *
     * @throws OperatorFault USAGE for a template or file that cannot be used, named with its line
     */
    static Pages read(OksHttpSettings.Pages settings) {
        Optional<Path> directory = settings.directory().isEmpty() ? Optional.empty() : Optional.of(Path.of(settings.directory()));
        return new Pages(PageTemplates.read(directory), StaticFiles.read(directory), settings.contact(),
                new PageTemplates.Surroundings("./", settings.name()));
    }

    /**
     * Writes the files that come with the program into a directory, for an operator to change.
     *
     * @throws OperatorFault FAILED when one of them is there already or cannot be written
     */
    static void write(Path directory) {
        for (String file : PageTemplates.FILES) {
            if (Files.exists(directory.resolve(file))) {
                throw OperatorFault.of(ExitCode.FAILED, "could not write file \"%s\": it is there already", directory.resolve(file))
                        .kept("nothing was written")
                        .next("name a directory that has none of these files");
            }
        }
        for (String file : PageTemplates.FILES) {
            try {
                Files.createDirectories(directory);
                Files.write(directory.resolve(file), PageTemplates.standard(file), StandardOpenOption.CREATE_NEW);
            } catch (IOException e) {
                throw OperatorFault.of(ExitCode.FAILED, "could not write file \"%s\": %s", directory.resolve(file), e.getMessage())
                        .next("name a directory that can be written").because(e);
            }
        }
    }

    /** The same pages, whose links lead from a path with this way back to the first page. */
    Pages under(String base) {
        return base.equals(around.base()) ? this : new Pages(templates, files, contact, new PageTemplates.Surroundings(base, around.site()));
    }

    /** The page at {@code /}. */
    Answer start() {
        return Answer.page(render("start", around.site(), Map.of("search", "")));
    }

    /**
     * How to find, publish, revoke and remove.
     *
     * @param authority the name by which the client reached this server, perhaps with a port
     * @param tls       whether it did so over TLS
     */
    Answer help(String authority, boolean tls) {
        return Answer.page(render("help", "Help", HelpPage.of(authority, tls, contact)));
    }

    /** A style sheet, image or other file beside the pages. */
    Optional<Answer> file(String path) {
        return files.at(path);
    }

    Answer results(IndexPage page) {
        return Answer.page(render("results", "Search: " + page.search(), page));
    }

    Answer certificate(CertificatePage page) {
        return Answer.page(render("certificate", page.name(), page));
    }

    Answer statistics(StatisticsPage page) {
        return Answer.page(render("statistics", "Statistics", page));
    }

    Answer upload(UploadPage page) {
        return Answer.page(render("upload", "Your upload", page));
    }

    Answer error(int status, ErrorPage page) {
        return Answer.page(status, render("error", page.title(), page));
    }

    private String render(String name, String title, Object view) {
        return templates.render(name, title, view, around);
    }
}
