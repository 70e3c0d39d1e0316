package oks.http.page;

import java.util.List;
import java.util.stream.Collectors;
import oks.config.OksHttpSettings;
import oks.config.SearchWords;

/**
 * The members that every template can show.
 *
 * @param base from the page to the first one, so that links lead there under any path: "./" or "../" and so on
 * @param site what the server is called
 * @param byWords whether words of a name find every certificate that has them
 * @param domains otherwise: the domains at which they find some, one after the other; empty where they find none
 */
public record PageContext(String base, String site, boolean byWords, String domains) {
    private static final int DOMAINS_TOLD = 3;

    static PageContext of(String site, OksHttpSettings.Search search) {
        List<String> domains = search.words() == SearchWords.DOMAINS ? search.domains() : List.of();
        String told = domains.stream().limit(DOMAINS_TOLD).collect(Collectors.joining(", "));
        return new PageContext(
                "./",
                site,
                search.words() == SearchWords.ALL,
                domains.size() > DOMAINS_TOLD ? told + ", \u2026" : told);
    }

    PageContext under(String newBase) {
        return new PageContext(newBase, site, byWords, domains);
    }
}
