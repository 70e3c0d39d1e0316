package oks.service;

/**
 * The memory that may be held for all gateways together, in bytes.
 *
 * @param requests requests that are read or not answered yet
 * @param answers answers that no gateway has taken yet
 * @param maxAnswer certificates of one answer; more are left out, but not the first one
 */
public record ServerMemory(ByteBudget requests, ByteBudget answers, long maxAnswer) {
    private static final int PART_OF_HEAP = 4;
    private static final long MAX_ANSWER = 8L << 20;

    /** A quarter of the heap each. */
    public static ServerMemory standard() {
        return of(MAX_ANSWER);
    }

    /**
     * A quarter of the heap each; answers are smaller where many processors make them at once, since they are counted
     * when they are made.
     */
    public static ServerMemory of(long maxAnswer) {
        ByteBudget answers = ByteBudget.ofHeap(PART_OF_HEAP);
        long inTheMaking = answers.most() / (2L * Runtime.getRuntime().availableProcessors());
        return new ServerMemory(ByteBudget.ofHeap(PART_OF_HEAP), answers, Math.min(maxAnswer, inTheMaking));
    }
}
