package oks.oksctl;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.apache.commons.io.FileUtils;

/**
 * Keyrings as they are written: in {@code <target>.new}, forced and renamed when all is there, removed when not. A file
 * holds a fixed number of certificates, so that equal contents give equal files. One thread.
 */
final class KeyringFiles implements Closeable {
    private static final int PER_FILE = 10_000;
    private static final String SUMS = "SHA256SUMS";

    private final Path target;
    private final Path making;
    private final boolean directory;
    private final MessageDigest sha256;
    private final StringBuilder sums = new StringBuilder();
    private OutputStream file;
    private Path fileName;
    private long certificates;
    private long bytes;
    private int files;

    /** The files that were written. */
    record Written(long certificates, long bytes, int files, Path path) {}

    private KeyringFiles(Path target, boolean directory) throws IOException {
        this.target = target;
        this.directory = directory;
        this.making = target.resolveSibling(target.getFileName() + ".new");
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        if (directory) {
            Files.createDirectory(making);
        }
    }

    /** Begins to write; the target must not exist. */
    static KeyringFiles in(Path target) throws IOException {
        String name = target.getFileName().toString();
        boolean directory = !name.endsWith(".pgp") && !name.endsWith(".gpg");
        Path absolute = target.toAbsolutePath().normalize();
        for (Path there : new Path[] {absolute, sumsOf(absolute, directory), Path.of(absolute + ".new")}) {
            if (Files.exists(there)) {
                throw OperatorFault.of(ExitCode.FAILED, "\"%s\" exists already", there)
                        .kept("it was not changed")
                        .next("name another target, or remove it");
            }
        }
        return new KeyringFiles(absolute, directory);
    }

    private static Path sumsOf(Path target, boolean directory) {
        return directory ? target.resolve(SUMS) : Path.of(target + ".sha256");
    }

    /** Writes the next certificate. */
    void add(byte[] packets, int offset, int length) throws IOException {
        if (file == null) {
            begin();
        }
        file.write(packets, offset, length);
        certificates++;
        bytes += length;
        if (directory && certificates % PER_FILE == 0) {
            end();
        }
    }

    private void begin() throws IOException {
        files++;
        fileName = directory ? making.resolve(String.format(Locale.ROOT, "keyring-%06d.pgp", files)) : making;
        sha256.reset();
        file = new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(fileName), 1 << 16), sha256);
    }

    private void end() throws IOException {
        file.close();
        file = null;
        force(fileName);
        String name = (directory ? fileName : target).getFileName().toString();
        sums.append(HexFormat.of().formatHex(sha256.digest()))
                .append("  ")
                .append(name)
                .append('\n');
    }

    /** Everything was added: puts it in its place. */
    Written finish() throws IOException {
        if (file == null && !directory) {
            begin(); // an empty keyring is a keyring
        }
        if (file != null) {
            end();
        }
        Path sumsFile = directory ? making.resolve(SUMS) : sumsOf(target, false);
        Files.writeString(sumsFile, sums, StandardCharsets.US_ASCII);
        force(sumsFile);
        if (directory) {
            force(making);
        }
        Files.move(making, target);
        force(target.getParent());
        return new Written(certificates, bytes, files, target);
    }

    private static void force(Path written) throws IOException {
        try (FileChannel channel = FileChannel.open(written, StandardOpenOption.READ)) { // a directory, too
            channel.force(true);
        }
    }

    /** Removes what is not finished. */
    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
        FileUtils.deleteQuietly(making.toFile());
    }
}
