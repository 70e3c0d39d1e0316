package oks.restore.salvage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import oks.fault.Count;
import oks.fault.UtcTime;
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

    @Override
    public ObjectNode json() {
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("salvaged", true)
                .put("directory", directory.toString())
                .put("keyring", keyring.toString())
                .put("database", sources.identity().map(DatabaseIdentity::name).orElse(null))
                .put("certificates", written)
                .put("complete", verdicts().isComplete())
                .put("lsn", known().last().number())
                .put("time", UtcTime.orNull(known().lastTime()))
                .put("digest", digest().hex())
                .put(
                        "recorded_digest",
                        known().recordedDigest().map(Digest::hex).orElse(null))
                .put("end_known", verdicts().endKnown())
                .put("last_unknown_lsn", orNull(verdicts().lastUnknown()));
        Optional<StoreRecord> store = known().storeRecord();
        store.ifPresentOrElse(
                record -> object.putObject("store")
                        .put("lsn", record.position().last().number())
                        .put("certificates", record.certificates())
                        .put("digest", record.position().digest().hex()),
                () -> object.putNull("store"));
        Map<Verdict, Long> counts = verdicts().counts();
        ObjectNode numbers = object.putObject("verdicts");
        counts.forEach((verdict, count) -> numbers.put(verdict.toString(), count));
        list(Verdict.STALE, object.putArray("stale"));
        list(Verdict.LOST, object.putArray("lost"));
        var blocked = object.putArray("blocked_fingerprints");
        known().all().entrySet().stream()
                .filter(entry -> entry.getValue().isBlocked())
                .map(Map.Entry::getKey)
                .sorted()
                .forEach(fingerprint -> blocked.add(fingerprint.toString()));
        files(found.tables(), object.putArray("tables_read"));
        files(found.logs(), object.putArray("recovery_read"));
        var leftOut = object.putArray("left_out_files");
        sources.leftOut().forEach(file -> leftOut.add(file.toString()));
        return object;
    }

    private void list(Verdict verdict, ArrayNode into) {
        for (Fingerprint fingerprint : verdicts().all(verdict)) {
            Versions certificate = known().all().get(fingerprint);
            into.addObject()
                    .put("fingerprint", fingerprint.toString())
                    .put("lsn", orNull(certificate.version()))
                    .put("unreadable_lsn", orNull(certificate.newer()));
        }
    }

    private static Long orNull(Lsn lsn) {
        return lsn.equals(Lsn.NONE) ? null : lsn.number();
    }

    private static void files(List<ReadFile> files, ArrayNode into) {
        for (ReadFile file : files) {
            into.addObject()
                    .put("path", file.file().toString())
                    .put("records", file.records())
                    .put("problem", file.problem().orElse(null));
        }
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
