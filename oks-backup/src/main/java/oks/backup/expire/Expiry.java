package oks.backup.expire;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import oks.archive.ArchiveName;
import oks.archive.BaseArchive;
import oks.archive.Manifest;
import oks.archive.ManifestCopy;
import oks.archive.SidecarFile;
import oks.backup.expire.ExpirePlan.Condition;
import oks.backup.expire.ExpirePlan.KnownArchive;
import oks.backup.expire.ExpirePlan.KnownRecovery;
import oks.backup.expire.ExpirePlan.Retention;
import oks.backup.output.Leftovers;
import oks.backup.verify.Displays;
import oks.backup.verify.Verification;
import oks.durable.Disk;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryFileName;
import oks.recovery.RecoveryHeader;

/** Removes files that are no longer needed from a backup directory: reads everything, plans, and only then deletes. */
final class Expiry {
    static final UUID UNKNOWN = new UUID(0, 0);

    private final Disk disk;
    private final Path directory;
    private final Verification verification;
    private List<KnownRecovery> recovery = List.of();
    private List<KnownArchive> archives = List.of();

    Expiry(Disk disk, Path directory, Displays displays) {
        this.disk = disk;
        this.directory = directory;
        this.verification = new Verification(disk, displays);
    }

    /** Verifies the whole directory and says what would stay and what would go. */
    ExpirePlan plan(Retention retention, Instant now) throws IOException {
        verification.verify(List.of(directory));
        recovery = recovery();
        archives = archives(recovery);
        return ExpirePlan.of(archives, recovery, retention, now);
    }

    /**
     * The first recovery file that the newest sound archive of a database needs, after {@link #plan}; empty when no
     * file of the database may be removed.
     */
    OptionalLong firstNeeded(UUID database) {
        List<KnownArchive> own = archives.stream()
                .filter(archive -> archive.database().equals(database))
                .toList();
        return ExpirePlan.doubtful(own).isPresent()
                ? OptionalLong.empty()
                : ExpirePlan.newestSound(own, database).stream()
                        .mapToLong(newest -> ExpirePlan.firstNeeded(newest, recovery))
                        .findFirst();
    }

    private List<KnownRecovery> recovery() throws IOException {
        List<KnownRecovery> known = new ArrayList<>();
        for (RecoveryFile file : new RecoveryDirectory(disk, directory).files()) {
            RecoveryFileName name = file.name();
            try {
                RecoveryHeader header = file.header();
                known.add(new KnownRecovery(
                        name.toString(),
                        header.database(),
                        name.ordinal(),
                        header.predecessor().last().number(),
                        file.size()));
            } catch (OperatorFault damaged) {
                known.add(new KnownRecovery(name.toString(), UNKNOWN, name.ordinal(), 0, file.size()));
            }
        }
        return known;
    }

    private List<KnownArchive> archives(List<KnownRecovery> recovery) throws IOException {
        Map<Path, Verification.SoundArchive> followed = new TreeMap<>();
        verification.sound().forEach(archive -> followed.put(archive.file(), archive));
        Map<Path, Manifest> intact = new TreeMap<>();
        verification.intact().forEach(archive -> intact.put(archive.file(), archive.manifest()));
        Map<String, UUID> databases = databases(recovery);
        List<KnownArchive> known = new ArrayList<>();
        for (Path file : disk.list(directory)) {
            Optional<ArchiveName> name = ArchiveName.of(file);
            if (name.isEmpty() || !disk.isFile(file)) {
                continue;
            }
            Manifest manifest = intact.get(file);
            known.add(
                    manifest == null
                            ? new KnownArchive(
                                    name.get().toString(),
                                    databases.getOrDefault(name.get().database(), UNKNOWN),
                                    name.get().lsn().number(),
                                    name.get().timestamp(),
                                    Long.MAX_VALUE,
                                    disk.size(file),
                                    lacksBase(file) ? Condition.LACKS_BASE : Condition.DAMAGED,
                                    bases(ManifestCopy.beside(disk, file)))
                            : new KnownArchive(
                                    name.get().toString(),
                                    manifest.state().identity().database(),
                                    manifest.state().lsn().number(),
                                    manifest.created(),
                                    manifest.state().firstRecoveryOrdinal(),
                                    disk.size(file),
                                    condition(file, Optional.ofNullable(followed.get(file))),
                                    bases(Optional.of(manifest))));
        }
        return known;
    }

