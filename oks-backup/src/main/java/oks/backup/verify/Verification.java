package oks.backup.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import oks.archive.ArchiveIdentity;
import oks.archive.ArchiveName;
import oks.archive.ArchivedState;
import oks.archive.Manifest;
import oks.archive.Proof;
import oks.archive.SidecarFile;
import oks.backup.output.OutputDirectory;
import oks.backup.output.RecoveryRun;
import oks.durable.Disk;
import oks.fault.Count;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.ArchivedPoint;
import oks.recovery.Continuation;
import oks.recovery.Histories;
import oks.recovery.HistoryFile;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryChain.ChainEnd;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryFileName;

/** Verifies everything that was named and goes on after a fault, so that one run tells all. */
public final class Verification {
    private final Disk disk;
    private final ArchiveVerification reading;
    private final List<Finding> findings = new ArrayList<>();
    private final List<ReadArchive> intact = new ArrayList<>();
    private final List<SoundArchive> sound = new ArrayList<>();
    /** The line for an archive that a gap ends, if another archive makes up for that; by its first finding. */
    private final Map<String, Finding> upToGap = new HashMap<>();
    /** Databases whose recovery files cannot be told apart. */
    private final Set<UUID> withoutOrder = new HashSet<>();

    private final Map<Path, Proof> proofs = new HashMap<>();

    public Verification(Disk disk, Displays displays) {
        this(disk, displays, new SignatureCheck(disk, Optional.empty()), Optional.empty());
    }

    /**
     * @param signatures what is demanded of every archive
     * @param proving present when the contents of archives are to be proven; otherwise their bytes are read, and
     *     earlier proofs
     */
    public Verification(
            Disk disk, Displays displays, SignatureCheck signatures, Optional<ArchiveVerification.Proving> proving) {
        this.disk = disk;
        this.reading = new ArchiveVerification(disk, displays, signatures, proving);
    }

    /**
     * @param what an archive, or recovery files that follow each other
     * @param remark what is known besides
     * @param fault empty when it is good
     */
    public record Finding(String what, String remark, Optional<OperatorFault> fault) {
        String line() {
            return fault.map(found -> "BAD  " + what + ": " + found.what())
                    .orElse("ok   " + what + (remark.isEmpty() ? "" : ": " + remark));
        }
    }

    /**
     * An archive in which no fault was found.
     *
     * @param continuation the recovery files that were named with it and continue it
     * @param end where they bring it
     */
    public record SoundArchive(Path file, Manifest manifest, Continuation continuation, LogPosition end) {
        List<Path> recovery() {
            return continuation.files().stream().map(HistoryFile::path).toList();
        }

        /** Whether it is of the newest history. */
        public boolean newest() {
            return continuation.newest();
        }

        boolean encrypted() {
            return ArchiveName.of(file).filter(ArchiveName::encrypted).isPresent();
        }
    }

    /**
     * The archives that are as they were written, whether or not recovery files continue them; after {@link #verify}.
     */
    public List<ReadArchive> intact() {
        return List.copyOf(intact);
    }

    /** An archive of which every file was read and compared. */
    public record ReadArchive(Path file, Manifest manifest) {}

    /** The archives without a fault, after {@link #verify}; none of those made by hand. */
    public List<SoundArchive> sound() {
        return List.copyOf(sound);
    }

    /** Those of them whose content was proven, now or earlier of the same bytes. */
    public List<SoundArchive> proven() {
        return sound.stream().filter(archive -> isProven(archive.file())).toList();
    }

    /** How an archive was proven that was just found to be as it was written; empty when it was not. */
    Optional<Proof> proof(Path archive) {
        return Optional.ofNullable(proofs.get(archive));
    }

    /** Whether the content of an archive was proven that was just found to be as it was written. */
    public boolean isProven(Path archive) {
        return proof(archive).filter(Proof::ofContent).isPresent();
    }

    /**
     * What is missing in a directory; reads archives to their last byte, the newest first, until one needs no missing
     * file.
     *
     * @return empty when nothing is missing
     */
    public static Optional<MissingFiles> missing(
            Disk disk, Displays displays, Path directory, Histories histories, UUID database) throws IOException {
        return MissingFiles.of(
                disk,
                directory,
                histories,
                database,
                archive -> new Verification(disk, displays)
                        .proven(archive, database, histories)
                        .isPresent());
    }

    private interface Check {
        String run() throws IOException;
    }

