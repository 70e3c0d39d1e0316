package oks.oksd.control;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import oks.control.ControlResults;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Armor;
import oks.openpgp.Certificate;
import oks.openpgp.CertificateDifference;
import oks.openpgp.Fingerprint;
import oks.recovery.Change;
import oks.recovery.Lsn;
import oks.store.StoredCertificate;

/** Every version of one certificate that the recovery files and the store still know. One thread; used once. */
final class CertificateHistory {
    private final Fingerprint fingerprint;
    private final TreeMap<Long, Recorded> recorded = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();
    private Optional<StoredCertificate> stored = Optional.empty();

    private record Recorded(Change change, String file) {}

    CertificateHistory(Fingerprint fingerprint) {
        this.fingerprint = fingerprint;
    }

    /** Takes a change from a recovery file, if it is about this certificate. */
    void add(Change change, String file) {
        byte[] subject = switch (change.kind()) {
            case PUT -> ((Change.Put) change).fingerprint();
            case DELETE -> ((Change.Delete) change).fingerprint();
            case POINT -> new byte[0];
        };
        if (Arrays.equals(subject, fingerprint.bytes())) {
            recorded.put(change.lsn().number(), new Recorded(change, file));
        }
    }

    /** Takes what the store has. */
    void add(Optional<StoredCertificate> version) {
        stored = version;
    }

    /** Something that an operator should know about the recovery files. */
    void note(String note) {
        notes.add(note);
    }

    /** The list, oldest version first. */
    ControlResults.History list() {
        refuseUnknown();
        List<ControlResults.Version> versions = new ArrayList<>();
        Optional<Certificate> before = Optional.empty();
        for (Recorded version : recorded.values()) {
            versions.add(describe(version, before));
            before = after(version.change(), before);
        }
        describeStored(before).ifPresent(versions::add);
        return new ControlResults.History(
                fingerprint.toString(),
                stored.map(version -> version.lsn().number()),
                versions,
                List.copyOf(missing()),
                List.copyOf(notes));
    }

    private void refuseUnknown() {
        if (recorded.isEmpty() && stored.isEmpty()) {
            throw OperatorFault.of(
                            ExitCode.FAILED,
                            "neither the database nor its recovery files know certificate %s",
                            fingerprint)
                    .kept("nothing was changed")
                    .next(
                            notes.isEmpty()
                                    ? "look into the recovery files that are archived: "
                                            + Advice.showCertificate(fingerprint)
                                    : String.join("; ", notes));
        }
    }

    private static ControlResults.Version describe(Recorded version, Optional<Certificate> before) {
        return switch (version.change().kind()) {
            case PUT -> describe((Change.Put) version.change(), version.file(), before);
            case DELETE -> describe((Change.Delete) version.change(), version.file());
            case POINT -> throw new IllegalStateException("a restore point is of no certificate");
        };
    }

    private static ControlResults.Put describe(Change.Put put, String file, Optional<Certificate> before) {
        Certificate after = Certificate.ofStored(put.content());
        boolean first = put.replaced().equals(Change.Replaced.NOTHING);
        Optional<CertificateDifference> difference = first
                ? Optional.of(CertificateDifference.ofFirst(after))
                : before.map(known -> CertificateDifference.between(known, after));
        return new ControlResults.Put(
                put.lsn().number(),
                put.time(),
                ControlResults.Version.Kind.PUT,
                put.origin(),
                put.content().length,
                file,
                difference.map(CertificateDifference::added),
                difference.map(CertificateDifference::removed));
    }

    private static ControlResults.Delete describe(Change.Delete delete, String file) {
        Lsn removed = delete.certificateKept() ? Lsn.NONE : delete.replaced().lsn();
        return new ControlResults.Delete(
                delete.lsn().number(),
                delete.time(),
                ControlResults.Version.Kind.DELETE,
                delete.tombstone().by(),
                delete.tombstone().reason(),
                delete.tombstone().blocked(),
                removed.equals(Lsn.NONE) ? Optional.empty() : Optional.of(removed.number()),
                file);
    }

    /** The certificate after a change; empty when it is gone or not known. */
    private static Optional<Certificate> after(Change change, Optional<Certificate> before) {
        return switch (change.kind()) {
            case PUT -> Optional.of(Certificate.ofStored(((Change.Put) change).content()));
            case DELETE -> ((Change.Delete) change).certificateKept() ? before : Optional.empty();
            case POINT -> before;
        };
    }

    /** The version in the store, where no recovery file has it any more. */
    private Optional<ControlResults.Version> describeStored(Optional<Certificate> before) {
        return stored.filter(version -> !recorded.containsKey(version.lsn().number()))
                .map(version -> {
                    Optional<CertificateDifference> difference =
                            before.map(known -> CertificateDifference.between(known, version.certificate()));
                    return new ControlResults.Put(
                            version.lsn().number(),
                            version.modified(),
                            ControlResults.Version.Kind.PUT,
                            "",
                            version.content().length,
                            "",
                            difference.map(CertificateDifference::added),
                            difference.map(CertificateDifference::removed));
                });
    }

    /** Versions that were replaced, but are in no recovery file here. */
    private SortedSet<Long> missing() {
        SortedSet<Long> missing = new TreeSet<>();
        for (Recorded version : recorded.values()) {
            Change change = version.change();
            missing.add(
                    change.kind() == Change.Kind.PUT
                            ? ((Change.Put) change).replaced().lsn().number()
                            : ((Change.Delete) change).replaced().lsn().number());
        }
        missing.remove(0L);
        missing.removeAll(recorded.keySet());
        stored.ifPresent(version -> missing.remove(version.lsn().number()));
        return missing;
    }

    /** One version's contents, armored. */
    ControlResults.Exported export(long lsn) {
        refuseUnknown();
        Recorded version = recorded.get(lsn);
        byte[] content = version != null && version.change().kind() == Change.Kind.PUT
                ? ((Change.Put) version.change()).content()
                : stored.filter(present -> present.lsn().number() == lsn)
                        .map(StoredCertificate::content)
                        .orElseThrow(() -> OperatorFault.of(
                                        ExitCode.FAILED,
                                        "no version of certificate %s with LSN %d is here",
                                        fingerprint,
                                        lsn)
                                .kept("nothing was written")
                                .next("list the versions with %s", Advice.history(fingerprint)));
        return new ControlResults.Exported(
                fingerprint.toString(),
                lsn,
                new String(Armor.certificates(List.of(content)), StandardCharsets.US_ASCII));
    }
}
