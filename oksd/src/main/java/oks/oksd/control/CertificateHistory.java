package oks.oksd.control;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.fault.UtcTime;
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
    ObjectNode list() {
        refuseUnknown();
        ObjectNode result = JsonNodeFactory.instance.objectNode().put("fingerprint", fingerprint.toString());
        result.put("stored_lsn", stored.map(version -> version.lsn().number()).orElse(null));
        ArrayNode versions = result.putArray("versions");
        Certificate before = null;
        for (Recorded version : recorded.values()) {
            before = describe(version, before, versions.addObject());
        }
        describeStored(before, versions);
        ArrayNode missing = result.putArray("missing");
        missing().forEach(missing::add);
        ArrayNode told = result.putArray("notes");
        notes.forEach(told::add);
        return result;
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
                                    ? "look into the recovery files that are archived: \"oks-restore show --fingerprint "
                                            + fingerprint + " FILE...\""
                                    : String.join("; ", notes));
        }
    }

    /** Describes a version and returns the certificate as it was after it; null when it was gone. */
    private static Certificate describe(Recorded version, Certificate before, ObjectNode into) {
        Change change = version.change();
        into.put("lsn", change.lsn().number()).put("time", UtcTime.of(change.time()));
        into.put("kind", change.kind() == Change.Kind.PUT ? "put" : "delete");
        if (change.kind() == Change.Kind.DELETE) {
            Change.Delete delete = (Change.Delete) change;
            into.put("by", delete.tombstone().by())
                    .put("reason", delete.tombstone().reason());
            into.put("blocked", delete.tombstone().blocked());
            Lsn removed =
                    delete.certificateKept() ? Lsn.NONE : delete.replaced().lsn();
            into.put("removed_lsn", removed.equals(Lsn.NONE) ? null : removed.number());
            into.put("file", version.file());
            return delete.certificateKept() ? before : null;
        }
        Change.Put put = (Change.Put) change;
        Certificate after = Certificate.ofStored(put.content());
        into.put("origin", put.origin().isEmpty() ? null : put.origin())
                .put("bytes", put.content().length)
                .put("file", version.file());
        boolean first = put.replaced().equals(Change.Replaced.NOTHING);
        if (first || before != null) {
            difference(
                    first ? CertificateDifference.ofFirst(after) : CertificateDifference.between(before, after), into);
        }
        return after;
    }

    private static void difference(CertificateDifference difference, ObjectNode into) {
        ArrayNode added = into.putArray("parts_added");
        difference.added().forEach(added::add);
        ArrayNode removed = into.putArray("parts_removed");
        difference.removed().forEach(removed::add);
    }

    /** The version in the store, where no recovery file has it any more. */
    private void describeStored(Certificate before, ArrayNode versions) {
        stored.filter(version -> !recorded.containsKey(version.lsn().number())).ifPresent(version -> {
            ObjectNode into = versions.addObject()
                    .put("lsn", version.lsn().number())
                    .put("time", UtcTime.of(version.modified()))
                    .put("kind", "put")
                    .putNull("origin")
                    .put("bytes", version.content().length)
                    .putNull("file");
            if (before != null) {
                difference(CertificateDifference.between(before, version.certificate()), into);
            }
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
    ObjectNode export(long lsn) {
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
                                .next("list the versions with \"oksctl history %s\"", fingerprint));
        return JsonNodeFactory.instance
                .objectNode()
                .put("fingerprint", fingerprint.toString())
                .put("lsn", lsn)
                .put("armored", new String(Armor.certificates(List.of(content)), StandardCharsets.US_ASCII));
    }
}
