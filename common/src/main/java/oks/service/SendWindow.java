package oks.service;

import oks.service.ServiceAnswer.Failure;
import oks.service.ServiceAnswer.FailureCode;

/**
 * How many requests may be unanswered at once: half as many after an answer that there are too many, then slowly more
 * again, as TCP does it (RFC 5681, section 3.1). For one thread at a time.
 */
final class SendWindow {
    /** Never fewer than this, so that every sender goes on. */
    static final int LEAST = 16;

    private int room = Integer.MAX_VALUE;
    private int widest; // unanswered requests there may be, by the sender's own bound
    private int lastBefore; // the last request that was sent before the window was halved
    private int answered; // in a row

    /** @param most the sender's own bound */
    int room(int most) {
        widest = most;
        return Math.min(room, most);
    }

    /**
     * Takes notice of an answer.
     *
     * @param id of the request, which count from 1
     * @param lastSent the request that was sent last
     */
    void answered(int id, int lastSent, ServiceAnswer answer) {
        if (answer instanceof Failure failure && failure.code() == FailureCode.OVERLOADED) {
            if (id > lastBefore) { // the others of the same crowd say nothing new
                room = Math.max(LEAST, Math.min(room, widest) / 2);
                lastBefore = lastSent;
            }
            answered = 0;
        } else if (room < widest && ++answered >= room) {
            room++;
            answered = 0;
        }
    }
}
