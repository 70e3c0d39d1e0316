package oks.restore.database;

import oks.durable.Disk;
import oks.restore.log.RecoverySources;
import oks.restore.log.RecoveryTarget;

/** A restore that somebody asks for: from these files, to this state, in this directory. */
public record RestoreRequest(
        ArchiveInput archive, RecoverySources sources, RecoveryTarget wanted, TargetDirectory target) {
    /** The same, with recovery files that are read through another disk. */
    RestoreRequest on(Disk disk) {
        return new RestoreRequest(archive, sources.on(disk), wanted, target);
    }
}
