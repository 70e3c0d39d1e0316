package oks.oksctl.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import oks.fault.ExitCode;
import oks.fault.IoReason;
import oks.fault.OperatorFault;

/**
 * A file to load.
 *
 * @param bytes its length
 * @param modified when it was last changed, milliseconds since 1970
 */
record LoadSource(Path file, long bytes, long modified) {
    private static final Pattern KEYRING = Pattern.compile("(?is).*\\.(pgp|asc|gpg)(\\.(gz|zst|bz2|xz))?");

    /** The files that are meant, those in directories by name. */
    static List<LoadSource> of(List<Path> sources) {
        List<LoadSource> files = new ArrayList<>();
        for (Path source : sources) {
            try {
                for (Path file : Files.isDirectory(source) ? inside(source) : List.of(source)) {
                    files.add(new LoadSource(
                            file.toAbsolutePath().normalize(),
                            Files.size(file),
                            Files.getLastModifiedTime(file).toMillis()));
                }
            } catch (IOException e) {
                throw OperatorFault.of(ExitCode.FAILED, "\"%s\" cannot be read: %s", source, IoReason.of(e))
                        .kept("nothing was loaded")
                        .next("name files that this user may read")
                        .because(e);
            }
        }
        return files;
    }

    private static List<Path> inside(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> files = tree.filter(Files::isRegularFile)
                    .filter(LoadSource::isKeyring)
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw OperatorFault.of(
                                ExitCode.FAILED,
                                "directory \"%s\" has no *.pgp, *.asc or *.gpg files, compressed or not",
                                directory)
                        .kept("nothing was loaded")
                        .next("name a directory of keyrings, or the files themselves");
            }
            return files;
        }
    }

    private static boolean isKeyring(Path file) {
        return KEYRING.matcher(file.getFileName().toString()).matches();
    }
}
