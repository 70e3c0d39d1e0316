package oks.backup.archive;

import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Recipients;
import oks.openpgp.SigningKey;
import picocli.CommandLine.Option;

/** The options of {@code full} that name OpenPGP keys. Secrets are in files: a command line is for everybody to see. */
public final class KeyOptions {
    @Option(
            names = "--sign",
            paramLabel = "KEY-FILE",
            description = "Sign the manifest with this private key; the signature goes beside the archive.")
    private Path signing; // null for none

    @Option(
            names = "--sign-passphrase",
            paramLabel = "FILE",
            description = "The file whose first line unlocks the private key.")
    private Path passphrase; // null for none

    @Option(
            names = "--encrypt",
            paramLabel = "CERT-FILE",
            description = "Encrypt the archive for these certificates; may be given more than once.")
    private List<Path> recipients = new ArrayList<>();

    /** The key to sign with, unlocked; empty when nothing is to be signed. */
    Optional<SigningKey> signing(Instant now) throws IOException {
        if (signing == null) {
            if (passphrase != null) {
                throw OperatorFault.of(ExitCode.USAGE, "option --sign-passphrase is given, but not --sign")
                        .kept("nothing was written");
            }
            return Optional.empty();
        }
        requirePrivate(signing);
        return Optional.of(
                SigningKey.read(Files.readAllBytes(readable(signing)), passphrase(), now, signing.toString()));
    }

    private Optional<char[]> passphrase() throws IOException {
        if (passphrase == null) {
            return Optional.empty();
        }
        requirePrivate(passphrase);
        CharBuffer text = StandardCharsets.UTF_8.decode(java.nio.ByteBuffer.wrap(Files.readAllBytes(passphrase)));
        int end = 0;
        while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
            end++;
        }
        return Optional.of(Arrays.copyOf(text.array(), end));
    }

    /** A pipe has no place for a signature that stands beside the archive. */
    void requireUnsigned() {
        if (signing != null) {
            throw OperatorFault.of(
                            ExitCode.USAGE,
                            "option --sign needs a directory, because the signature goes beside the archive")
                    .kept("nothing was written")
                    .next("name a directory with --out DIR, or sign what comes out of the pipe");
        }
    }

    /** Whether the archive is to be encrypted. */
    boolean encrypts() {
        return !recipients.isEmpty();
    }

    /** The recipients of the archive; empty if it is not encrypted. */
    Optional<Recipients> recipients(Instant now) throws IOException {
        List<Recipients.CertificateFile> files = new ArrayList<>();
        for (Path file : recipients) {
            files.add(new Recipients.CertificateFile(Files.readAllBytes(readable(file)), file.toString()));
        }
        return files.isEmpty() ? Optional.empty() : Optional.of(Recipients.of(files, now));
    }

    private static void requirePrivate(Path file) throws IOException {
        if (Files.getPosixFilePermissions(readable(file)).contains(PosixFilePermission.OTHERS_READ)) {
            throw OperatorFault.of(ExitCode.USAGE, "file \"%s\" holds a secret, but everybody may read it", file)
                    .kept("nothing was written")
                    .next("run \"chmod o= %s\"", file);
        }
    }

    public static Path readable(Path file) {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw OperatorFault.of(
                            ExitCode.USAGE,
                            "file \"%s\" %s",
                            file,
                            Files.exists(file) ? "cannot be read" : "does not exist")
                    .kept("nothing was written");
        }
        return file;
    }
}
