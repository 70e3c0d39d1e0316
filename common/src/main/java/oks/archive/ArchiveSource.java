package oks.archive;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;

/**
 * The files of a snapshot, in the order in which an archive holds them: IDENTITY, then the store's by name.
 *
 * @param files paths in the archive, and where the bytes are
 */
public record ArchiveSource(List<SourceFile> files) {
    /**
     * @param path relative to the database directory, with slashes
     * @param size bytes when the source was listed; reading more or less is an error
     */
    public record SourceFile(String path, Path file, long size) {}

    public ArchiveSource {
        files = List.copyOf(files);
    }

    /**
     * Lists a snapshot that nobody writes to.
     *
     * @param identity the file IDENTITY of the database
     * @param store the snapshot of the store
     */
    public static ArchiveSource of(Path identity, Path store) throws IOException {
        List<SourceFile> files = new ArrayList<>();
        files.add(source(DatabaseDirectory.IDENTITY, identity, attributes(identity)));
        List<SourceFile> stored = new ArrayList<>();
        Files.walkFileTree(store, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                stored.add(source(DatabaseDirectory.STORE + "/" + store.relativize(file), file, attributes));
                return FileVisitResult.CONTINUE;
            }
        });
        stored.sort(Comparator.comparing(SourceFile::path));
        files.addAll(stored);
        return new ArchiveSource(files);
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }

    private static SourceFile source(String path, Path file, BasicFileAttributes attributes) {
        if (!attributes.isRegularFile()) {
            throw OperatorFault.of(
                            ExitCode.FAILED, "file \"%s\" is not a regular file, which a snapshot never holds", file)
                    .kept("no archive was written")
                    .next("take it out of the database directory");
        }
        return new SourceFile(path, file, attributes.size());
    }

    /** Bytes of all files. */
    public long bytes() {
        return files.stream().mapToLong(SourceFile::size).sum();
    }
}
