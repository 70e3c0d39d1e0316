package oks.restore.database;

import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import oks.cli.OutputOptions;
import oks.cli.ProgressDisplay;
import oks.fault.Advice;
import oks.fault.Count;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.store.CertificateStore;
import oks.store.IndexesRepaired;
import oks.store.StoreCheck;

/**
 * A restored store whose certificates and tombstones are proven to be those of the log. What is derived from them,
 * indexes and counts, is no reason to keep anybody from them: where it does not agree, it is made again.
 *
 * @param check what a full scan found at the end
 * @param rebuilt what was made again, if the scan before it found a difference
 */
record ProvenStore(StoreCheck check, Optional<IndexesRepaired> rebuilt) {
    private static final int SHOWN_DIFFERENCES = 3;

    /** @throws oks.fault.OperatorFault DAMAGED when certificates or tombstones are not those of the log */
    static ProvenStore prove(CertificateStore store, OutputOptions options) {
        StoreCheck check = check(store, options);
        if (check.sound()) {
            store.noteSound();
            return new ProvenStore(check, Optional.empty());
        }
        IndexesRepaired rebuilt;
        try (ProgressDisplay display = options.progress("rebuilding indexes", store.certificates(), "certificates")) {
            rebuilt = store.repairIndexes(display::to);
        }
        return new ProvenStore(check(store, options), Optional.of(rebuilt));
    }

    private static StoreCheck check(CertificateStore store, OutputOptions options) {
        try (ProgressDisplay display = options.progress("proving", store.certificates(), "certificates")) {
            StoreCheck check = store.check(display::to);
            if (!check.damage().isEmpty()) {
                throw DamagedArchive.of(damaged("the restored store is not sound: %s", some(check.differences())));
            }
            return check;
        }
    }

    private static String some(List<String> differences) {
        return String.join("; ", differences.stream().limit(SHOWN_DIFFERENCES).toList());
    }

    /** The state of the indexes, for people. */
    String line() {
        return rebuilt.map(repaired -> "rebuilt from the certificates: " + Count.of(repaired.added(), "entry")
                        + " added, " + repaired.removed() + " removed"
                        + (repaired.recounted() ? ", certificates counted again" : ""))
                .orElse("as the certificates say");
    }

    /** Warnings that the indexes in the archive were wrong, or still are. */
    List<String> warnings() {
        if (!check.sound()) {
            return List.of("every certificate is there, but searches may miss some: " + some(check.derived())
                    + "; please report this, with the output of " + Advice.check());
        }
        return rebuilt.map(repaired ->
                        List.of("the indexes in the archive did not agree with its certificates; they are " + line()))
                .orElse(List.of());
    }

    /** The members of {@code indexes}; see oks-json(7). */
    record Members(boolean rebuilt, long added, long removed, List<String> differences) {}

    Members members() {
        return new Members(
                rebuilt.isPresent(), count(IndexesRepaired::added), count(IndexesRepaired::removed), check.derived());
    }

    private long count(ToLongFunction<IndexesRepaired> of) {
        return rebuilt.map(of::applyAsLong).orElse(0L);
    }

    /** The fault of an archive, or of what it restores to, that is not what it should be. */
    static OperatorFault damaged(String format, Object... values) {
        return OperatorFault.of(ExitCode.DAMAGED, format, values)
                .kept("the target directory was not made")
                .next(
                        "restore from the newest verified archive before this one, with the recovery files since; "
                                + "where there is none, unpack this one, and %s brings out what can still be read",
                        Advice.salvage("DIR"));
    }
}
