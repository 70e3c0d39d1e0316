package oks.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import oks.archive.ArchiveName;
import oks.archive.Companion;
import oks.archive.Manifest;
import oks.backup.ExpirePlan.Condition;
import oks.backup.ExpirePlan.KnownArchive;
import oks.backup.ExpirePlan.KnownRecovery;
import oks.backup.ExpirePlan.Retention;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryFileName;
import oks.recovery.RecoveryHeader;

/** Removes from an output directory what nobody needs any more: reads everything, plans, and only then deletes. */
final class Expiry {
    private static final UUID UNKNOWN = new UUID(0, 0);

    private final Disk disk;
    private final Path directory;
    private final Verification verification;

    Expiry(Disk disk, Path directory, Verification.Displays displays) {
        this.disk = disk;
        this.directory = directory;
        this.verification = new Verification(disk, displays);
    }

    /** Verifies the whole directory and says what would stay and what would go. */
    ExpirePlan plan(Retention retention, Instant now) throws IOException {
        verification.verify(List.of(directory));
        List<KnownRecovery> recovery = recovery();
        return ExpirePlan.of(archives(recovery), recovery, retention, now);
    }

    private List<KnownRecovery> recovery() throws IOException {
        List<KnownRecovery> known = new ArrayList<>();
        for (Path file : RecoveryChain.list(disk, directory)) {
            RecoveryFileName name = RecoveryFileName.of(file).orElseThrow();
            try {
                RecoveryHeader header = RecoveryChain.header(disk, file);
                known.add(new KnownRecovery(name.toString(), header.database(), name.ordinal(),
                        header.predecessor().last().number(), Files.size(file)));
            } catch (OperatorFault damaged) {
                known.add(new KnownRecovery(name.toString(), UNKNOWN, name.ordinal(), 0, Files.size(file)));
            }
        }
        return known;
    }

    private List<KnownArchive> archives(List<KnownRecovery> recovery) throws IOException {
        Map<Path, Condition> conditions = new TreeMap<>();
        verification.sound().forEach(archive ->
                conditions.put(archive.file(), archive.newest() ? Condition.SOUND : Condition.LEFT_BEHIND));
        Map<Path, Manifest> intact = new TreeMap<>();
        verification.intact().forEach(archive -> intact.put(archive.file(), archive.manifest()));
        Map<String, UUID> databases = databases(recovery);
        List<KnownArchive> known = new ArrayList<>();
        for (Path file : disk.list(directory)) {
            Optional<ArchiveName> name = ArchiveName.of(file);
            if (name.isEmpty() || !Files.isRegularFile(file)) {
                continue;
            }
            Manifest manifest = intact.get(file);
            known.add(manifest == null
                    ? new KnownArchive(name.get().toString(), databases.getOrDefault(name.get().database(), UNKNOWN),
                            name.get().lsn().number(), name.get().timestamp(), Long.MAX_VALUE, Files.size(file), Condition.DAMAGED)
                    : new KnownArchive(name.get().toString(), manifest.state().identity().database(),
                            manifest.state().lsn().number(), manifest.created(), manifest.state().firstRecoveryOrdinal(),
                            Files.size(file), conditions.getOrDefault(file, Condition.NOT_CONTINUED)));
        }
        return known;
    }

    /** A damaged archive still tells the database's name: the name of a database that is here, one hopes. */
    private Map<String, UUID> databases(List<KnownRecovery> recovery) {
        Map<String, UUID> databases = new TreeMap<>();
        recovery.forEach(file -> databases.put(
                RecoveryFileName.of(Path.of(file.name())).orElseThrow().database(), file.database()));
        verification.intact().forEach(archive -> databases.put(
                archive.manifest().state().identity().name(), archive.manifest().state().identity().database()));
        return databases;
    }

    /**
     * What speaks against carrying out a plan.
     *
     * @throws OperatorFault DAMAGED when a database has archives, but no sound one
     */
    void requireSoundArchives() throws IOException {
        Set<String> sound = verification.sound().stream()
                .filter(Verification.SoundArchive::newest)
                .map(archive -> archive.manifest().state().identity().name())
                .collect(Collectors.toSet());
        for (Path file : disk.list(directory)) {
            Optional<ArchiveName> name = ArchiveName.of(file).filter(archive -> !sound.contains(archive.database()));
            if (name.isPresent()) {
                throw OperatorFault.of(ExitCode.DAMAGED, "database \"%s\" has no sound archive in \"%s\"", name.get().database(), directory)
                        .kept("nothing of it is removed")
                        .next("run \"oks-backup verify %s\" to see why, and make a new archive: \"oks-backup full --out %s\"",
                                directory, directory);
            }
        }
    }

    /** Archives first: a run that is killed in the middle leaves no archive without the files that it needs. */
    void carryOut(ExpirePlan plan) throws IOException {
        for (ExpirePlan.Line line : plan.removed()) {
            Path file = directory.resolve(line.name());
            if (ArchiveName.of(file).isPresent()) {
                disk.delete(file);
                Companion.deleteAll(disk, file);
            }
        }
        disk.syncDirectory(directory);
        for (ExpirePlan.Line line : plan.removed()) {
            Path file = directory.resolve(line.name());
            if (RecoveryFileName.of(file).isPresent()) {
                disk.delete(file); // from the oldest on: what stays has no gap
            }
        }
        disk.syncDirectory(directory);
    }

    /** What earlier runs left that were killed. */
    void tidy() throws IOException {
        for (Path file : disk.list(directory)) {
            Optional<ArchiveName> name = ArchiveName.of(file);
            if (name.isPresent()) {
                Leftovers.ofArchives(disk, directory, name.get().database());
            }
        }
    }
}