    private static List<String> bases(Optional<Manifest> manifest) {
        return manifest.stream()
                .flatMap(known -> known.bases().stream())
                .map(BaseArchive::archive)
                .toList();
    }

    private boolean lacksBase(Path archive) throws IOException {
        return bases(ManifestCopy.beside(disk, archive)).stream()
                .anyMatch(base -> !disk.isFile(archive.resolveSibling(base)));
    }

    /** @param followed the archive, if the recovery files continue it */
    private Condition condition(Path archive, Optional<Verification.SoundArchive> followed) {
        if (followed.isPresent() && !followed.get().newest()) {
            return Condition.LEFT_BEHIND;
        }
        if (!verification.isProven(archive)) {
            return Condition.NOT_PROVEN;
        }
        return followed.isPresent() ? Condition.SOUND : Condition.NOT_CONTINUED;
    }

    /** A damaged archive still tells the database's name: the name of a database that is here, one hopes. */
    private Map<String, UUID> databases(List<KnownRecovery> recovery) {
        Map<String, UUID> databases = new TreeMap<>();
        recovery.forEach(file -> databases.put(
                RecoveryFileName.of(Path.of(file.name())).orElseThrow().database(), file.database()));
        verification
                .intact()
                .forEach(archive -> databases.put(
                        archive.manifest().state().identity().name(),
                        archive.manifest().state().identity().database()));
        return databases;
    }

    /**
     * The reason not to carry out a plan: DAMAGED when the newest archive of a database is damaged, GAP_OR_FORK when it
     * lacks an archive that it needs, FAILED when it is not proven.
     */
    Optional<OperatorFault> unsoundArchives() {
        Map<UUID, List<KnownArchive>> byDatabase =
                archives.stream().collect(Collectors.groupingBy(KnownArchive::database));
        for (List<KnownArchive> own : byDatabase.values()) {
            Optional<KnownArchive> doubtful = ExpirePlan.doubtful(own);
            if (doubtful.isPresent()) {
                return Optional.of(refused(doubtful.get()));
            }
            if (own.stream().noneMatch(KnownArchive::sound)) {
                return Optional.of(OperatorFault.of(
                                ExitCode.DAMAGED,
                                "the recovery files in \"%s\" continue no proven archive of database \"%s\"",
                                directory,
                                nameOf(own.get(0)))
                        .kept("nothing of it is removed")
                        .next(
                                "run %s to see why, and make a new archive: %s",
                                Advice.verify(directory), Advice.archive(directory)));
            }
        }
        return Optional.empty();
    }

    private static String nameOf(KnownArchive archive) {
        return ArchiveName.of(Path.of(archive.name())).orElseThrow().database();
    }

    private OperatorFault refused(KnownArchive doubtful) {
        Path file = directory.resolve(doubtful.name());
        boolean lacksBase = doubtful.condition() == Condition.LACKS_BASE;
        OperatorFault fault = lacksBase || doubtful.condition() == Condition.DAMAGED
                ? OperatorFault.of(
                                lacksBase ? ExitCode.GAP_OR_FORK : ExitCode.DAMAGED,
                                "archive \"%s\" %s, and database \"%s\" has no newer sound one",
                                file,
                                lacksBase ? "lacks an archive that it needs" : "is damaged",
                                nameOf(doubtful))
                        .next(
                                "run %s to see why, and make a new archive: %s",
                                Advice.verify(directory), Advice.archive(directory))
                : OperatorFault.of(
                                ExitCode.FAILED,
                                "archive \"%s\" is not proven, and database \"%s\" has no newer proven one",
                                file,
                                nameOf(doubtful))
                        .next(
                                "prove it with %s; what is encrypted was proven when it was made, or never: then make "
                                        + "a new one with %s",
                                Advice.verify(file), Advice.archive(directory));
        return fault.kept("nothing of the database is removed");
    }

    /** Archives first: a run that is killed in the middle leaves no archive without the files that it needs. */
    void carryOut(ExpirePlan plan) throws IOException {
        for (ExpirePlan.Line line : plan.removed()) {
            Path file = directory.resolve(line.name());
            if (ArchiveName.of(file).isPresent()) {
                disk.delete(file);
                SidecarFile.deleteAll(disk, file);
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

    /** Removes the files that killed runs left. */
    void tidy() throws IOException {
        for (Path file : disk.list(directory)) {
            Optional<ArchiveName> name = ArchiveName.of(file);
            if (name.isPresent()) {
                Leftovers.ofArchives(disk, directory, name.get().database());
            }
        }
    }
}
