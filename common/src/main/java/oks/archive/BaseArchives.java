package oks.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import oks.durable.Disk;
import oks.durable.DurableInputStream;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * Where the archives are that hold files of an incremental one: beside it. Of an archive that comes from a pipe, nobody
 * knows where they are.
 */
public final class BaseArchives {
    private final Optional<Beside> beside;

    private record Beside(Disk disk, Path directory, ArchiveProgress progress) {}

    private BaseArchives(Optional<Beside> beside) {
        this.beside = beside;
    }

    /**
     * Those in the directory in which an archive is.
     *
     * @param progress is told how much of them is read
     */
    public static BaseArchives beside(Disk disk, Path archive, ArchiveProgress progress) {
        return new BaseArchives(
                Optional.of(new Beside(disk, archive.toAbsolutePath().getParent(), progress)));
    }

    /** None at all, for an archive that comes from a pipe. */
    public static BaseArchives ofPipe() {
        return new BaseArchives(Optional.empty());
    }

    /**
     * The file of a base.
     *
     * @param archive the one that needs it, for messages
     * @throws OperatorFault GAP_OR_FORK when it is not there
     */
    Path find(BaseArchive base, Manifest manifest, String archive) throws IOException {
        Optional<Path> file = beside.map(place -> place.directory().resolve(base.archive()))
                .filter(path -> beside.get().disk().isFile(path));
        return file.orElseThrow(() -> missing(base, manifest, archive).because(new UnusableBase(base.archive(), null)));
    }

    /** Opens a base that was found, to be read with {@link #progress}. */
    InputStream open(Path file) throws IOException {
        Disk disk = beside.orElseThrow().disk();
        progress().expect(disk.size(file));
        return DurableInputStream.open(disk, file);
    }

    ArchiveProgress progress() {
        return beside.orElseThrow().progress();
    }

    private OperatorFault missing(BaseArchive base, Manifest manifest, String archive) {
        String needed = "archive \"" + archive + "\" is incremental, and needs archive \"" + base.archive() + "\"";
        if (beside.isEmpty()) {
            return OperatorFault.of(ExitCode.GAP_OR_FORK, "%s, which a pipe does not bring", needed)
                    .kept("nothing was changed")
                    .next(
                            "put it in one directory with what it needs (%s), and name the file, not a pipe",
                            manifest.needs().orElseThrow());
        }
        return OperatorFault.of(
                        ExitCode.GAP_OR_FORK,
                        "%s (SHA-256 %.16s…), which is not in \"%s\"",
                        needed,
                        base.sha256(),
                        beside.get().directory())
                .kept("nothing was changed")
                .next(
                        "put it there, or take an archive that does not need it: %s tells",
                        Advice.list(beside.get().directory()));
    }
}
