package oks.backup.source;

import java.io.IOException;
import java.nio.file.Path;
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
     * Reads a store and compares.
     *
     * @param what whose content it is, for the message
     * @throws OperatorFault DAMAGED
     */
    public static void requireContent(Path store, ArchivedState state, String what) throws IOException {
        StoreProof.Content content = StoreProof.scan(store);
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
