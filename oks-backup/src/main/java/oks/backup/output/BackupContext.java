package oks.backup.output;

import java.time.InstantSource;
import oks.cli.Version;
import oks.durable.Disk;

/** The disk and the clock that every command of oks-backup works with; the program is one. */
public interface BackupContext {
    /** The name of the program, as locks and names of scratch directories bear it. */
    String NAME = "oks-backup";

    /** The disk of the backup directory. */
    Disk disk();

    /** The clock of names and proofs. */
    InstantSource clock();

    /** Name and version of the program, for what outlives it. */
    static String program() {
        return NAME + " " + Version.number();
    }
}
