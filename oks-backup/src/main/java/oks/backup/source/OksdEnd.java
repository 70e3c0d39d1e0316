package oks.backup.source;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import oks.archive.ArchiveSource.SourceFile;
import oks.backup.output.BackupContext;
import oks.cli.OutputOptions;
import oks.cli.ProgressDisplay;
import oks.control.ControlRequest;
import oks.control.ControlStatus;
import oks.durable.Disk;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.store.StoreProof;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of an oksd while its database is archived. Its snapshot goes with it, and what fails then says nothing about
 * the reason; the database that it left does: oksd ends when it finds that its store is damaged.
 *
 * @param database the database directory, when it is known
 */
public record OksdEnd(Source.Running source, Optional<Path> database, Disk disk, OutputOptions options) {
    private static final Logger LOG = LoggerFactory.getLogger(OksdEnd.class);
    private static final Duration ANSWERS = Duration.ofSeconds(10);
    private static final Duration ENDS = Duration.ofSeconds(20);

    /**
     * Says why a snapshot could not be made, when that was because oksd has ended.
     *
     * @param failure what came of it
     * @return a fault that tells more than the failure
     */
    public Optional<OperatorFault> behind(Exception failure) {
        if (!hasCome()) {
            return Optional.empty();
        }
        return damage().or(() -> failure instanceof OperatorFault ? Optional.empty() : Optional.of(ended()));
    }

    /** Says why what was archived is not what it was: DAMAGED, with the table, where oksd has left a damaged one. */
    public OperatorFault whyGone() {
        return hasCome() ? damage().orElseGet(OksdEnd::ended) : removed();
    }

    private boolean hasCome() {
        try {
            ControlStatus status =
                    ControlStatus.fromJson(source.oksd().call(new ControlRequest.Status(), ANSWERS, progress -> {}));
            return status.state() == ControlStatus.State.STOPPING
                    && source.oksd().awaitEnd(ENDS);
        } catch (OperatorFault gone) {
            return source.oksd().awaitEnd(Duration.ofSeconds(1)); // not, when it is only silent
        }
    }

    /**
     * Looks at the tables of the database; finds nothing where another oksd has it open already, or nobody may look.
     */
    private Optional<OperatorFault> damage() {
        if (database.isEmpty()) {
            return Optional.empty();
        }
        DatabaseDirectory directory = new DatabaseDirectory(disk, database.get());
        try (Source.Stopped left = Source.Stopped.of(
                directory, directory.recoveryFiles(), directory.lockAfter(BackupContext.NAME, "oksd", ENDS))) {
            return damage(left);
        } catch (IOException | OperatorFault e) {
            LOG.debug("could not find out why oksd ended: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<OperatorFault> damage(Source.Stopped left) throws IOException {
        try (Snapshot snapshot = Snapshot.own(left);
                ProgressDisplay display = options.progress(
                        "looking why oksd ended", snapshot.source().bytes(), "bytes")) {
            long done = 0;
            for (SourceFile file : snapshot.source().files()) {
                if (ContentProof.isTable(file.path())) {
                    StoreProof.checkTable(file.file(), file.path());
                }
                display.to(done += file.size());
            }
            return Optional.empty();
        } catch (OperatorFault fault) {
            return Optional.of(fault)
                    .filter(found -> found.code() == ExitCode.DAMAGED)
                    .map(found -> damaged(found, left.identity()));
        }
    }

    /** Advice about a database from which no archive can be made. */
    public static OperatorFault damaged(OperatorFault fault, DatabaseIdentity database) {
        return fault.kept("no archive was made of it; those that are there were not touched")
                .next(
                        "restore database \"%s\" from the newest archive that %s calls proven: %s; without one, "
                                + "%s brings out what can still be read",
                        database.name(), Advice.list(), Advice.restore("DIR"), Advice.salvage("DIR"));
    }

    private static OperatorFault ended() {
        return OperatorFault.of(ExitCode.FAILED, "oksd ended while its database was archived; the snapshot is gone")
                .kept("no archive was made; those that are there were not touched")
                .next("read the log of oksd for the reason; then make the archive, of oksd when it runs again or "
                        + "of the stopped database");
    }

    private static OperatorFault removed() {
        return OperatorFault.of(
                        ExitCode.FAILED, "somebody removed the snapshot while it was archived, though oksd runs")
                .kept("no archive was made; those that are there were not touched")
                .next("find out who removes files below the database directory, then run the command again");
    }
}
