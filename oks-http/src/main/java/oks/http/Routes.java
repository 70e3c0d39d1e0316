package oks.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.http.HttpMethod;
import java.util.Map;

/** Which endpoint answers which path and method. */
final class Routes {
    /** What answers, and what it is called in the figures. */
    record Route(RequestKind kind, Endpoint endpoint) { }

    private final Map<String, Route> reading;
    private final Map<String, Route> posting;

    /**
     * The routes.
     *
     * @param reading paths that GET and HEAD read
     * @param posting paths to which POST brings something
     */
    Routes(Map<String, Route> reading, Map<String, Route> posting) {
        this.reading = Map.copyOf(reading);
        this.posting = Map.copyOf(posting);
    }

    /** Answers one request. */
    void handle(Exchange exchange) {
        try {
            endpoint(exchange).handle(exchange);
        } catch (RuntimeException e) {
            exchange.fail(e);
        }
    }

    /** Answers what is no request at all, and ends the connection. */
    static void refuse(Exchange exchange) {
        Throwable cause = exchange.request().decoderResult().cause();
        HttpFault fault;
        if (cause instanceof TooLongHttpLineException) {
            fault = HttpFault.of(414, "the request line is too long");
        } else if (cause instanceof TooLongHttpHeaderException) {
            fault = HttpFault.of(431, "the request header is too long");
        } else {
            fault = HttpFault.of(400, "this is not an HTTP request");
        }
        exchange.answer(fault.answer().with("Connection", "close"));
    }

    private Endpoint endpoint(Exchange exchange) {
        String path = exchange.request().path();
        HttpMethod method = exchange.request().method();
        Map<String, Route> here = reading.containsKey(path) ? reading : posting;
        if (path == null || !here.containsKey(path)) {
            throw HttpFault.of(404, "there is nothing at this path");
        }
        exchange.is(here.get(path).kind());
        String allowed = here == reading ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
        if (method == HttpMethod.OPTIONS) {
            return options -> options.answer(Answer.text(200, "").with("Allow", allowed)
                    .with("Access-Control-Allow-Methods", allowed).with("Access-Control-Allow-Headers", "Content-Type"));
        }
        boolean fits = here == reading ? method == HttpMethod.GET || method == HttpMethod.HEAD : method == HttpMethod.POST;
        if (!fits) {
            throw HttpFault.method(allowed);
        }
        exchange.admit();
        return here.get(path).endpoint();
    }
}
