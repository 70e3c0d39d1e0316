package oks.backup.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import oks.archive.ArchiveName;
import oks.archive.SidecarFile;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.RecoveryFileName;

/** The directory that keeps archives and recovery files. */
public final class OutputDirectory {
    private OutputDirectory() {}

    /**
     * Made by the operator, not here: the directory of a disk that is not mounted would be made on the wrong disk.
     *
     * @throws OperatorFault FAILED when it is not there, DAMAGED when something in it is not what its name says
     */
    public static Path require(Path named) throws IOException {
        if (named.toString().isEmpty()) { // as of a variable that was never set: the working directory is not meant
            throw OperatorFault.of(ExitCode.USAGE, "the backup directory's name is empty")
                    .kept("nothing was written")
                    .next("name it with --out DIR");
        }
        if (!isDirectory(named)) {
            throw OperatorFault.of(
                            ExitCode.FAILED,
                            "backup directory \"%s\" %s",
                            named,
                            Files.exists(named) ? "is not a directory" : "does not exist")
                    .kept("nothing was written")
                    .next("make it, or mount the disk that has it");
        }
        try (Stream<Path> files = Files.list(named)) {
            files.filter(OutputDirectory::isOurs).sorted().forEach(OutputDirectory::requireRegular);
        }
        return named;
    }

    /**
     * Whether it is a directory: a failure other than that nothing is there, such as a missing permission, is one of
     * its own.
     */
    private static boolean isDirectory(Path named) throws IOException {
        try {
            return Files.readAttributes(named, BasicFileAttributes.class).isDirectory();
        } catch (NoSuchFileException nothing) {
            return false;
        }
    }

    /**
     * For who looks after what is there: of nothing, nothing is good.
     *
     * @throws OperatorFault FAILED when neither an archive nor a recovery file is there
     */
    public static void requireSomething(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            if (files.noneMatch(OutputDirectory::isOurs)) {
                throw nothingIn(directory);
            }
        }
    }

    /** A disk that is not mounted looks like this. */
    public static OperatorFault nothingIn(Path directory) {
        return OperatorFault.of(ExitCode.FAILED, "directory \"%s\" holds no archive and no recovery file", directory)
                .kept("nothing was changed")
                .next("mount the disk that has them, or name the directory to which oks-backup writes");
    }

    private static boolean isOurs(Path file) {
        return ArchiveName.of(file).isPresent()
                || RecoveryFileName.ofPartial(file).isPresent()
                || SidecarFile.archiveOf(file).isPresent();
    }

    /**
     * A pipe or a device in place of a file would be read for ever. A file that got another name meanwhile is none of
     * them.
     *
     * @throws OperatorFault DAMAGED when it is not a file, or a link to none
     */
    public static void requireRegular(Path file) {
        if (!Files.isRegularFile(file) && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw OperatorFault.of(ExitCode.DAMAGED, "\"%s\" is not a file, though it has the name of one", file)
                    .kept("nothing was changed")
                    .next("find out who put it there, and take it away");
        }
    }
}
