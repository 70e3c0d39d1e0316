package oks.testing;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * What a directory holds, byte for byte.
 *
 * @param files each file's name below the directory, its time of modification and a hash of its content
 */
public record DirectoryState(Map<String, String> files) {
    private static final int TRIES = 10_000;

    public DirectoryState {
        files = Map.copyOf(files);
    }

    /** Looks at a directory in which nothing happens. */
    public static DirectoryState of(Path directory) throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(
                        directory.relativize(file).toString(),
                        Files.getLastModifiedTime(file) + " "
                                + HexFormat.of().formatHex(sha256(Files.readAllBytes(file))));
            }
        }
        return new DirectoryState(files);
    }

    /**
     * Copies a directory that somebody has open, as it stands at one moment: what a killed process leaves. Tries again
     * while files come and go.
     */
    public static void copy(Path directory, Path copy) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            Optional<DirectoryState> before = whenReadable(directory);
            if (before.isPresent() && copied(directory, copy) && before.equals(whenReadable(directory))) {
                return;
            }
            FileUtils.deleteDirectory(copy.toFile());
            LockSupport.parkNanos(1_000_000);
        }
        throw new IOException("directory " + directory + " never keeps still");
    }

    private static boolean copied(Path directory, Path copy) throws IOException {
        try {
            FileUtils.copyDirectory(directory.toFile(), copy.toFile());
            return true;
        } catch (FileNotFoundException | NoSuchFileException deletedMeanwhile) {
            return false;
        }
    }

    private static Optional<DirectoryState> whenReadable(Path directory) throws IOException {
        try {
            return Optional.of(of(directory));
        } catch (NoSuchFileException | UncheckedIOException deletedMeanwhile) {
            return Optional.empty();
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
