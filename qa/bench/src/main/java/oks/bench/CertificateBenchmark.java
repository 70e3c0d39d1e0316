package oks.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import oks.bench.SyntheticCertificates.Synthetic;
import oks.openpgp.Armor;
import oks.openpgp.Certificate;
import oks.openpgp.CertificateMerge;
import oks.openpgp.IndexTerms;
import oks.openpgp.Limits;
import oks.openpgp.ParsedUpload;
import oks.openpgp.Policy;
import oks.openpgp.UploadParser;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.testing.SampleCertificates;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a certificate costs on its way in and out, per certificate on one core. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class CertificateBenchmark {
    private static final int DIFFERENT = 1024;

    private final UploadParser verifying = new UploadParser(Limits.standard(), Policy.standard());
    private final UploadParser trusting =
            new UploadParser(Limits.standard(), Policy.standard().withVerification(false));
    private final List<Synthetic> certificates = SyntheticCertificates.make(1, 0, DIFFERENT);
    private final Certificate old = parsed(SampleCertificates.certificate(1));
    private final Certificate update = parsed(SampleCertificates.updated(1, 1));
    private int next;

    private Certificate parsed(byte[] bytes) {
        return verifying.parse(bytes).accepted().get(0).certificate();
    }

    private Synthetic next() {
        next = (next + 1) % DIFFERENT;
        return certificates.get(next);
    }

    /** An upload with all its signatures verified. */
    @Benchmark
    public ParsedUpload parseAndVerify() {
        return verifying.parse(next().certificate());
    }

    /** An upload from a source that verified it, as {@code oksctl load --trusted} takes it. */
    @Benchmark
    public ParsedUpload parse() {
        return trusting.parse(next().certificate());
    }

    /** One more user ID for a stored certificate. */
    @Benchmark
    public Certificate merge() {
        return CertificateMerge.merge(old, update);
    }

    /** Everything that a certificate is found by. */
    @Benchmark
    public IndexTerms index() {
        return IndexTerms.of(Certificate.ofStored(next().certificate()));
    }

    /** A certificate's part of the state digest. */
    @Benchmark
    public Hash digest() {
        Synthetic one = next();
        return Digest.certificateElement(one.fingerprint().getBytes(StandardCharsets.US_ASCII), one.certificate());
    }

    /** What a lookup is answered with. */
    @Benchmark
    public byte[] armor() {
        return Armor.certificates(List.of(next().certificate()));
    }
}
