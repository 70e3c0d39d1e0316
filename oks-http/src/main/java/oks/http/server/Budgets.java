package oks.http.server;

import oks.service.ByteBudget;

/**
 * The memory that may be held for clients, in bytes: half of the heap in all, so that no client's requests use up the
 * rest.
 *
 * @param all everything below together
 * @param bodies bodies of requests: as they come, in one piece, on their way to oksd
 * @param answers answers: as oksd sends them, in the making, on their way to clients; and streams of HTTP/2
 * @param shares how much of the answers one client may hold
 */
public record Budgets(ByteBudget all, ByteBudget bodies, ByteBudget answers, ClientShares shares) {
    private static final int LARGEST_BODY = 5;

    /** The budgets of this heap. */
    public static Budgets ofHeap() {
        return of(Runtime.getRuntime().maxMemory());
    }

    /** The budgets of a heap of this many bytes. */
    public static Budgets of(long heap) {
        ByteBudget all = new ByteBudget(heap / 2);
        ByteBudget answers = all.part(heap * 3 / 10);
        return new Budgets(all, all.part(heap * 2 / 5), answers, new ClientShares(answers.most() * 3 / 4));
    }

    /** The largest body that there is room for: it is held twice while it is put into one piece. */
    public static long largestBody(long heap) {
        return heap / LARGEST_BODY;
    }
}
