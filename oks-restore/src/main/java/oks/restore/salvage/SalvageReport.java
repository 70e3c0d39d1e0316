package oks.restore.salvage;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import oks.fault.Count;
import oks.log.Printable;
import oks.openpgp.Fingerprint;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.Lsn;
import oks.restore.log.Report;
import oks.restore.salvage.CertificateVersions.StoreRecord;
import oks.restore.salvage.CertificateVersions.Versions;
import oks.restore.salvage.Salvage.ReadFile;

/** The result of a salvage, and how certain it is; see oks-restore(1), "salvage". */
record SalvageReport(Path directory, Path keyring, SalvageSources sources, Salvage.Findings found, long written)
        implements Report {

    private SalvageVerdicts verdicts() {
        return found.verdicts();
    }

    private CertificateVersions known() {
        return found.verdicts().known();
    }

    private Digest digest() {
        return known().digest();
    }

    @Override
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("salvaged " + Count.of(written, "certificate")
                + sources.identity()
                        .map(identity -> " of database \"" + identity.name() + "\"")
                        .orElse("")
                + " from " + directory + " to " + keyring);
        files("table files    ", found.tables(), lines);
        files("recovery files ", found.logs(), lines);
        if (!sources.leftOut().isEmpty()) {
            lines.add("  left out        " + Count.of(sources.leftOut().size(), "recovery file")
                    + " of other databases or histories");
        }
        lines.add("  last change     LSN " + known().last()
                + known().lastTime().map(time -> ", " + time).orElse(""));
        known().storeRecord()
                .ifPresent(store -> lines.add("  store           stood at LSN "
                        + store.position().last() + " with " + Count.of(store.certificates(), "certificate")));
        lines.add("  state digest    " + digest() + ", " + comparison());
        verdicts()
                .counts()
                .forEach((verdict, count) ->
                        lines.add(String.format(Locale.ROOT, "  %-15s %d, %s", verdict, count, verdict.meaning())));
        for (Verdict verdict : List.of(Verdict.STALE, Verdict.LOST)) {
            verdicts().all(verdict).forEach(fingerprint -> lines.add("    " + line(verdict, fingerprint)));
        }
        return lines;
    }

    private String comparison() {
        if (verdicts().proven()) {
            return "as recorded: this is everything";
        }
        if (known().isAsRecorded()) {
            return "as recorded, but later changes may be missing";
        }
        return known().recordedDigest().isPresent()
                ? "but another one was recorded"
                : "none was recorded for this state";
    }

    private static void files(String what, List<ReadFile> files, List<String> lines) {
        long damaged = files.stream().filter(file -> file.problem().isPresent()).count();
        lines.add("  " + what + " " + files.size() + (damaged == 0 ? "" : ", " + damaged + " of them damaged"));
        for (ReadFile file : files) {
            file.problem()
                    .ifPresent(problem -> lines.add("    " + file.file().getFileName() + ": "
                            + Count.of(file.records(), "record") + " read, " + Printable.of(problem)));
        }
    }

    private String line(Verdict verdict, Fingerprint fingerprint) {
        Versions certificate = known().all().get(fingerprint);
        String newer = certificate.newer().equals(Lsn.NONE) ? "" : ", LSN " + certificate.newer() + " cannot be read";
        return verdict + "  " + fingerprint
                + (verdict == Verdict.LOST ? newer : "  LSN " + certificate.version() + newer);
    }

    /** The members of {@code salvage --json}; see oks-json(7). */
    record Members(
            boolean salvaged,
            Path directory,
            Path keyring,
            Optional<String> database,
            long certificates,
            boolean complete,
            long lsn,
            Optional<Instant> time,
            String digest,
            Optional<String> recordedDigest,
            boolean endKnown,
            Optional<Long> lastUnknownLsn,
            Optional<StoreMembers> store,
            Map<String, Long> verdicts,
            List<CertificateMembers> stale,
            List<CertificateMembers> lost,
            List<String> blockedFingerprints,
            List<FileMembers> tablesRead,
            List<FileMembers> recoveryRead,
            List<Path> leftOutFiles) {}

    /** The state that the store says it has. */
    record StoreMembers(long lsn, long certificates, String digest) {
        static StoreMembers of(StoreRecord store) {
            return new StoreMembers(
                    store.position().last().number(),
                    store.certificates(),
                    store.position().digest().hex());
        }
    }

    /** A certificate of which the newest version is not known. */
    record CertificateMembers(String fingerprint, Optional<Long> lsn, Optional<Long> unreadableLsn) {}

    /** A file that was read. */
    record FileMembers(Path path, long records, Optional<String> problem) {
        static List<FileMembers> of(List<ReadFile> files) {
            return files.stream()
                    .map(file -> new FileMembers(file.file(), file.records(), file.problem()))
                    .toList();
        }
    }

    @Override
    public Members members() {
        Map<String, Long> counts = new LinkedHashMap<>();
        verdicts().counts().forEach((verdict, count) -> counts.put(verdict.toString(), count));
        return new Members(
                true,
                directory,
                keyring,
                sources.identity().map(DatabaseIdentity::name),
                written,
                verdicts().isComplete(),
                known().last().number(),
                known().lastTime(),
                digest().hex(),
                known().recordedDigest().map(Digest::hex),
                verdicts().endKnown(),
                number(verdicts().lastUnknown()),
                known().storeRecord().map(StoreMembers::of),
                counts,
                certificates(Verdict.STALE),
                certificates(Verdict.LOST),
                known().all().entrySet().stream()
                        .filter(entry -> entry.getValue().isBlocked())
                        .map(Map.Entry::getKey)
                        .sorted()
                        .map(Fingerprint::toString)
                        .toList(),
                FileMembers.of(found.tables()),
                FileMembers.of(found.logs()),
                sources.leftOut());
    }

    private List<CertificateMembers> certificates(Verdict verdict) {
        return verdicts().all(verdict).stream()
                .map(fingerprint -> {
                    Versions certificate = known().all().get(fingerprint);
                    return new CertificateMembers(
                            fingerprint.toString(), number(certificate.version()), number(certificate.newer()));
                })
                .toList();
    }

    private static Optional<Long> number(Lsn lsn) {
        return lsn.equals(Lsn.NONE) ? Optional.empty() : Optional.of(lsn.number());
    }

    @Override
    public List<String> warnings() {
        if (verdicts().isComplete()) {
            return List.of();
        }
        return List.of("it is not certain that this is everything: "
                + (!verdicts().endKnown()
                        ? "later changes may have been in what is missing"
                        : verdicts().lastUnknown().equals(Lsn.NONE)
                                ? "not every certificate could be read"
                                : "of LSN " + verdicts().lastUnknown() + ", for one, nothing is known"));
    }
}
