package oks.oksd.writer;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import oks.control.ControlStatus.Activity;
import oks.control.ControlStatus.Holder;
import oks.control.ControlStatus.State;

/** The state of oksd and its reason, as {@code oksctl status} shows it. Safe in any thread. */
public final class ServerState {
    /** The key of the pause by signal; there is at most one, however often the signal comes. */
    public static final String SIGNAL = "signal";

    private final InstantSource clock;
    private final Map<String, Holder> holders = new LinkedHashMap<>();
    private String fault = "";
    private String degraded = "";
    private boolean starting = true;
    private boolean stopping;
    private Instant since;

    /** The state with its reason, empty when running, and since when. */
    public ServerState(InstantSource clock) {
        this.clock = clock;
        this.since = clock.instant();
    }

    public synchronized Activity view() {
        return new Activity(state(), reason(), since, List.copyOf(holders.values()));
    }

    private State state() {
        if (stopping) {
            return State.STOPPING;
        }
        if (starting) {
            return State.STARTING;
        }
        if (!fault.isEmpty() || !holders.isEmpty()) {
            return State.PAUSED;
        }
        return degraded.isEmpty() ? State.RUNNING : State.DEGRADED;
    }

    private String reason() {
        return switch (state()) {
            case PAUSED ->
                fault.isEmpty()
                        ? "paused by " + holders.values().iterator().next().by()
                        : fault;
            case DEGRADED -> degraded;
            case STARTING, RUNNING, STOPPING -> "";
        };
    }

    private void change(Runnable change) {
        State before = state();
        change.run();
        if (state() != before) {
            since = clock.instant();
        }
    }

    /** Commands, lookups and uploads are answered from now on. */
    public synchronized void started() {
        change(() -> starting = false);
    }

    /** Nothing can be written; {@code reason} says why. */
    public synchronized void fault(String reason) {
        change(() -> fault = reason);
    }

    synchronized void faultOver() {
        change(() -> fault = "");
    }

    /** Everything works, but an operator must look at something. */
    synchronized void degraded(String reason) {
        change(() -> degraded = reason);
    }

    /** An operator has looked; false when there was nothing to look at. */
    synchronized boolean degradedOver() {
        boolean was = !degraded.isEmpty();
        change(() -> degraded = "");
        return was;
    }

    synchronized void stopping() {
        change(() -> stopping = true);
    }

    /** Adds a holder of the pause; one with the same key takes the place of the earlier one. */
    synchronized void hold(String key, Holder holder) {
        change(() -> holders.put(key, holder));
    }

    /** Removes a holder; false when it held nothing. */
    synchronized boolean unhold(String key) {
        boolean[] held = new boolean[1];
        change(() -> held[0] = holders.remove(key) != null);
        return held[0];
    }

    /** Removes every holder and returns them. */
    synchronized List<Holder> unholdAll() {
        List<Holder> all = List.copyOf(holders.values());
        change(holders::clear);
        return all;
    }

    /** Removes the holders whose time is over and returns them. */
    synchronized List<Holder> unholdExpired() {
        Instant now = clock.instant();
        List<Holder> over = new ArrayList<>();
        change(() -> {
            for (Iterator<Holder> all = holders.values().iterator(); all.hasNext(); ) {
                Holder holder = all.next();
                if (holder.until().map(until -> !until.isAfter(now)).orElse(false)) {
                    all.remove();
                    over.add(holder);
                }
            }
        });
        return over;
    }

    /** Whether an operator keeps the directory still. */
    public synchronized boolean held() {
        return !holders.isEmpty();
    }

    /** The pause by signal, if there is one. */
    synchronized Optional<Holder> signalHolder() {
        return Optional.ofNullable(holders.get(SIGNAL));
    }

    /** Whether changes are written. */
    synchronized boolean writing() {
        return fault.isEmpty() && holders.isEmpty();
    }

    /** The reason why uploads are refused, for clients. */
    synchronized String whyNotWriting() {
        return fault.isEmpty() ? "the keyserver is paused" : "the keyserver cannot write at the moment";
    }
}
