package oks.restore.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import oks.archive.ArchiveIdentity;
import oks.durable.Disk;
import oks.durable.FileComparison;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.ArchivedPoint;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryFileName;

/** The recovery files that the operator named, in directories or one by one. */
public final class RecoverySources {
    private final Disk disk;
    private final List<RecoveryFile> files;
    private final List<Path> directories;

    private RecoverySources(Disk disk, List<RecoveryFile> files, List<Path> directories) {
        this.disk = disk;
        this.files = List.copyOf(files);
        this.directories = List.copyOf(directories);
    }

    /** @param disk on which they are read; one that keeps them open spares many an opening */
    public static RecoverySources of(Disk disk, List<Path> named) throws IOException {
        List<RecoveryFile> files = new ArrayList<>();
        for (Path path : named) {
            Optional<RecoveryFile> file = RecoveryFile.of(disk, path);
            if (disk.isDirectory(path)) {
                files.addAll(new RecoveryDirectory(disk, path).filesWithPartial());
            } else if (!disk.isFile(path) || file.isEmpty()) {
                throw OperatorFault.of(ExitCode.USAGE, "\"%s\" is neither a directory nor a recovery file", path)
                        .kept("nothing was changed")
                        .next("name directories or files such as \"sample-202611221049020000000042.recovery\"");
            } else {
                files.add(file.get());
            }
        }
        return new RecoverySources(
                disk, files, named.stream().filter(disk::isDirectory).toList());
    }

    /**
     * As {@link #of}, but a directory without recovery files is refused: a disk that is not mounted is an empty
     * directory.
     *
     * @throws OperatorFault FAILED when there is not one recovery file in all of it
     */
    public static RecoverySources notEmpty(Disk disk, List<Path> named) throws IOException {
        RecoverySources sources = of(disk, named);
        if (!named.isEmpty() && sources.files.isEmpty()) {
            throw OperatorFault.of(
                            ExitCode.FAILED,
                            "no recovery file is in %s",
                            named.stream().map(path -> "\"" + path + "\"").collect(Collectors.joining(", ")))
                    .kept("nothing was changed")
                    .next("mount the disk that has them, or name the directory to which oks-backup writes; where "
                            + "there are none, name none");
        }
        return sources;
    }

    /**
     * These files and others, as far as they are of this database: each name once. Of two files with one name of which
     * the shorter is the beginning of the longer, the shorter was copied while oksd was still writing it: the longer
     * counts. A file that is being followed has the name that it will get.
     */
    public List<RecoveryFile> with(Collection<RecoveryFile> others, String database) throws IOException {
        Map<RecoveryFileName, RecoveryFile> byName = new LinkedHashMap<>();
        List<RecoveryFile> all = new ArrayList<>();
        for (RecoveryFile file : both(others)) {
            if (!file.isOf(database)) {
                continue;
            }
            RecoveryFile earlier = byName.putIfAbsent(file.name(), file);
            if (earlier != null && isBeginningOf(earlier, file)) {
                byName.put(file.name(), file);
            } else if (earlier != null && !isBeginningOf(file, earlier)) {
                all.add(file); // RecoveryChain names the two
            }
        }
        all.addAll(byName.values());
        return all;
    }

    /** The same files, read through another disk. */
    public RecoverySources on(Disk disk) {
        List<RecoveryFile> through = files.stream()
                .map(file -> new RecoveryFile(disk, file.path(), file.name()))
                .toList();
        return new RecoverySources(disk, through, directories);
    }

    /** Another recovery file that is read as these are; empty when the path is not that of one. */
    public Optional<RecoveryFile> file(Path path) {
        return RecoveryFile.of(disk, path);
    }

    /** How long each of them is; one that was renamed or removed since it was listed is left out. */
    public Map<Path, Long> sizes() {
        Map<Path, Long> sizes = new LinkedHashMap<>();
        for (RecoveryFile file : files) {
            try {
                sizes.put(file.path(), file.size());
            } catch (IOException goneMeanwhile) {
                continue; // the next look finds it under its new name
            }
        }
        return sizes;
    }

    /** The archives of a database in the directories that were named: they tell of timelines, too. */
    public List<ArchivedPoint> archives(Disk disk, UUID database) throws IOException {
        List<ArchivedPoint> archives = new ArrayList<>();
        for (Path directory : directories) {
            archives.addAll(ArchiveIdentity.points(ArchiveIdentity.in(disk, directory), database));
        }
        return archives;
    }

    /** These files and others, each path once, of whatever database. */
    public List<RecoveryFile> all(Collection<RecoveryFile> others) {
        return both(others).stream()
                .map(file -> new RecoveryFile(
                        file.disk(), file.path().toAbsolutePath().normalize(), file.name()))
                .distinct()
                .toList();
    }

    private List<RecoveryFile> both(Collection<RecoveryFile> others) {
        List<RecoveryFile> both = new ArrayList<>(files);
        both.addAll(others);
        return both;
    }

    private static boolean isBeginningOf(RecoveryFile shorter, RecoveryFile longer) throws IOException {
        long difference = FileComparison.mismatch(shorter.disk(), shorter.path(), longer.path());
        return difference == -1 || difference == shorter.size();
    }
}
