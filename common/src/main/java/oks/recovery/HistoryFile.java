package oks.recovery;

import java.nio.file.Path;

/** A recovery file, and what its header says of the place where it belongs. */
public record HistoryFile(Path path, RecoveryHeader header) {

    public RecoveryFileName name() {
        return header.name();
    }

    public Timeline timeline() {
        return header.timeline();
    }

    /** The last change before this file. */
    public Lsn after() {
        return header.predecessor().last();
    }

    /** Whether no file is missing between that one and this one. */
    boolean follows(HistoryFile before) {
        return header.predecessor().ordinal() == before.name().ordinal();
    }

    /** Whether this file's header names that one as its predecessor. */
    boolean continuesFrom(HistoryFile before) {
        return before.name().equals(header.predecessor().file());
    }
}
