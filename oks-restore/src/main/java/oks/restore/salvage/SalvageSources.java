package oks.restore.salvage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Histories;
import oks.recovery.HistoryFile;
import oks.recovery.LogPosition;
import oks.recovery.ReadableFrames;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryHeader;
import oks.restore.log.RecoverySources;
import oks.store.TableFile;

/**
 * The files to salvage from: the store's table files, and recovery files of this database and its newest history.
 *
 * @param identity empty when the directory's IDENTITY cannot be read
 * @param logs in order; several files of one name are read one after the other
 * @param leftOut recovery files of other databases and other histories
 */
record SalvageSources(Optional<DatabaseIdentity> identity, List<Path> tables, List<Log> logs, List<Path> leftOut) {

    /**
     * A recovery file.
     *
     * @param header empty when it is damaged
     * @param limit where the file after it says that it ends; {@link Long#MAX_VALUE} when none says so
     */
    record Log(RecoveryFile file, Optional<RecoveryHeader> header, long limit) {}

    SalvageSources {
        tables = List.copyOf(tables);
        logs = List.copyOf(logs);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Looks for them; reads headers only.
     *
     * @param directory a database directory, or its store
     * @throws OperatorFault USAGE when there is nothing to read, FAILED for a format that is too new
     */
    static SalvageSources find(DatabaseDirectory directory, RecoverySources named) throws IOException {
        Optional<DatabaseIdentity> identity = identity(directory);
        List<Path> tables = new ArrayList<>();
        for (Path place : List.of(directory.path(), directory.store())) {
            directory.disk().list(place).stream()
                    .filter(file -> file.toString().endsWith(TableFile.SUFFIX))
                    .forEach(tables::add);
        }
        List<RecoveryFile> files = named.all(directory.recoveryFiles().filesWithPartial());
        if (tables.isEmpty() && files.isEmpty()) {
            throw OperatorFault.of(
                            ExitCode.USAGE, "in directory \"%s\" are neither table files nor recovery files", directory)
                    .kept("nothing was changed")
                    .next("name a database directory, and recovery files elsewhere with --recovery DIR");
        }
        return choose(identity, tables, files);
    }

    private static Optional<DatabaseIdentity> identity(DatabaseDirectory directory) throws IOException {
        if (!directory.hasIdentity()) {
            return Optional.empty();
        }
        try {
            return Optional.of(directory.identity());
        } catch (OperatorFault unreadable) {
            if (unreadable.code() != ExitCode.DAMAGED) {
                throw unreadable;
            }
            return Optional.empty();
        }
    }

    private static SalvageSources choose(
            Optional<DatabaseIdentity> identity, List<Path> tables, List<RecoveryFile> files) throws IOException {
        List<Log> damaged = new ArrayList<>();
        List<Log> whole = new ArrayList<>();
        for (RecoveryFile file : files) {
            Optional<RecoveryHeader> header = ReadableFrames.header(file);
            (header.isPresent() ? whole : damaged).add(new Log(file, header, Long.MAX_VALUE));
        }
        UUID database = identity.map(DatabaseIdentity::database).orElseGet(() -> onlyDatabase(whole));
        List<Path> leftOut = new ArrayList<>();
        List<HistoryFile> ours = new ArrayList<>();
        for (Log log : whole) {
            RecoveryHeader header = log.header().orElseThrow();
            if (header.database().equals(database)) {
                ours.add(new HistoryFile(log.file(), header));
            } else {
                leftOut.add(log.file().path());
            }
        }
        Set<Path> followed = new HashSet<>();
        Histories.of(ours, List.of()).newest().ifPresent(history -> {
            history.files().forEach(file -> followed.add(file.path()));
            history.others().forEach(file -> leftOut.add(file.path()));
        });
        List<Log> logs = new ArrayList<>(damaged);
        whole.stream().filter(log -> followed.contains(log.file().path())).forEach(logs::add);
        return new SalvageSources(identity, tables, limited(logs), leftOut);
    }

    private static UUID onlyDatabase(List<Log> logs) {
        List<UUID> databases = logs.stream()
                .map(log -> log.header().orElseThrow().database())
                .distinct()
                .toList();
        if (databases.size() > 1) {
            throw OperatorFault.of(
                            ExitCode.USAGE,
                            "the recovery files are of %d databases, and no IDENTITY says which is meant",
                            databases.size())
                    .kept("nothing was changed")
                    .next("name the recovery files of one database, or put its IDENTITY into the directory");
        }
        return databases.isEmpty() ? new UUID(0, 0) : databases.get(0);
    }

    private static List<Log> limited(List<Log> logs) {
        return logs.stream()
                .sorted(Comparator.comparing(log -> log.file().name()))
                .map(log -> new Log(
                        log.file(), log.header(), declaredLength(log, logs).orElse(Long.MAX_VALUE)))
                .toList();
    }

    /** The bytes after it are void: they were written again to the file after it. */
    private static OptionalLong declaredLength(Log log, List<Log> all) {
        long ordinal = log.file().ordinal();
        return all.stream()
                .flatMap(other -> other.header().stream())
                .map(RecoveryHeader::predecessor)
                .filter(before -> before.ordinal() == ordinal)
                .mapToLong(LogPosition::length)
                .max();
    }

    /** Bytes of all files. */
    long bytes(Disk disk) throws IOException {
        long bytes = 0;
        for (Path table : tables) {
            bytes += disk.size(table);
        }
        for (Log log : logs) {
            bytes += log.file().size();
        }
        return bytes;
    }
}
