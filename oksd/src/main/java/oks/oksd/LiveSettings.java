package oks.oksd;

import java.util.List;
import java.util.function.Supplier;
import oks.config.OksdSettings;
import oks.config.Setting;
import oks.fault.OperatorFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings that hold now. Safe in any thread. */
final class LiveSettings implements Supplier<OksdSettings> {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSettings.class);

    private final OksdSettings atStart;
    private volatile OksdSettings current;

    /**
     * What reading the file again has done.
     *
     * @param changed names of settings that have their new value now
     * @param restart names of settings that get it at the next start
     */
    record Reloaded(List<String> changed, List<String> restart) {}

    LiveSettings(OksdSettings atStart) {
        this.atStart = atStart;
        this.current = atStart;
    }

    @Override
    public OksdSettings get() {
        return current;
    }

    /**
     * Reads the configuration file again.
     *
     * @throws OperatorFault USAGE when it has a mistake; then the old settings stay
     */
    synchronized Reloaded reload() {
        OksdSettings old = current;
        OksdSettings newer = read(old);
        Reloaded reloaded = new Reloaded(
                differing(old, newer, Setting.Change.RELOAD), differing(atStart, newer, Setting.Change.RESTART));
        current = newer;
        LOG.info("configuration read again; changed: {}; at the next start: {}",
                listed(reloaded.changed()), listed(reloaded.restart()));
        return reloaded;
    }

    private static OksdSettings read(OksdSettings old) {
        try {
            return old.configuration().file().map(OksdSettings::read).orElse(old);
        } catch (OperatorFault fault) {
            throw fault.kept("the configuration that was in force stays in force");
        }
    }

    private static List<String> differing(OksdSettings old, OksdSettings newer, Setting.Change change) {
        return old.configuration().changesTo(newer.configuration()).stream()
                .filter(setting -> setting.change() == change)
                .map(Setting::name)
                .toList();
    }

    private static String listed(List<String> names) {
        return names.isEmpty() ? "nothing" : String.join(", ", names);
    }
}
