package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;

/** Native verification beside Bouncy Castle alone, which a second Java without the native jar uses. */
class QuickVerificationTest {
    private static final Path KEYRINGS = Path.of("/usr/share/keyrings");
    private static final int SAMPLES = 40;
    private static final int LARGEST = 64 << 20;

    @Test
    void everyRealCertificateAndEveryBrokenOneIsJudgedTheSame() throws Exception {
        assumeTrue(QuickVerification.installed().isPresent(), "native code for this kind of machine");
        Process without = withoutNativeCode();
        List<String> with = verdicts(); // both at the same time
        List<String> printed = new String(without.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertThat(without.waitFor()).isZero();
        assertThat(printed.get(0)).isEqualTo("native: false");
        assertThat(with).isEqualTo(printed.subList(1, printed.size())).hasSizeGreaterThan(10 * SAMPLES);
    }

    /** Runs main() where the native jar is not on the class path. */
    private static Process withoutNativeCode() throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("AmazonCorrettoCryptoProvider"))
                .collect(Collectors.joining(File.pathSeparator));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        QuickVerificationTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    public static void main(String[] args) throws IOException {
        System.out.println("native: " + QuickVerification.installed().isPresent());
        verdicts().forEach(System.out::println);
    }

    /** A line for each certificate of the keyrings of this machine and for samples, whole and broken. */
    private static List<String> verdicts() throws IOException {
        List<String> verdicts = new ArrayList<>();
        for (Path keyring : keyrings()) {
            try (InputStream in = Files.newInputStream(keyring)) {
                KeyringSplitter pieces = new KeyringSplitter(in, LARGEST);
                for (Optional<KeyringPiece> piece = pieces.next(); piece.isPresent(); piece = pieces.next()) {
                    verdicts.add(verdict(piece.get().bytes()));
                }
            }
        }
        for (String name : List.of(
                "brainpool.pgp", "dsa-elgamal.pgp", "ed25519.pgp", "nistp.pgp", "rsa.pgp", "signing-subkey.pgp")) {
            addBroken(Samples.bytes(name), verdicts);
        }
        for (int number = 0; number < SAMPLES; number++) {
            addBroken(SampleCertificates.certificate(number), verdicts);
        }
        return verdicts;
    }

    /** The certificate as it is, and with one bit changed in many places. */
    private static void addBroken(byte[] certificate, List<String> verdicts) {
        verdicts.add(verdict(certificate));
        for (int at = 0; at < certificate.length; at += 17) {
            byte[] broken = certificate.clone();
            broken[at] ^= (byte) (1 << at % 8);
            verdicts.add(verdict(broken));
        }
    }

    private static List<Path> keyrings() throws IOException {
        if (!Files.isDirectory(KEYRINGS)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(KEYRINGS)) {
            return files.filter(file -> file.toString().endsWith(".gpg"))
                    .sorted()
                    .toList();
        }
    }

    private static String verdict(byte[] upload) {
        ParsedUpload parsed = Samples.parse(upload);
        return parsed.accepted().stream()
                        .map(one -> one.certificate() + " "
                                + Arrays.hashCode(one.certificate().bytes()) + " "
                                + one.dropped().toString().hashCode())
                        .toList()
                + " " + parsed.refused().toString().hashCode();
    }
}
