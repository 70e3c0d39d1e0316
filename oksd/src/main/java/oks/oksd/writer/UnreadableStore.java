package oks.oksd.writer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashSet;
import java.util.Set;
import oks.fault.OperatorFault;
import oks.store.StoreDamage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Damaged files of the store that reads have met. Whoever asked for what is in one gets a failure, never a wrong answer
 * and never "not found"; everything else is answered as before, and the server is degraded until an operator has
 * looked. Any thread.
 */
public final class UnreadableStore {
    private static final Logger LOG = LoggerFactory.getLogger(UnreadableStore.class);

    private final ServerState state;

    @GuardedBy("this") private final Set<String> logged = new HashSet<>();

    public UnreadableStore(ServerState state) {
        this.state = state;
    }

    /**
     * Takes note of a failure, if it is one of reading the store; each damaged file is logged once, not for every
     * lookup.
     *
     * @return whether it was
     */
    public boolean met(Throwable failure) {
        if (!(failure instanceof OperatorFault fault) || StoreDamage.of(fault).isEmpty()) {
            return false;
        }
        state.degraded(fault.what());
        if (isNew(StoreDamage.of(fault).orElseThrow())) {
            LOG.error(
                    "{}; lookups and uploads that need it are answered with a failure, all others as before; next: {}",
                    fault.what(),
                    fault.next());
        }
        return true;
    }

    private synchronized boolean isNew(StoreDamage damage) {
        return logged.add(damage.file().orElse(""));
    }
}
