package oks.oksd.control;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import oks.fault.OperatorFault;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recovery files that are not known to be copied elsewhere: the changes that the loss of this disk would take
 * along.
 *
 * @param before the last change that is in a copied file; 0 for none
 * @param bytes of the other files
 * @param since when the first of the others that holds a change was begun; empty when none does
 */
record UnarchivedFiles(Lsn before, long bytes, Optional<Instant> since) {
    private static final Logger LOG = LoggerFactory.getLogger(UnarchivedFiles.class);
    private static final UnarchivedFiles UNKNOWN = new UnarchivedFiles(Lsn.NONE, 0, Optional.empty());

    /**
     * Looks.
     *
     * @param database the database's name; another one's files may be in the same directory
     * @param archivedOrdinal up to here files are copied
     * @param last the last change in the log
     */
    static UnarchivedFiles of(RecoveryDirectory directory, String database, long archivedOrdinal, Lsn last) {
        try {
            return look(directory, database, archivedOrdinal, last);
        } catch (IOException | OperatorFault e) {
            LOG.debug("recovery files: {}", e.getMessage()); // one may be renamed meanwhile, or damaged: status goes on
            return UNKNOWN;
        }
    }

    private static UnarchivedFiles look(RecoveryDirectory directory, String database, long archivedOrdinal, Lsn last)
            throws IOException {
        List<RecoveryFile> files = directory.files(database).stream()
                .filter(file -> file.ordinal() > archivedOrdinal)
                .toList();
        if (files.isEmpty()) {
            return UNKNOWN;
        }
        long bytes = 0;
        for (RecoveryFile file : files) {
            bytes += file.size();
        }
        Lsn before = files.get(0).header().predecessor().last();
        return new UnarchivedFiles(archivedOrdinal == 0 ? Lsn.NONE : before, bytes, since(files, before, last));
    }

    /** When the first of these files was begun that holds a change: starts and stops leave files without any. */
    private static Optional<Instant> since(List<RecoveryFile> files, Lsn before, Lsn last) throws IOException {
        if (last.equals(before)) {
            return Optional.empty();
        }
        RecoveryFile first = files.get(0);
        for (RecoveryFile file : files.subList(1, files.size())) {
            if (!file.header().predecessor().last().equals(before)) {
                break;
            }
            first = file;
        }
        return Optional.of(first.name().timestamp());
    }
}
