package oks.openpgp;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import oks.testing.PostQuantumKey;
import oks.testing.SampleKey;
import org.bouncycastle.crypto.Digest;
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
 * One verification with each kind of key, on one core; {@link VerificationCost} has these times in units of that with
 * 2048 bits of RSA.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class VerificationBenchmark {
    @Param({
        "rsa.pgp",
        "ed25519.pgp",
        "nistp.pgp",
        "ML_DSA_65",
        "ML_DSA_87",
        "SLH_DSA_128S",
        "SLH_DSA_128F",
        "SLH_DSA_256S"
    })
    private String key;

    private VerificationKey verifying;
    private Digest hash;
    private byte[] digest;
    private Packet numbers;

    /** The key and a signature of a sample certificate. */
    @Setup
    public void read() throws Malformed, KeyPacket.UnknownVersion {
        CertificateParts parts = Samples.certificate(sample()).parts();
        KeyPacket primary = KeyPacket.parse(parts.primary());
        verifying = VerificationKeys.of(primary);
        Optional<Packet> direct = parts.signatures().stream().findFirst();
        Packet userId =
                direct.isPresent() ? null : parts.userIds().keySet().iterator().next();
        Signature signature = Signature.parse(
                direct.orElseGet(() -> parts.userIds().get(userId).get(0)));
        hash = HashAlgorithm.newDigest(signature.hashAlgorithm());
        byte[] content = userId == null ? primary.hashed() : SampleKey.concat(primary.hashed(), UserIds.hashed(userId));
        for (byte[] part : List.of(signature.salt(), content, signature.trailer())) {
            hash.update(part, 0, part.length);
        }
        digest = HashAlgorithm.result(hash);
        numbers = signature.numbers();
        if (!verify()) {
            throw new IllegalStateException("the signature of " + key + " is wrong");
        }
    }

    private byte[] sample() {
        return key.endsWith(".pgp")
                ? Samples.bytes(key)
                : new PostQuantumKey(PostQuantumKey.Kind.valueOf(key), 1).certificate();
    }

    /** One verification; the digest is known. */
    @Benchmark
    public boolean verify() throws Malformed {
        return verifying.verify(hash, digest, numbers);
    }
}
