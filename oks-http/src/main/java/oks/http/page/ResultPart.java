package oks.http.page;

import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.http.answer.Answer;
import oks.service.ServiceAnswer.Certificates;

/**
 * A part of a list of results, and where its neighbours are: the same query with another {@code skip}.
 *
 * @param query of the request, as it came; {@code null} for none
 * @param skip how many certificates stand before this part
 * @param limit how many a part has at most
 * @param size how many this one has
 * @param total how many there are
 * @param more whether there may be more than the total
 */
public record ResultPart(String query, int skip, int limit, int size, long total, boolean more) {
    /** The parameter that says how many results stand before the part. */
    public static final String SKIP = "skip";

    /** The header that says how many results there are (draft-ietf-openpgp-hkp). */
    public static final CharSequence RESULTS_COUNT = HttpHeaders.createOptimized("X-HKP-Results-Count");

    private static final String LINK = "Link";
    private static final String MORE = "X-OKS-Results-More";

    public static ResultPart of(String query, int skip, int limit, Certificates answer) {
        return new ResultPart(query, skip, limit, answer.found().size(), answer.total(), answer.more());
    }

    /** Where the list goes on; relative to the path of the request. */
    public Optional<String> next() {
        return size > 0 && skip + size < total ? Optional.of(link(skip + size)) : Optional.empty();
    }

    /** The part before this one. */
    public Optional<String> previous() {
        return skip > 0 ? Optional.of(link(Math.max(0, skip - limit))) : Optional.empty();
    }

    private String link(int skipped) {
        List<String> pairs = new ArrayList<>();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            if (!pair.equals(SKIP) && !pair.startsWith(SKIP + "=") && !pair.isEmpty()) {
                pairs.add(pair);
            }
        }
        if (skipped > 0) {
            pairs.add(SKIP + "=" + skipped);
        }
        return "?"
                + String.join("&", pairs)
                        .replaceAll("[^!#-;=?-~]", ""); // what no query may hold has no place in a link
    }

    /** The answer with the number of results, and with links (RFC 8288) to what stands before and behind. */
    public Answer told(Answer answer) {
        Answer told = answer.with(RESULTS_COUNT, Long.toString(total));
        if (more) {
            told = told.with(MORE, "yes");
        }
        List<String> links = new ArrayList<>();
        previous().ifPresent(link -> links.add("<" + link + ">; rel=\"prev\""));
        next().ifPresent(link -> links.add("<" + link + ">; rel=\"next\""));
        return links.isEmpty() ? told : told.with(LINK, String.join(", ", links));
    }
}
