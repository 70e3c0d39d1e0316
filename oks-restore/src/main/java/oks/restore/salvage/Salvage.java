package oks.restore.salvage;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import oks.cli.OutputOptions;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.fault.Count;
import oks.openpgp.Fingerprint;
import oks.recovery.Change;
import oks.recovery.Lsn;
import oks.recovery.ReadableFrames;
import oks.restore.log.Keyring;
import oks.store.StoredCertificate;
import oks.store.TableFile;

/**
 * Reads what is left of a database twice: once to learn of every certificate which version is the last, once to write
 * those versions. Changes nothing but what it writes to. One thread.
 */
final class Salvage {
    private static final Lsn EVERYTHING = new Lsn(Long.MAX_VALUE);

    private final Disk disk;
    private final SalvageSources sources;
    private final OutputOptions options;

    Salvage(Disk disk, SalvageSources sources, OutputOptions options) {
        this.disk = disk;
        this.sources = sources;
        this.options = options;
    }

    /**
     * The readable part of one file.
     *
     * @param problem empty when all of it could
     * @param mayBeLast whether the log can have ended with it
     */
    record ReadFile(Path file, long records, Optional<String> problem, boolean mayBeLast) {}

    /** The results of reading all files. */
    record Findings(SalvageVerdicts verdicts, List<ReadFile> tables, List<ReadFile> logs) {}

    /** Reads everything and judges it. */
    Findings find() throws IOException {
        List<ReadFile> tables = new ArrayList<>();
        List<ReadFile> logs = new ArrayList<>();
        CertificateVersions known = gather(EVERYTHING, tables, logs);
        Lsn provenByStore = known.isAsRecorded() ? Lsn.NONE : provenByStore(known);
        return new Findings(SalvageVerdicts.of(known, isEndKnown(tables, logs), provenByStore), tables, logs);
    }

    /**
     * Whether no change can be missing after all others. The log tells, if its last file was in use; else the store, if
     * no table file is damaged or missing, because the newest changes may be in that one alone.
     */
    private boolean isEndKnown(List<ReadFile> tables, List<ReadFile> logs) {
        if (!logs.isEmpty() && logs.get(logs.size() - 1).mayBeLast()) {
            return true;
        }
        return !tables.isEmpty()
                && tables.stream().allMatch(table -> table.problem().isEmpty())
                && TableFile.areAllIn(sources.tables().get(0).toAbsolutePath().getParent());
    }

    private CertificateVersions gather(Lsn upTo, List<ReadFile> tables, List<ReadFile> logs) throws IOException {
        CertificateVersions known = new CertificateVersions(upTo);
        sources.logs().stream()
                .flatMap(log -> log.header().stream())
                .forEach(header -> known.endRecord(
                        header.predecessor().last(), header.predecessor().digest()));
        try (Reading reading = new Reading("reading")) {
            for (Path table : sources.tables()) {
                tables.add(reading.table(table, known));
            }
            for (SalvageSources.Log log : sources.logs()) {
                logs.add(reading.log(log, known));
            }
        }
        known.settle();
        return known;
    }

    /** The last change of the store, if store and log up to there have the digest that the store recorded. */
    private Lsn provenByStore(CertificateVersions all) throws IOException {
        Optional<Lsn> recorded = all.storeRecord().map(store -> store.position().last());
        if (recorded.isEmpty()) {
            return Lsn.NONE;
        }
        CertificateVersions store = gather(recorded.get(), new ArrayList<>(), new ArrayList<>());
        return store.isAsRecorded() ? recorded.get() : Lsn.NONE;
    }

    /**
     * Writes the last readable version of every certificate that was not deleted.
     *
     * @param list gets a line for each: fingerprint, verdict, LSN, time
     */
    void write(SalvageVerdicts verdicts, Keyring keyring, Optional<PrintStream> list) throws IOException {
        Writing writing = new Writing(verdicts, keyring, list);
        try (Reading reading = new Reading("writing")) {
            for (Path table : sources.tables()) {
                reading.table(table, writing);
            }
            for (SalvageSources.Log log : sources.logs()) {
                reading.log(log, writing);
            }
        }
        list.ifPresent(out -> verdicts.all(Verdict.LOST).forEach(fingerprint -> out.println(fingerprint + " lost")));
    }

    /** One reading of all files, with its progress. */
    private final class Reading implements AutoCloseable {
        private final ProgressDisplay display;
        private long done;

        Reading(String what) throws IOException {
            this.display = options.progress(what, sources.bytes(disk), "bytes");
        }

        ReadFile table(Path file, TableFile.Visitor visitor) throws IOException {
            TableFile.Findings outcome = TableFile.read(file, visitor);
            display.to(done += disk.size(file));
            return new ReadFile(
                    file,
                    outcome.records(),
                    outcome.damage().map(what -> places(outcome.damagedPlaces()) + ", the first: " + what),
                    false);
        }

        ReadFile log(SalvageSources.Log log, ReadableFrames.Visitor visitor) throws IOException {
            ReadableFrames.Findings outcome = ReadableFrames.read(log.file(), log.limit(), visitor);
            display.to(done += log.file().size());
            Optional<String> problem = log.header().isEmpty() ? Optional.of("its header is damaged") : Optional.empty();
            List<ReadableFrames.Damage> damages = outcome.damages();
            if (!damages.isEmpty()) {
                problem = Optional.of(problem.map(header -> header + "; ").orElse("")
                        + places(damages.size())
                        + String.format(
                                Locale.ROOT,
                                ", the first: %s at offset %d",
                                Count.of(damages.get(0).bytes(), "byte"),
                                damages.get(0).offset()));
            }
            return new ReadFile(log.file().path(), outcome.changes(), problem, outcome.mayBeLast());
        }

        private static String places(int count) {
            return count == 1 ? "1 damaged place" : count + " damaged places";
        }

        @Override
        public void close() {
            display.close();
        }
    }

    /** Takes each certificate where its last readable version comes by. */
    private static final class Writing implements TableFile.Visitor, ReadableFrames.Visitor {
        private final SalvageVerdicts verdicts;
        private final Keyring keyring;
        private final Optional<PrintStream> list;
        private final Set<Fingerprint> written = new HashSet<>();

        Writing(SalvageVerdicts verdicts, Keyring keyring, Optional<PrintStream> list) {
            this.verdicts = verdicts;
            this.keyring = keyring;
            this.list = list;
        }

        @Override
        public void certificate(StoredCertificate stored) throws IOException {
            take(stored.fingerprint(), stored.lsn(), stored.content());
        }

        @Override
        public void change(Change change, boolean committed) throws IOException {
            if (change instanceof Change.Put put) {
                take(Fingerprint.of(put.fingerprint()), put.lsn(), put.content());
            }
        }

        private void take(Fingerprint fingerprint, Lsn lsn, byte[] content) throws IOException {
            CertificateVersions.Versions known = verdicts.known().all().get(fingerprint);
            if (known == null || !known.version().equals(lsn)) {
                return;
            }
            Optional<Verdict> verdict = verdicts.verdict(known).filter(Verdict::isWritten);
            if (verdict.isPresent() && written.add(fingerprint)) {
                keyring.add(content);
                list.ifPresent(
                        out -> out.println(fingerprint + " " + verdict.get() + " " + lsn + " " + known.modified()));
            }
        }
    }
}
