package oks.store;

import java.nio.file.Path;
import java.util.Optional;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Faults of RocksDB, with advice for the operator: DAMAGED for a file that cannot be read, FAILED for one that could
 * not be written.
 */
final class StoreFaults {
    /** The text of EACCES (strerror(3) in the locale C, in which Java programs leave C code). */
    private static final String EACCES = "Permission denied";

    private StoreFaults() {}

    /** @param doing what the store could not do, such as {@code read a certificate} */
    static OperatorFault of(RocksDB db, String doing, RocksDBException e) {
        Path store = Path.of(db.getName());
        return StoreDamage.of(e, store)
                .map(damage -> damaged(store, damage, e))
                .orElseGet(() -> OperatorFault.of(ExitCode.FAILED, "the store could not %s: %s", doing, e.getMessage())
                        .kept("every acknowledged change is in the recovery files")
                        .next(
                                "look at the disk of \"%s\": whether it is full, mounted and sound; then try again",
                                store)
                        .because(e));
    }

    /** A disk that fails at this moment has not damaged what is on it: a later start may well succeed. */
    static OperatorFault notOpened(Path store, Exception e) {
        Optional<StoreDamage> damage = e instanceof RocksDBException failure
                ? StoreDamage.of(failure, store)
                : Optional.of(new StoreDamage(Optional.empty(), e.getMessage())); // a record that makes no sense
        if (damage.isPresent()) {
            return damaged(store, damage.get(), e);
        }
        return OperatorFault.of(ExitCode.FAILED, "store \"%s\" could not be opened: %s", store, e.getMessage())
                .kept("nothing was changed")
                .next(
                        "%s",
                        isDenied(e)
                                ? "make everything in it belong to the user that runs oksd, for example with "
                                        + Advice.own(store.getParent())
                                : "look at the disk: whether it is full, mounted and sound; then try again")
                .because(e);
    }

    /** RocksDB has one status for all that the system refuses, "IO error"; only its text says what it was. */
    private static boolean isDenied(Exception failure) {
        return failure.getMessage().contains(EACCES);
    }

    /** @param cause null where this program itself found the damage */
    static OperatorFault damaged(Path store, StoreDamage damage, Throwable cause) {
        Path database = store.toAbsolutePath().getParent();
        return OperatorFault.of(ExitCode.DAMAGED, "%s", damage.sentence(store))
                .kept("nothing was changed; the recovery files and archives are not touched by this")
                .next(
                        "with oksd stopped, restore the database from the newest verified archive: %s; without one, "
                                + "%s brings out what can still be read",
                        Advice.restore(database), Advice.salvage(database))
                .because(damage.asCause(cause));
    }

    /**
     * RocksDB's Java code hands on names in Java's own form of UTF-8, in which characters beyond U+FFFF have other
     * bytes: it would open another directory.
     */
    static void requireName(Path path) {
        path.toString()
                .codePoints()
                .filter(character -> character > Character.MAX_VALUE)
                .findFirst()
                .ifPresent(character -> {
                    throw OperatorFault.of(
                                    ExitCode.USAGE,
                                    "directory \"%s\" has \"%s\" (U+%X) in its name, which RocksDB cannot open",
                                    path,
                                    Character.toString(character),
                                    character)
                            .kept("nothing was changed")
                            .next("use a directory with another name");
                });
    }
}
