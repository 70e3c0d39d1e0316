package oks.restore.database;

import oks.restore.log.RecoverySources;
import oks.restore.log.RecoveryTarget;

/** A restore that somebody asks for: from these files, to this state, in this directory. */
public record RestoreRequest(
        ArchiveInput archive, RecoverySources sources, RecoveryTarget wanted, TargetDirectory target) {}
