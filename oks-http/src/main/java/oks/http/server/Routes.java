package oks.http.server;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Optional;
import oks.http.answer.Answer;
import oks.http.answer.HttpFault;

/** The endpoint for each path and method. */
public final class Routes {
    private static final String V2 = "/pks/v2/";
    private static final String READING = "GET, HEAD, OPTIONS";
    private static final String POSTING = "POST, OPTIONS";

    /** An endpoint, and its name in the figures. */
    public record Route(RequestKind kind, Endpoint endpoint) {}

    private final Map<String, Route> reading;
    private final Map<String, Route> categories;
    private final Map<String, Route> posting;
    private final String accepted;

    /**
     * The routes.
     *
     * @param reading paths that GET and HEAD read
     * @param categories paths ending in a slash, below which GET and HEAD read what the rest of the path names
     * @param posting paths to which POST brings something
     * @param accepted the content types that it may bring, for those who ask by OPTIONS
     */
    public Routes(
            Map<String, Route> reading, Map<String, Route> categories, Map<String, Route> posting, String accepted) {
        this.reading = Map.copyOf(reading);
        this.categories = Map.copyOf(categories);
        this.posting = Map.copyOf(posting);
        this.accepted = accepted;
    }

    /** Answers one request. */
    public void handle(Exchange exchange) {
        Optional<HttpFault> malformed = RequestHead.fault(exchange.request());
        if (malformed.isPresent()) {
            exchange.answerAndClose(malformed.get());
            return;
        }
        try {
            endpoint(exchange).handle(exchange);
        } catch (RuntimeException e) {
            exchange.fail(e);
        }
    }

    /** Answers what is no request at all, and ends the connection. */
    public static void refuse(Exchange exchange) {
        Throwable cause = exchange.request().decoderResult().cause();
        HttpFault fault;
        if (cause instanceof TooLongHttpLineException) {
            fault = HttpFault.of(414, "the request line is too long");
        } else if (cause instanceof TooLongHttpHeaderException) {
            fault = HttpFault.of(431, "the request header is too long");
        } else {
            fault = HttpFault.of(400, "this is not an HTTP request");
        }
        exchange.answerAndClose(fault);
    }

    private Endpoint endpoint(Exchange exchange) {
        String path = known(
                exchange.request().path() == null ? "" : exchange.request().path());
        HttpMethod method = exchange.request().method();
        Route named = reading.getOrDefault(path, posting.get(path));
        Optional<String> category = named == null ? category(path) : Optional.empty();
        Route route = named != null
                ? named
                : category.map(categories::get)
                        .or(() -> exchange.pages().file(path).map(Routes::fileRoute))
                        .orElse(null);
        if (route == null) {
            throw path.startsWith(V2)
                    ? HttpFault.of(501, "this part of HKP v2 is not offered")
                    : HttpFault.of(404, "there is nothing at this path");
        }
        exchange.is(route.kind());
        exchange.routed(category.orElse(path));
        boolean reads = !route.equals(posting.get(path));
        if (method.equals(HttpMethod.OPTIONS)) {
            return options -> options.answer(options(reads));
        }
        boolean fits = reads
                ? method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)
                : method.equals(HttpMethod.POST);
        if (!fits) {
            throw HttpFault.method(reads ? READING : POSTING);
        }
        category.ifPresent(prefix -> exchange.identifier(identifier(path, prefix)));
        exchange.admit();
        return route.endpoint();
    }

    /** The path without a slash at its end, where that is what there is. */
    private String known(String path) {
        String without = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        return reading.containsKey(without) || posting.containsKey(without) ? without : path;
    }

    private static Route fileRoute(Answer file) {
        return new Route(RequestKind.PAGE, exchange -> exchange.answer(file));
    }

    private Optional<String> category(String path) {
        return categories.keySet().stream()
                .filter(prefix -> path.startsWith(prefix) || (path + "/").equals(prefix))
                .findFirst();
    }

    private static String identifier(String path, String prefix) {
        if (path.length() <= prefix.length()) {
            throw HttpFault.of(
                    403, "what to look up is missing at the end of the path"); // draft-ietf-openpgp-hkp, section 5.1.7
        }
        return path.substring(prefix.length());
    }

    private Answer options(boolean reads) {
        String allowed = reads ? READING : POSTING;
        Answer answer = Answer.text(200, "")
                .with("Allow", allowed)
                .with("Access-Control-Allow-Methods", allowed)
                .with("Access-Control-Allow-Headers", "Content-Type");
        return reads ? answer : answer.with("Accept", accepted).with("Accept-Encoding", ContentCoding.ACCEPTED);
    }
}
