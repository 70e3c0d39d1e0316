package oks.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import oks.openpgp.Armor;
import oks.openpgp.Certificate;
import oks.openpgp.KeyringPiece;
import oks.openpgp.KeyringSplitter;
import oks.openpgp.Limits;
import oks.openpgp.Policy;
import oks.openpgp.UploadParser;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to armor real certificates, as oksd stores them: the least that a lookup can take on one core. They are
 * those of a keyring, one after the other; {@code LargeCertificates KEYRING LIST} names them in a file, a line each, as
 * {@link SyntheticCertificates} does, so that they can be looked up.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(java.util.concurrent.TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class LargeCertificates {
    private static final int LARGEST = 64 << 20;

    @Param("/usr/share/keyrings/debian-keyring.gpg")
    private String keyring;

    private final List<byte[]> certificates = new ArrayList<>();
    private int next;

    @Setup
    public void read() throws IOException {
        stored(Path.of(keyring)).forEach(certificate -> certificates.add(certificate.bytes()));
    }

    @Benchmark
    public byte[] armor() {
        next = (next + 1) % certificates.size();
        return Armor.certificates(List.of(certificates.get(next)));
    }

    public static void main(String[] args) throws IOException {
        try (BufferedWriter list = Files.newBufferedWriter(Path.of(args[1]))) {
            for (Certificate certificate : stored(Path.of(args[0]))) {
                list.write(certificate.fingerprint() + " - " + certificate.size() + "\n");
            }
        }
    }

    /** What oksd keeps of the certificates of a keyring. */
    private static List<Certificate> stored(Path keyring) throws IOException {
        UploadParser trusting =
                new UploadParser(Limits.standard(), Policy.standard().withVerification(false));
        List<Certificate> stored = new ArrayList<>();
        try (InputStream in = Files.newInputStream(keyring)) {
            KeyringSplitter splitter = new KeyringSplitter(in, LARGEST);
            for (Optional<KeyringPiece> piece = splitter.next(); piece.isPresent(); piece = splitter.next()) {
                trusting.parse(piece.get().bytes()).accepted().forEach(accepted -> stored.add(accepted.certificate()));
            }
        }
        return stored;
    }
}