    public List<Finding> verify(List<Path> paths) throws IOException {
        List<Path> archives = new ArrayList<>();
        List<RecoveryFile> recovery = new ArrayList<>();
        for (Path path : paths) {
            List<Path> files = disk.isDirectory(path) ? disk.list(path) : List.of(path);
            int before = archives.size() + recovery.size() + findings.size();
            for (Path file : files) {
                if (disk.isDirectory(path) && !isFile(file)) {
                    continue;
                }
                Optional<RecoveryFile> recoveryFile = RecoveryFile.of(disk, file);
                recoveryFile.ifPresent(recovery::add);
                if (recoveryFile.isPresent()) {
                    continue;
                }
                if (ArchiveName.of(file).isPresent()
                        || !disk.isDirectory(path)
                                && SidecarFile.archiveOf(file).isEmpty()) {
                    archives.add(file);
                }
            }
            if (archives.size() + recovery.size() + findings.size() == before) {
                findings.add(new Finding(path.toString(), "", Optional.of(OutputDirectory.nothingIn(path))));
            }
        }
        List<ArchiveIdentity> identities = ArchiveIdentity.of(disk, archives);
        Map<UUID, Histories> histories = new TreeMap<>();
        for (Map.Entry<UUID, List<HistoryFile>> entry : byDatabase(recovery).entrySet()) {
            verifyRecovery(entry.getKey(), entry.getValue(), ArchiveIdentity.points(identities, entry.getKey()))
                    .ifPresent(of -> histories.put(entry.getKey(), of));
        }
        for (ArchiveIdentity archive : identities) {
            UUID database = archive.database().database();
            if (!histories.containsKey(database) && !withoutOrder.contains(database)) {
                histories.put(
                        database, Histories.of(List.of(), database, ArchiveIdentity.points(identities, database)));
            }
        }
        for (Path archive : archives) {
            verifyArchive(archive, histories);
        }
        for (Map.Entry<UUID, Histories> entry : histories.entrySet()) {
            judgeGaps(entry.getKey(), entry.getValue());
            judgeRivals(entry.getKey(), entry.getValue());
        }
        return List.copyOf(findings);
    }

    /** Whether it can be read to its end; what only has the name of an archive or a recovery file is a fault. */
    private boolean isFile(Path file) {
        try {
            OutputDirectory.requireRegular(file);
            return true;
        } catch (OperatorFault fault) {
            if (RecoveryFileName.ofPartial(file).isPresent()
                    || ArchiveName.of(file).isPresent()) {
                findings.add(new Finding(file.toString(), "", Optional.of(fault)));
            }
            return false;
        }
    }

    private void check(String what, Check check) throws IOException {
        try {
            findings.add(new Finding(what, check.run(), Optional.empty()));
        } catch (OperatorFault fault) {
            findings.add(new Finding(what, "", Optional.of(fault)));
        }
    }

    private Map<UUID, List<HistoryFile>> byDatabase(List<RecoveryFile> files) throws IOException {
        Map<UUID, List<HistoryFile>> byDatabase = new TreeMap<>();
        for (RecoveryFile file : files) {
            try {
                HistoryFile read = new HistoryFile(file, file.header());
                byDatabase
                        .computeIfAbsent(read.header().database(), id -> new ArrayList<>())
                        .add(read);
            } catch (OperatorFault fault) {
                findings.add(new Finding(file.toString(), "", Optional.of(fault)));
            }
        }
        return byDatabase;
    }

    /** @return how the files belong together; empty when that cannot be said */
    private Optional<Histories> verifyRecovery(UUID database, List<HistoryFile> files, List<ArchivedPoint> archives)
            throws IOException {
        Histories histories;
        try {
            histories = Histories.of(files, database, archives);
        } catch (OperatorFault fault) {
            findings.add(new Finding("recovery files of database " + database, "", Optional.of(fault)));
            withoutOrder.add(database);
            return Optional.empty();
        }
        for (RecoveryRun run : RecoveryRun.all(histories)) {
            check(run.first().name() + " to " + run.last().name(), () -> {
                ChainEnd end = run.verify();
                return Count.of(run.files().size(), "file") + ", "
                        + (histories.timelines().size() > 1
                                ? "timeline " + run.first().timeline().number() + ", "
                                : "")
                        + "LSN " + (run.first().after().number() + 1) + " to "
                        + end.position().last() + (end.unsealed() ? ", the last one not complete" : "");
            });
        }
        return Optional.of(histories);
    }

