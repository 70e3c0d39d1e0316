package oks.restore.database;

import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import oks.archive.ArchiveContents;
import oks.archive.Manifest;
import oks.recovery.DatabaseIdentity;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryFileName;
import oks.recovery.Timeline;
import oks.restore.log.Branch;

/**
 * The timeline that a restore begins: nobody can know whether the old history went on elsewhere. Its number is higher
 * than those of all timelines that the restore saw, and so will be the ordinals of its files.
 */
record NewTimeline(ArchiveContents archive, Branch branch) {

    /** The restored database's identity, when the last group that was replayed ended here. */
    DatabaseIdentity after(LogPosition end, UUID id) {
        DatabaseIdentity identity = archive.identity();
        Timeline parent =
                Optional.ofNullable(end.file()).flatMap(branch::timelineOf).orElse(identity.timeline());
        int number = 1 + Math.max(branch.highestTimeline(), identity.timeline().number());
        return new DatabaseIdentity(
                identity.name(),
                identity.database(),
                new Timeline(number, id, Optional.of(new Timeline.Fork(parent.id(), end.last(), end.digest()))),
                highest(end));
    }

    private Optional<RecoveryFileName> highest(LogPosition end) {
        return Stream.of(
                        Optional.ofNullable(end.file()),
                        branch.highestName(),
                        archive.identity().lastFile(),
                        archive.manifest().map(this::firstAfterArchive))
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder());
    }

    /** The file that was begun when the archive was made: it exists, whether it was named or not. */
    private RecoveryFileName firstAfterArchive(Manifest manifest) {
        return new RecoveryFileName(
                archive.identity().name(), manifest.created(), manifest.state().firstRecoveryOrdinal());
    }
}
