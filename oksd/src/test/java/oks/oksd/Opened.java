package oks.oksd;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import oks.config.OksdSettings;
import oks.control.ControlStatus;
import oks.durable.Disk;
import oks.oksd.start.OpenDatabase;
import oks.recovery.DatabaseIdentity;

/** Databases opened as a start of oksd does. */
public final class Opened {
    private Opened() {}

    public static OpenDatabase database(OksdSettings settings, Disk disk) throws IOException {
        return database(settings, disk, new Heard());
    }

    public static OpenDatabase database(OksdSettings settings, Disk disk, OpenDatabase.StartListener listener)
            throws IOException {
        return OpenDatabase.open(OpenDatabase.lock(settings, disk), settings, disk, Clock.systemUTC(), listener);
    }

    /** Remembers what a start said. */
    static final class Heard implements OpenDatabase.StartListener {
        final List<DatabaseIdentity> identities = new ArrayList<>();
        final List<ControlStatus.Replay> replays = new ArrayList<>();

        @Override
        public void identified(DatabaseIdentity identity) {
            identities.add(identity);
        }

        @Override
        public void replaying(ControlStatus.Replay progress) {
            replays.add(progress);
        }
    }
}
