package oks.backup.source;

import oks.archive.ArchivedState;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.store.StoreProof;

/**
 * Proof that a store holds what a manifest says: the certificates are read and added up, and nothing is taken on trust.
 */
public final class ContentProof {
    private ContentProof() {}

    /** Whether a file of a database directory is a table of its store. */
    public static boolean isTable(String path) {
        return path.startsWith(DatabaseDirectory.STORE + "/") && path.endsWith(".sst");
    }

    /**
     * Compares what was read of a store with what it is to hold.
     *
     * @param content read by {@link StoreProof#scan}
     * @param what whose content it is, for the message
     * @throws OperatorFault DAMAGED
     */
    public static void requireContent(StoreProof.Content content, ArchivedState state, String what) {
        requireEqual(what, "certificates", state.certificates(), content.certificates());
        requireEqual(what, "state digest", state.digest(), content.digest());
        requireEqual(what, "last change", state.lsn(), content.last());
        if (content.newest().isAfter(state.lsn())) {
            throw OperatorFault.of(
                    ExitCode.DAMAGED,
                    "%s is to end with LSN %s, but a certificate in it has LSN %s",
                    what,
                    state.lsn(),
                    content.newest());
        }
    }

    private static void requireEqual(String what, String of, Object said, Object found) {
        if (!said.equals(found)) {
            throw OperatorFault.of(
                    ExitCode.DAMAGED, "%s is to have %s %s, but its content has %s", what, of, said, found);
        }
    }
}