    /** Says what is missing, and for an archive before that whether it is good up to there. */
    private void judgeGaps(UUID database, Histories histories) throws IOException {
        Optional<HistoryFile> any =
                histories.newest().flatMap(newest -> newest.files().stream().findFirst());
        if (any.isEmpty()) {
            return;
        }
        Path directory = any.get().path().toAbsolutePath().getParent();
        Optional<MissingFiles> missing = MissingFiles.of(
                disk,
                directory,
                histories,
                database,
                archive -> ofNewest(database).contains(archive.toAbsolutePath()));
        if (missing.isEmpty()) {
            return;
        }
        findings.add(new Finding(
                "recovery files of database " + database,
                missing.get().what() + "; " + missing.get().meaning(),
                missing.get().fault()));
        if (missing.get().beyond().isPresent()) {
            findings.replaceAll(
                    finding -> finding.fault().isPresent() ? upToGap.getOrDefault(finding.what(), finding) : finding);
        }
    }

    /** The proven archives of a database that can be restored up to the end of its newest history. */
    private Set<Path> ofNewest(UUID database) {
        return proven().stream()
                .filter(archive -> archive.newest()
                        && archive.manifest().state().identity().database().equals(database))
                .map(archive -> archive.file().toAbsolutePath())
                .collect(Collectors.toSet());
    }

    private void judgeRivals(UUID database, Histories histories) throws IOException {
        if (!histories.rivals().isEmpty()) {
            check("histories of database " + database, () -> {
                histories.requireOneNewest();
                return "";
            });
        }
    }

    /**
     * Verifies one archive, and that the recovery files continue it up to the end of the newest history; empty when
     * something is wrong, or its content was never proven.
     */
    public Optional<SoundArchive> proven(Path archive, UUID database, Histories histories) throws IOException {
        verifyArchive(archive, Map.of(database, histories));
        return proven().stream()
                .filter(one -> one.newest()
                        && one.manifest().state().identity().database().equals(database))
                .findFirst();
    }

    private void verifyArchive(Path archive, Map<UUID, Histories> histories) throws IOException {
        check(archive.toString(), () -> {
            ArchiveVerification.Verified verified = reading.verify(archive);
            if (verified.manifest().isEmpty()) {
                return verified.remark();
            }
            Manifest manifest = verified.manifest().get();
            intact.add(new ReadArchive(archive, manifest));
            verified.proof().ifPresent(proof -> proofs.put(archive, proof));
            return judge(archive, manifest, histories) + "; " + verified.remark();
        });
    }

    /** Follows an archive that was read along its history. */
    private String judge(Path archive, Manifest manifest, Map<UUID, Histories> histories) throws IOException {
        ArchivedState state = manifest.state();
        UUID database = state.identity().database();
        ArchivedPoint point = new ArchivedPoint(
                archive.getFileName().toString(), state.identity().timeline(), state.lsn());
        Histories known = histories.get(database);
        if (known == null) { // its recovery files have no order, or it does not say of which database it is before its
            // end
            known = Histories.of(List.of(), database, List.of(point));
        }
        Continuation continuation = known.continuation(point);
        LogPosition end = continuation.verify(database, state.position());
        String lsn = "LSN " + state.lsn();
        if (continuation.gap().isPresent()) {
            upToGap.put(
                    archive.toString(),
                    new Finding(
                            archive.toString(),
                            lsn + ", restores up to LSN " + end.last() + ", not beyond the gap",
                            Optional.empty()));
            throw OperatorFault.of(
                            ExitCode.GAP_OR_FORK,
                            "it can be restored up to LSN %s: %s",
                            end.last(),
                            continuation.gap().get().line())
                    .kept("nothing was changed")
                    .next("put the missing files beside the others");
        }
        sound.add(new SoundArchive(archive, manifest, continuation, end));
        String certificates = lsn + ", " + Count.of(state.certificates(), "certificate") + ", ";
        return continuation.newest()
                ? certificates + "restores up to LSN " + end.last()
                : certificates + continuation.leftBehind() + "; restores up to LSN " + end.last()
                        + " of it with --timeline "
                        + state.identity().timeline().id();
    }

    /**
     * Verifies an archive that comes from a pipe, and nothing beside it.
     *
     * @param signature where the signature of its manifest stands; it need not be there
     */
    public List<Finding> verify(InputStream in, Path signature) throws IOException {
        check("standard input", () -> {
            ArchiveVerification.Verified verified = reading.verify(in, signature);
            return verified.manifest()
                            .map(Manifest::state)
                            .map(state ->
                                    "LSN " + state.lsn() + ", " + Count.of(state.certificates(), "certificate") + "; ")
                            .orElse("")
                    + verified.remark();
        });
        return List.copyOf(findings);
    }
}
