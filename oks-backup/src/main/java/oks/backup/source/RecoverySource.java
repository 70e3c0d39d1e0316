package oks.backup.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.backup.output.OwnTimeline;
import oks.control.ControlRequest;
import oks.control.ControlStatus;
import oks.control.Rotation;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;

/**
 * The recovery files of the database that is backed up.
 *
 * @param own on which timeline the database is
 * @param files those that oksd does not write any more, in order; of a stopped database, all of them
 * @param current the file that oksd is writing; empty when it is stopped
 * @param rotated whether a file was completed for this run
 */
public record RecoverySource(
        Source source,
        String database,
        OwnTimeline own,
        List<RecoveryFile> files,
        Optional<String> current,
        boolean rotated) {

    /** The database's identity. */
    public UUID uuid() {
        return own.database();
    }

    public static RecoverySource of(Source source, Disk disk, boolean rotate) throws IOException {
        return switch (source.kind()) {
            case RUNNING -> running((Source.Running) source, disk, rotate);
            case STOPPED -> stopped((Source.Stopped) source, rotate);
        };
    }

    private static RecoverySource running(Source.Running running, Disk disk, boolean rotate) throws IOException {
        boolean rotated = rotate
                && Rotation.fromJson(running.oksd().call(new ControlRequest.Rotate(), running.progress()))
                        .rotated();
        ControlStatus status = ControlStatus.fromJson(
                        running.oksd().call(new ControlRequest.Status(), running.progress()))
                .afterStart();
        // A file that is being written could be read in the middle of a write and be taken for damaged.
        RecoveryDirectory directory =
                new RecoveryDirectory(disk, Path.of(status.recovery().directory()));
        List<RecoveryFile> files = directory.files(status.identity().name()).stream()
                .filter(file -> file.ordinal() < status.recovery().ordinal())
                .toList();
        return new RecoverySource(
                running,
                status.identity().name(),
                OwnTimeline.of(disk, status),
                files,
                Optional.of(status.recovery().file()),
                rotated);
    }

    private static RecoverySource stopped(Source.Stopped stopped, boolean rotate) throws IOException {
        if (rotate) {
            throw OperatorFault.of(ExitCode.UNREACHABLE, "oksd is stopped, so that it cannot rotate its recovery file")
                    .kept("nothing was changed")
                    .next("start oksd, or leave out --rotate: a file is complete when oksd has stopped cleanly");
        }
        String name = stopped.identity().name();
        List<RecoveryFile> files = stopped.recovery().files(name);
        stopped.letGo(); // none of these is ever written again: an oksd that starts puts a sealed copy in the last
        // one's place
        return new RecoverySource(
                stopped,
                name,
                new OwnTimeline(
                        stopped.identity().database(), stopped.identity().timeline()),
                files,
                Optional.empty(),
                false);
    }

    /**
     * Tells a running oksd which recovery files are safe elsewhere, so that its status shows the others.
     *
     * @param lastOrdinal of the last such file; 0 for none
     */
    public void tellArchived(long lastOrdinal) {
        if (source.kind() == Source.Kind.RUNNING && lastOrdinal > 0) {
            Source.Running running = (Source.Running) source;
            running.oksd().call(new ControlRequest.Archived(lastOrdinal), running.progress());
        }
    }
}
