package oks.recovery;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A recovery file, and what its header says of the place where it belongs. */
public record HistoryFile(RecoveryFile file, RecoveryHeader header) {

    /** Reads the header of each file. */
    public static List<HistoryFile> of(Collection<RecoveryFile> files) throws IOException {
        List<HistoryFile> read = new ArrayList<>();
        for (RecoveryFile file : files) {
            read.add(new HistoryFile(file, file.header()));
        }
        return read;
    }

    public Path path() {
        return file.path();
    }

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
