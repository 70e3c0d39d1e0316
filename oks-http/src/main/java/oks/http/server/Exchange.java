package oks.http.server;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Supplier;
import oks.http.answer.Answer;
import oks.http.answer.Gzip;
import oks.http.answer.HttpFault;
import oks.http.page.PagePaths;
import oks.http.page.Pages;
import oks.service.Asker;
import oks.service.ByteBudget;
import oks.service.ServiceAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and the one answer to it; on the event loop of its connection. */
public final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

    /** Answers up to this many bytes are compressed on the event loop: about a millisecond of work. */
    private static final int GZIPPED_HERE = 32 << 10;

    private static final String LOOKUP = "/pks/lookup";
    /** Status in the access log, as nginx has it, if nobody took the answer. */
    private static final int CLIENT_GONE = 499;

    private static final String NO_ROUTE = "-";
    private static final int RETRY_AFTER_SECONDS = 2;
    private static final long NO_ERROR = 0; // RFC 9113, section 7

    private static final CharSequence CONTENT_TYPE_OPTIONS = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NO_SNIFFING = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence ROBOTS = HttpHeaders.createOptimized("X-Robots-Tag");
    private static final CharSequence NO_INDEX = HttpHeaders.createOptimized("noindex");
    private static final CharSequence EXPOSE = HttpHeaders.createOptimized("Access-Control-Expose-Headers");
    private static final CharSequence EXPOSED =
            HttpHeaders.createOptimized("ETag, Link, Retry-After, X-HKP-Results-Count, X-OKS-Results-More");
    private static final CharSequence ANYBODY = HttpHeaders.createOptimized("*");

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final Connections.Activity activity;
    private final Context around;
    private final long begun;
    private RequestKind kind = RequestKind.OTHER;
    private String route = NO_ROUTE;
    private String identifier = "";
    private ClientAddress client; // null until it is asked for
    private boolean closesAfter;
    private boolean answered;
    private long held; // bytes of the answers' budget
    private long share; // of them, bytes of the client's share
    private List<Runnable> endings = List.of();

    public Exchange(Vertx vertx, HttpServerRequest request, Connections.Activity activity, Context around) {
        this.around = around;
        this.begun = System.nanoTime();
        this.vertx = vertx;
        this.request = request;
        this.activity = activity;
    }

    public HttpServerRequest request() {
        return request;
    }

    /** The request's activity, for its time limits. */
    Connections.Activity activity() {
        return activity;
    }

    /**
     * The logs and limits of requests; the same for all of them. The access log is {@code null} where there is none.
     */
    public record Context(
            Metrics metrics,
            ClientLimits limits,
            AccessLog accessLog,
            Clock clock,
            Supplier<Pages> pages,
            Budgets budgets) {}

    /** Counts the request against the client's limits; fails with 429 when there are too many. */
    void admit() {
        around.limits().admit(kind, client());
    }

    /** The pages as they are now, in the client's language. */
    public Pages pages() {
        return around.pages()
                .get()
                .in(request.getHeader(HttpHeaders.ACCEPT_LANGUAGE))
                .under(PagePaths.base(request.path()));
    }

    /** Fails with 403 for a client that may not read the figures. */
    public void admitToFigures() {
        if (!around.limits().mayMeasure(client())) {
            throw HttpFault.of(403, "the figures are not for your address");
        }
    }

    private ClientAddress client() {
        if (client == null) {
            client = Forwarding.isSaid(request.headers())
                    ? around.limits()
                            .client(
                                    request.remoteAddress() == null
                                            ? null
                                            : request.remoteAddress().hostAddress(),
                                    request.headers())
                    : activity.peer();
        }
        return client;
    }

    /** Takes oksd's answer for the client; once that has gone, nobody waits for it. */
    public Asker asking(Consumer<ServiceAnswer> then) {
        long number = around.limits().number(client());
        HttpServerResponse response = request.response();
        return new Asker() {
            @Override
            public void accept(ServiceAnswer answer) {
                try {
                    then.accept(answer);
                } catch (HttpFault fault) {
                    fail(fault);
                }
            }

            @Override
            public long client() {
                return number;
            }

            @Override
            public boolean waits() {
                boolean upload =
                        kind == RequestKind.ADD || kind == RequestKind.V2_ADD; // that is done for whoever it was
                return !response.closed() && (upload || !activity.mayHaveGone());
            }
        };
    }

    /**
     * Counts bytes that are held for this exchange, until it is over.
     *
     * @throws HttpFault 503 when there is no room for them, 413 when there never is
     */
    public void hold(long bytes) {
        ByteBudget budget = around.budgets().answers();
        if (bytes > budget.most()) {
            throw HttpFault.of(
                    413, "the answer is larger than this server can hold: search for less, or for a fingerprint");
        }
        boolean isLarge = bytes >= ClientShares.LARGE;
        if (isLarge && !around.budgets().shares().take(client(), bytes)) {
            throw HttpFault.later(RETRY_AFTER_SECONDS, "too many answers are on their way to your address");
        }
        share += isLarge ? bytes : 0;
        if (!budget.take(bytes)) {
            keep(held);
            throw HttpFault.later(RETRY_AFTER_SECONDS, "too many answers are on their way");
        }
        held += bytes;
    }

    /** Holds no more than this from now on. */
    private void keep(long bytes) {
        if (held > bytes) {
            around.budgets().answers().give(held - bytes);
            held = bytes;
        }
        if (share > bytes) {
            around.budgets().shares().give(client(), share - bytes);
            share = bytes;
        }
    }

    /** Runs something when the answer has been sent, or the client has gone; at once when that is so already. */
    public void whenOver(Runnable ending) {
        if (request.response().closed() || request.response().ended()) {
            ending.run();
            return;
        }
        if (endings.isEmpty()) {
            endings = new ArrayList<>(2);
            request.response().endHandler(nothing -> over());
            request.response().closeHandler(nothing -> over());
        }
        endings.add(ending);
    }

    private void over() {
        List<Runnable> all = List.copyOf(endings);
        endings.clear();
        all.forEach(Runnable::run);
    }

    private void note(Answer answer) {
        long nanos = System.nanoTime() - begun;
        int status = request.response().closed() ? CLIENT_GONE : answer.status();
        around.metrics().answered(kind, status, nanos);
        if (around.accessLog() != null) {
            around.accessLog()
                    .note(
                            around.clock()
                                    .instant()
                                    .truncatedTo(ChronoUnit.SECONDS)
                                    .toString(),
                            client(),
                            request.method().name(),
                            route,
                            kind,
                            status,
                            answer.body().length(),
                            nanos / 1000);
        }
    }

    /** Notes what is asked for, for the figures. */
    public void is(RequestKind what) {
        kind = what;
    }

    /**
     * Notes the path as logs may have it: one that exists, without what comes after a category. Any other could name a
     * person.
     */
    void routed(String path) {
        route = path;
    }

    /** The name by which the client says that it reached this server, perhaps with a port; may be empty. */
    public String authority() {
        return request.authority() == null ? "" : request.authority().toString();
    }

    /** The last part of the path, below a category; still percent-escaped. */
    public String identifier() {
        return identifier;
    }

    public void identifier(String named) {
        identifier = named;
    }

    boolean answered() {
        return answered;
    }

    /** Whether the client says that it shows HTML, as browsers do and gpg does not. */
    public boolean wantsHtml() {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return accept != null && accept.contains("text/html");
    }

    /** Sends the answer, which is "not modified" when the client has it already; a second one is dropped. */
    public void answer(Answer whole) {
        if (answered) {
            return;
        }
        answered = true;
        Answer answer = whole.isKnownTo(request) ? whole.notModified() : whole;
        keep(answer.body().length());
        if (!Gzip.isWanted(request, answer)) {
            send(answer);
        } else if (answer.body().length() <= GZIPPED_HERE) {
            send(Gzip.of(answer));
        } else if (!hasRoomFor(answer.body().length())) {
            send(answer);
        } else {
            vertx.executeBlocking(() -> Gzip.of(answer), false)
                    .onComplete(zipped -> send(zipped.succeeded() ? zipped.result() : answer));
        }
    }

    private boolean hasRoomFor(long bytes) {
        try {
            hold(bytes);
            return true;
        } catch (HttpFault none) {
            return false;
        }
    }

    /** Sends a fault after which nothing more can be understood on an HTTP/1 connection, and says so. */
    void answerLast(HttpFault fault) {
        answer(isHttp2() ? fault.answer() : fault.answer().with(HttpHeaders.CONNECTION, HttpHeaders.CLOSE));
    }

    /** Sends a fault after which the connection ends, because where the next request would begin is not certain. */
    void answerAndClose(HttpFault fault) {
        closesAfter = !isHttp2();
        if (closesAfter) {
            activity.isLast();
        }
        answerLast(fault);
    }

    /**
     * Takes nothing more of the request: an HTTP/1 connection ends with it, an HTTP/2 one goes on with the others (RFC
     * 9113, section 8.1).
     */
    void end() {
        if (isHttp2()) {
            request.response().reset(NO_ERROR);
        } else {
            activity.close();
        }
    }

    private boolean isHttp2() {
        return request.version() == HttpVersion.HTTP_2;
    }

    private void send(Answer answer) {
        note(answer);
        HttpServerResponse response = request.response();
        keep(answer.body().length());
        if (response.closed()) {
            sent();
            return;
        }
        response.setStatusCode(answer.status());
        if (answer.status() != Answer.NOT_MODIFIED) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, answer.contentType());
            response.putHeader(
                    HttpHeaders.CONTENT_LENGTH, Integer.toString(answer.body().length()));
        }
        response.putHeader(
                HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN,
                ANYBODY); // on every answer, errors too: scripts on any page may ask
        response.putHeader(CONTENT_TYPE_OPTIONS, NO_SNIFFING);
        if (kind != RequestKind.PAGE) {
            response.putHeader(ROBOTS, NO_INDEX); // what is found here today may be gone tomorrow, and names people
        }
        if (!answer.headers().isEmpty()) {
            response.putHeader(EXPOSE, EXPOSED);
        }
        answer.headers().forEach(header -> response.putHeader(header.name(), header.value()));
        activity.writing(answer.body().length());
        if (request.method().equals(HttpMethod.HEAD)) {
            response.end().onComplete(sent -> sent());
        } else {
            sendFrom(0, answer.body());
        }
    }

    /**
     * Sends the body in pieces, each when the client has taken the one before: what is handed over is copied outside
     * the heap.
     */
    private void sendFrom(int from, Buffer body) {
        if (body.length() - from <= Connections.PIECE) {
            request.response()
                    .end(from == 0 ? body : body.slice(from, body.length()))
                    .onComplete(sent -> sent());
            return;
        }
        int to = from + Connections.PIECE;
        request.response().write(body.slice(from, to)).onComplete(piece -> {
            if (piece.failed()) {
                sent();
                return;
            }
            activity.wrote();
            sendFrom(to, body);
        });
    }

    private void sent() {
        keep(0);
        activity.end();
        if (closesAfter) {
            activity.close();
        }
    }

    public void fail(HttpFault fault) {
        answer(wantsHtml() ? pages().fault(fault, String.valueOf(request.path()), searched()) : fault.answer());
    }

    /** The search; empty when the request is none, or cannot be understood. */
    private String searched() {
        try {
            return LOOKUP.equals(request.path()) ? Query.of(request.query()).get("search") : "";
        } catch (HttpFault malformed) {
            return "";
        }
    }

    /**
     * Sends what {@code making} makes: here when it is little work, on a worker when it is much.
     *
     * @param bytes that are held meanwhile
     * @throws HttpFault when there is no room for them
     */
    public void answerWith(long bytes, boolean much, Callable<Answer> making) {
        hold(bytes);
        answerWith(much, making);
    }

    /** Sends what {@code making} makes: here when it is little work, on a worker when it is much. */
    public void answerWith(boolean much, Callable<Answer> making) {
        if (!much) {
            try {
                answer(making.call());
            } catch (Exception e) {
                fail(e);
            }
            return;
        }
        vertx.executeBlocking(making, false).onSuccess(this::answer).onFailure(this::fail);
    }

    /** A fault as it is; anything else is a defect: logged, and 500 without details. */
    public void fail(Throwable cause) {
        if (cause instanceof HttpFault fault) {
            fail(fault);
            return;
        }
        LOG.error(
                "could not answer {} {}", RequestHead.shortened(request.method().name()), route, Speechless.of(cause));
        answer(Answer.text(500, "internal error\n"));
    }
}
