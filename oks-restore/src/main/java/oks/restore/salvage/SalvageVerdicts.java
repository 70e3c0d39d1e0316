package oks.restore.salvage;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import oks.openpgp.Fingerprint;
import oks.recovery.Lsn;
import oks.restore.salvage.CertificateVersions.Versions;

/**
 * The verdicts on all that a salvage found.
 *
 * @param endKnown whether it is known that no change came after the last one that anything tells of
 * @param proven whether the state digest of what was found is the one that was recorded at a known end: then nothing is
 *     missing
 * @param lastUnknown the last change of which nothing is known; {@link Lsn#NONE} when there is none
 */
record SalvageVerdicts(CertificateVersions known, boolean endKnown, boolean proven, Lsn lastUnknown) {

    /** @param provenByStore up to which change the table files alone are proven to be complete */
    static SalvageVerdicts of(CertificateVersions known, boolean endKnown, Lsn provenByStore) {
        if (!endKnown) {
            return new SalvageVerdicts(known, false, false, known.last().next());
        }
        boolean proven = known.isAsRecorded();
        return new SalvageVerdicts(known, true, proven, proven ? Lsn.NONE : known.lastUnknown(provenByStore));
    }

    /** The verdict on a certificate; empty for one of which there is nothing but an old index entry. */
    Optional<Verdict> verdict(Versions certificate) {
        if (certificate.isDeleted()) {
            return Optional.of(Verdict.DELETED);
        }
        if (certificate.version().equals(Lsn.NONE)) {
            return proven ? Optional.empty() : Optional.of(Verdict.LOST);
        }
        if (certificate.newer().isAfter(certificate.version())) {
            return Optional.of(Verdict.STALE);
        }
        return Optional.of(proven || certificate.version().isAfter(lastUnknown) ? Verdict.CERTAIN : Verdict.UNPROVEN);
    }

    /** How many certificates there are of each verdict. */
    Map<Verdict, Long> counts() {
        Map<Verdict, Long> counts = new EnumMap<>(Verdict.class);
        List.of(Verdict.values()).forEach(verdict -> counts.put(verdict, 0L));
        known.all()
                .values()
                .forEach(
                        certificate -> verdict(certificate).ifPresent(verdict -> counts.merge(verdict, 1L, Long::sum)));
        return counts;
    }

    /** The certificates of a verdict, in order. */
    List<Fingerprint> all(Verdict verdict) {
        return known.all().entrySet().stream()
                .filter(entry ->
                        verdict(entry.getValue()).filter(verdict::equals).isPresent())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Whether it is certain that nothing is missing. */
    boolean isComplete() {
        Map<Verdict, Long> counts = counts();
        boolean nothingKnown = known.last().equals(Lsn.NONE) && !proven;
        return !nothingKnown
                && lastUnknown.equals(Lsn.NONE)
                && counts.get(Verdict.UNPROVEN) + counts.get(Verdict.STALE) + counts.get(Verdict.LOST) == 0;
    }
}
