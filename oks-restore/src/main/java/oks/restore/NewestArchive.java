package oks.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import oks.archive.ArchiveName;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** The archive that is meant when somebody names the output directory of oks-backup instead of one archive in it. */
final class NewestArchive {
    private NewestArchive() {}

    /**
     * The archive in a directory that was begun last; of one second, the one with the most changes.
     *
     * @throws OperatorFault USAGE when there is none, when there are those of several databases, or when it is encrypted
     */
    static Path in(Disk disk, Path directory) throws IOException {
        record Named(Path file, ArchiveName name) {}
        List<Named> archives = disk.list(directory).stream()
                .filter(Files::isRegularFile)
                .flatMap(file -> ArchiveName.of(file).stream().map(name -> new Named(file, name)))
                .toList();
        Named newest = archives.stream()
                .max(Comparator.comparing((Named each) -> each.name().timestamp()).thenComparing(each -> each.name().lsn()))
                .orElseThrow(() -> refused("directory \"%s\" holds no archive of oks-backup", directory)
                        .next("name the directory to which \"oks-backup full --out DIR\" writes, or a tar of a database directory"));
        TreeSet<String> databases = archives.stream().map(each -> each.name().database()).collect(Collectors.toCollection(TreeSet::new));
        if (databases.size() > 1) {
            throw refused("directory \"%s\" holds archives of databases %s", directory,
                            databases.stream().map("\"%s\""::formatted).collect(Collectors.joining(", ")))
                    .next("name one archive of them: \"oks-restore from ARCHIVE --db DIR --recovery %s\"", directory);
        }
        if (newest.name().encrypted()) {
            throw refused("the newest archive in directory \"%s\" is encrypted", directory)
                    .next("decrypt it on the way: \"gpg --decrypt %s | oks-restore from - --db DIR --recovery %s\"", newest.file(), directory);
        }
        return newest.file();
    }

    private static OperatorFault refused(String format, Object... values) {
        return OperatorFault.of(ExitCode.USAGE, format, values).kept("nothing was changed");
    }
}
