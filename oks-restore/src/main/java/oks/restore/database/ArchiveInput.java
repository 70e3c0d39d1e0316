package oks.restore.database;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;
import oks.archive.ArchiveCheck;
import oks.archive.ArchiveContents;
import oks.archive.ArchiveProgress;
import oks.archive.BaseArchives;
import oks.archive.Extraction;
import oks.cli.OutputOptions;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.durable.DurableInputStream;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** The archive to restore from: a file, which can be read twice, or standard input, which cannot. */
public final class ArchiveInput {
    private final Disk disk;
    private final Optional<Path> file;
    private final InputStream standardInput;

    private ArchiveInput(Disk disk, Optional<Path> file, InputStream standardInput) {
        this.disk = disk;
        this.file = file;
        this.standardInput = standardInput;
    }

    public static ArchiveInput of(Disk disk, String name, InputStream standardInput) {
        if (name.equals("-")) {
            return new ArchiveInput(disk, Optional.empty(), standardInput);
        }
        Path file = Path.of(name);
        if (!disk.isFile(file)) {
            throw OperatorFault.of(
                            ExitCode.USAGE,
                            "archive \"%s\" %s",
                            file,
                            disk.exists(file) ? "is not a regular file" : "does not exist")
                    .kept("nothing was changed")
                    .next("name an archive of oks-backup, the directory of its archives, or a tar of a database "
                            + "directory");
        }
        return new ArchiveInput(disk, Optional.of(file), standardInput);
    }

    /** Whether checking it leaves it readable. */
    boolean isFile() {
        return file.isPresent();
    }

    /** The file; empty for standard input. */
    Optional<Path> file() {
        return file;
    }

    String name() {
        return file.map(Path::toString).orElse("standard input");
    }

    /** Reads all of it and of what it needs beside it, and checks that; writes nothing. */
    ArchiveContents check(OutputOptions options) throws IOException {
        return read(
                options,
                "checking the archive",
                (in, bases, progress) -> ArchiveCheck.check(in, name(), bases, progress));
    }

    /** Unpacks and checks it, with what it needs beside it. */
    ArchiveContents unpack(Path into, OutputOptions options) throws IOException {
        return read(
                options,
                "unpacking the archive",
                (in, bases, progress) -> Extraction.unpack(in, name(), into, bases, progress));
    }

    private interface Reading {
        ArchiveContents from(InputStream in, BaseArchives bases, LongConsumer progress) throws IOException;
    }

    private ArchiveContents read(OutputOptions options, String what, Reading reading) throws IOException {
        long total = file.isPresent() ? disk.size(file.get()) : 0;
        try (ProgressDisplay display = options.progress(what, total, "bytes");
                InputStream in = file.isPresent() ? DurableInputStream.open(disk, file.get()) : standardInput) {
            ArchiveProgress progress = new ArchiveProgress(display::to, total);
            BaseArchives bases =
                    file.map(path -> BaseArchives.beside(disk, path, progress)).orElseGet(BaseArchives::ofPipe);
            return reading.from(in, bases, progress::add);
        } catch (OperatorFault fault) {
            throw DamagedArchive.of(fault);
        }
    }
}
