package oks.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Takes in a request's body up to a limit. One that is too large is refused as soon as that is known; what still comes of
 * it is thrown away for a while, so that the client has time to read the refusal, then the connection ends.
 */
final class RequestBody {
    /** How many of the largest bodies may be in memory at once; more are answered 503. */
    static final int BODIES_IN_MEMORY = 8;

    private static final int RETRY_AFTER_SECONDS = 2;

    private final Exchange exchange;
    private final int limit;
    private final AtomicLong inMemory;
    private final Consumer<Buffer> whole;

    private Buffer body = Buffer.buffer();
    private long received;
    private long held;
    private boolean refused;

    private RequestBody(Exchange exchange, int limit, AtomicLong inMemory, Consumer<Buffer> whole) {
        this.exchange = exchange;
        this.limit = limit;
        this.inMemory = inMemory;
        this.whole = whole;
    }

    /**
     * Passes on the body once it is complete; otherwise answers 408, 413 or 503 itself.
     *
     * @param limit    bytes
     * @param inMemory bytes of bodies in memory, shared by all event loops; what this body takes is given back when the
     *                 exchange is over
     */
    static void collect(Exchange exchange, int limit, AtomicLong inMemory, Consumer<Buffer> whole) {
        new RequestBody(exchange, limit, inMemory, whole).begin();
    }

    private void begin() {
        HttpServerRequest request = exchange.request();
        request.response().endHandler(nothing -> release());
        request.response().closeHandler(nothing -> release());
        exchange.activity().reading(() -> refuse(HttpFault.of(408, "the body did not come in time")));
        request.exceptionHandler(e -> release());
        request.handler(this::take);
        request.endHandler(nothing -> end());
        if (announced(request) > limit) {
            refuseAsTooLarge();
        } else if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
    }

    private static long announced(HttpServerRequest request) {
        try {
            String length = request.getHeader("Content-Length");
            return length == null ? 0 : Long.parseLong(length.strip());
        } catch (NumberFormatException e) {
            return 0; // Netty refuses such a request itself
        }
    }

    private void take(Buffer chunk) {
        received += chunk.length();
        exchange.activity().read(received);
        if (refused) {
            if (received > 2L * limit) {
                exchange.end();
            }
            return;
        }
        if (received > limit) {
            refuseAsTooLarge();
            return;
        }
        held += chunk.length();
        if (inMemory.addAndGet(chunk.length()) > (long) BODIES_IN_MEMORY * limit) {
            refuse(HttpFault.later(RETRY_AFTER_SECONDS, "too many uploads at once"));
            return;
        }
        body.appendBuffer(chunk);
    }

    private void end() {
        if (refused) {
            exchange.end();
            return;
        }
        exchange.activity().working();
        Buffer complete = body;
        body = null;
        whole.accept(complete);
    }

    private void refuseAsTooLarge() {
        refuse(HttpFault.of(413, "the body is larger than " + limit + " bytes"));
    }

    private void refuse(HttpFault fault) {
        if (refused || exchange.answered()) {
            exchange.end();
            return;
        }
        refused = true;
        body = null;
        release();
        exchange.answerLast(fault);
    }

    private void release() {
        inMemory.addAndGet(-held);
        held = 0;
    }
}
