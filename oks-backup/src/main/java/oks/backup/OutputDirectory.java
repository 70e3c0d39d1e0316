package oks.backup;

import java.nio.file.Files;
import java.nio.file.Path;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** The directory that keeps archives and recovery files. */
final class OutputDirectory {
    private OutputDirectory() {}

    /** Made by the operator, not here: the directory of a disk that is not mounted would be made on the wrong disk. */
    static Path require(Path named) {
        if (!Files.isDirectory(named)) {
            throw OperatorFault.of(ExitCode.FAILED, "output directory \"%s\" %s", named,
                            Files.exists(named) ? "is not a directory" : "does not exist")
                    .kept("nothing was written")
                    .next("make it, or mount the disk that has it");
        }
        return named;
    }
}
