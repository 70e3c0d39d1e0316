package oks.http.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import oks.http.answer.HttpFault;

/**
 * The rules for a request's header on which other software before us may disagree: where the body ends, and for which
 * host the request is (RFC 9112, sections 3.2 and 6.1). What breaks one is refused, and its connection ends: the next
 * request could be one that a proxy took for part of this one.
 */
final class RequestHead {
    private static final int LONGEST_METHOD = 16;

    /** RFC 3986, section 3.2.2, without an empty name. */
    private static final Pattern HOST = Pattern.compile(
            "(?:\\[[0-9A-Fa-f:.]{2,45}(?:%25[A-Za-z0-9._~-]{1,32})?]|[A-Za-z0-9._~!$&'()*+,;=%-]{1,255})(?::[0-9]{0,5})?");

    private RequestHead() {}

    /** The rule that is broken, if one is. */
    static Optional<HttpFault> fault(HttpServerRequest request) {
        if (request.headers().contains(HttpHeaders.TRANSFER_ENCODING) && !isChunked(request)) {
            return Optional.of(HttpFault.of(
                    400, "the only Transfer-Encoding that is taken is \"chunked\", once, without Content-Length"));
        }
        return host(request);
    }

    private static boolean isChunked(HttpServerRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        return request.version() == HttpVersion.HTTP_1_1
                && codings.size() == 1
                && codings.get(0).strip().equalsIgnoreCase("chunked")
                && !request.headers().contains(HttpHeaders.CONTENT_LENGTH);
    }

    private static Optional<HttpFault> host(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        if (hosts.size() > 1) {
            return Optional.of(HttpFault.of(400, "the request names more than one Host"));
        }
        if (hosts.isEmpty()) {
            boolean needed = request.version() == HttpVersion.HTTP_1_1;
            return needed
                    ? Optional.of(HttpFault.of(400, "the request has no Host, which HTTP/1.1 needs"))
                    : Optional.empty();
        }
        return HOST.matcher(hosts.get(0).strip()).matches()
                ? Optional.empty()
                : Optional.of(HttpFault.of(400, "the Host of the request is no name or address of a host"));
    }

    /** A method for a log: anybody can make one up. */
    static String shortened(String method) {
        String visible = method.replaceAll("[^!-~]", "?");
        return visible.length() <= LONGEST_METHOD ? visible : visible.substring(0, LONGEST_METHOD) + "...";
    }
}
