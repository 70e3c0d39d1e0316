package oks.oksd.start;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import oks.config.Configuration;
import oks.config.OksdSettings;
import oks.config.Setting;
import oks.control.ControlResults.Reloaded;
import oks.control.ControlSettings;
import oks.fault.OperatorFault;
import oks.json.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings that hold now. Safe in any thread. */
public final class LiveSettings implements Supplier<OksdSettings> {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSettings.class);

    private final OksdSettings atStart;
    private volatile OksdSettings current;

    public LiveSettings(OksdSettings atStart) {
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
    public synchronized Reloaded reload() {
        OksdSettings old = current;
        OksdSettings newer = read(old);
        Reloaded reloaded = new Reloaded(
                differing(old, newer, Setting.Change.RELOAD), differing(atStart, newer, Setting.Change.RESTART));
        current = newer;
        LOG.info(
                "configuration read again; changed: {}; at the next start: {}",
                listed(reloaded.changed()),
                listed(reloaded.restart()));
        return reloaded;
    }

    /** Every setting as it is in force: what waits for a restart still has the value of the start. */
    public ControlSettings inForce() {
        Configuration newest = current.configuration();
        Configuration started = atStart.configuration();
        List<Setting<?>> waiting = started.changesTo(newest).stream()
                .filter(setting -> setting.change() == Setting.Change.RESTART)
                .toList();
        List<ControlSettings.Entry> entries = newest.settings().stream()
                .map(setting -> waiting.contains(setting)
                        ? entry(setting, started, Optional.of(Json.value(newest.inForce(setting))))
                        : entry(setting, newest, Optional.empty()))
                .toList();
        return new ControlSettings(newest.file().map(Path::toString).orElse(""), entries);
    }

    private static ControlSettings.Entry entry(Setting<?> setting, Configuration in, Optional<JsonNode> afterRestart) {
        return new ControlSettings.Entry(
                setting.name(),
                Json.value(in.inForce(setting)),
                in.origin(setting).toString(),
                afterRestart);
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
