package oks.restore.database;

import oks.restore.log.RecoverySources;
import oks.restore.log.Wanted;

/** A restore that somebody asks for: from these files, to this state, in this directory. */
public record RestoreRequest(ArchiveInput archive, RecoverySources sources, Wanted wanted, RestoreTarget target) {}
