package oks.backup.source;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import oks.archive.ArchivedState;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ControlStatus;
import oks.control.ProgressListener;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.Lsn;

/**
 * The database directory itself, while oksd is paused: the way of 1999. The pause belongs to the connection, so that it
 * ends with this program whatever becomes of it. Closing ends it.
 */
final class PausedDatabase implements Closeable {
    private final ControlClient oksd;
    private final ProgressListener progress;
    private final ControlStatus paused;

    private PausedDatabase(ControlClient oksd, ProgressListener progress, ControlStatus paused) {
        this.oksd = oksd;
        this.progress = progress;
        this.paused = paused;
    }

    /** Commits everything and pauses. */
    static PausedDatabase pause(ControlClient oksd, ProgressListener progress) {
        oksd.call(
                new ControlRequest.Pause(ControlRequest.Pause.LONGEST, ControlRequest.Pause.Hold.CONNECTION), progress);
        return new PausedDatabase(oksd, progress, status(oksd, progress));
    }

    private static ControlStatus status(ControlClient oksd, ProgressListener progress) {
        return ControlStatus.fromJson(oksd.call(new ControlRequest.Status(), progress));
    }

    /**
     * The state that the paused database holds.
     *
     * @param directory the database directory, as the configuration says
     * @throws OperatorFault USAGE when another database is there
     */
    ArchivedState state(DatabaseDirectory directory) throws IOException {
        DatabaseIdentity identity = directory.identity();
        if (!identity.database().equals(paused.identity().id())) {
            throw OperatorFault.of(
                            ExitCode.USAGE,
                            "directory \"%s\" holds database %s, but oksd has %s open",
                            directory,
                            identity.database(),
                            paused.identity().id())
                    .kept("nothing was written; oksd goes on")
                    .next("name oksd's own configuration file with --conf FILE");
        }
        return new ArchivedState(
                identity,
                new Lsn(paused.lsn().applied()),
                Digest.parse(paused.hashes().digest()),
                Hash.parse(paused.hashes().chain()),
                paused.certificates(),
                paused.recovery().ordinal());
    }

    /** Whether the files are still what they were, as far as can be seen. */
    boolean isThere() {
        try {
            return status(oksd, progress).state() != ControlStatus.State.STOPPING;
        } catch (OperatorFault gone) {
            return !oksd.awaitEnd(Duration.ofSeconds(1)); // an end, or only silence
        }
    }

    /**
     * Fails when the files may not have stayed as they were: somebody can end the pause by command or signal.
     *
     * @throws OperatorFault BUSY
     */
    void requireStill() {
        ControlStatus now = status(oksd, progress);
        if (now.state() != ControlStatus.State.PAUSED || !held(now).equals(held(paused))) {
            throw OperatorFault.of(
                            ExitCode.BUSY,
                            "oksd did not stay paused while its directory was archived: it is %s since %s",
                            now.state().word(),
                            now.activity().since())
                    .kept("the archive was removed, since the files may have changed under it")
                    .next("leave %s until the archive is made, or make it without --paused", Advice.resume());
        }
    }

    /** When the pause of this process began. */
    private static Optional<Instant> held(ControlStatus status) {
        return status.activity().holders().stream()
                .filter(holder -> holder.pid()
                        .filter(pid -> pid == ProcessHandle.current().pid())
                        .isPresent())
                .map(ControlStatus.Holder::since)
                .findFirst();
    }

    @Override
    public void close() {
        oksd.close();
    }
}
