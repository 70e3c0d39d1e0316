package oks.http.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.Consumer;
import oks.http.answer.HttpFault;
import oks.service.ByteBudget;

/**
 * Takes in a request's body up to a limit. One that is too large is refused as soon as that is known; what still comes
 * of it is thrown away for a while, so that the client has time to read the refusal, then the connection ends.
 */
public final class RequestBody {
    private static final int RETRY_AFTER_SECONDS = 2;

    private final Exchange exchange;
    private final int limit;
    private final BodyBlocks blocks;
    private final Consumer<byte[]> whole;

    private long received;
    private boolean refused;

    private RequestBody(Exchange exchange, int limit, ByteBudget budget, Consumer<byte[]> whole) {
        this.exchange = exchange;
        this.limit = limit;
        this.blocks = new BodyBlocks(budget);
        this.whole = whole;
    }

    /**
     * Passes on the body once it is complete; otherwise answers 408, 413 or 503 itself.
     *
     * @param limit bytes
     * @param budget of bodies; what this body takes is given back when the exchange is over
     */
    public static void collect(Exchange exchange, int limit, ByteBudget budget, Consumer<byte[]> whole) {
        new RequestBody(exchange, limit, budget, whole).begin();
    }

    private void begin() {
        HttpServerRequest request = exchange.request();
        exchange.whenOver(this::release);
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
        if (!blocks.add(chunk)) {
            refuseForNow();
        }
    }

    private void end() {
        if (refused) {
            exchange.end();
            return;
        }
        Optional<byte[]> complete = blocks.whole();
        if (complete.isEmpty()) {
            refuseForNow();
            exchange.end();
            return;
        }
        exchange.activity().working();
        whole.accept(complete.get());
    }

    private void refuseForNow() {
        refuse(tooMany());
    }

    /** 503: there is no room for the body among the others. */
    public static HttpFault tooMany() {
        return HttpFault.later(RETRY_AFTER_SECONDS, "too many uploads at once");
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
        release();
        exchange.answerLast(fault);
    }

    private void release() {
        blocks.release();
    }
}
