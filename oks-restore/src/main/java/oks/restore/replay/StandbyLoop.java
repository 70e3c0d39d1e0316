package oks.restore.replay;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import oks.cli.OutputOptions;
import oks.restore.log.RecoverySources;

/** Replays what comes, look after look. It may be killed at any moment: what it applied is flushed at each look. */
public final class StandbyLoop {
    private final StandbyDatabase database;
    private final InstantSource clock;
    private final Consumer<ReplayReport> reports;
    private final BooleanSupplier again;

    /**
     * @param reports told after the first look and whenever something was applied
     * @param again waits for the next look; false when there is to be none
     */
    public StandbyLoop(
            StandbyDatabase database, InstantSource clock, Consumer<ReplayReport> reports, BooleanSupplier again) {
        this.database = database;
        this.clock = clock;
        this.reports = reports;
        this.again = again;
    }

    /** The recovery files to read, looked up again each time. */
    public interface Sources {
        RecoverySources now() throws IOException;
    }

    /** Looks until there is to be no more; where no file grew since the last look, nothing is read. */
    public void run(Sources sources, OutputOptions options) throws IOException {
        boolean first = true;
        Map<Path, Long> looked = Map.of();
        do {
            RecoverySources now = sources.now();
            Map<Path, Long> sizes = now.sizes();
            if (first || !sizes.equals(looked)) {
                ReplayReport report = database.replay(now, options, clock);
                if (first || report.changes() > 0) {
                    reports.accept(report);
                }
            }
            looked = sizes;
            first = false;
        } while (again.getAsBoolean());
    }
}
