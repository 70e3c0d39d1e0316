package oks.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.openpgp.Fingerprint;
import oks.recovery.Change;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.Group;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryLog;
import oks.recovery.Timeline;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import org.apache.commons.io.file.PathUtils;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A group of new certificates on its way to the disk: append and force, then apply to the store; per group. The scratch
 * directory is made in {@code java.io.tmpdir}, which must be on the kind of disk that is asked about.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class LogBenchmark {
    private static final Disk DISK = new RealDisk();

    @Param({"1", "16", "256"})
    private int certificates;

    private Path directory;
    private RecoveryLog log;
    private CertificateStore store;
    private byte[] content;
    private Random random;

    /** An empty database. */
    @Setup(Level.Iteration)
    public void begin() throws IOException {
        directory = Files.createTempDirectory("oks-bench");
        random = new Random(1);
        content = SyntheticCertificates.make(1, 0, 1).get(0).certificate();
        DatabaseIdentity identity = new DatabaseIdentity("bench", UUID.randomUUID(), Timeline.first(UUID.randomUUID()));
        store = CertificateStore.open(directory.resolve("store"), StoreOptions.standard());
        log = RecoveryLog.begin(
                new RecoveryDirectory(DISK, directory),
                identity,
                LogPosition.START,
                InstantSource.system(),
                random,
                "bench");
        store.moveTo(log.position());
    }

    /** Leaves nothing behind. */
    @TearDown(Level.Iteration)
    public void end() throws IOException {
        log.close();
        store.close();
        PathUtils.deleteDirectory(directory);
    }

    /** Written and forced: what must be done before an upload is acknowledged. */
    @Benchmark
    public Group append() throws IOException {
        List<Change> changes = changes();
        Digest digest = store.position().digest();
        for (Change change : changes) {
            digest = change.appliedTo(digest);
        }
        return log.append(changes, digest);
    }

    /** Written, forced and applied with all indexes. */
    @Benchmark
    public void appendAndApply() throws IOException {
        store.apply(List.of(append()));
    }

    /** One certificate's content under fingerprints of its own; the store does not look whether they fit. */
    private List<Change> changes() {
        List<Change> changes = new ArrayList<>(certificates);
        Lsn lsn = log.position().last();
        for (int i = 0; i < certificates; i++) {
            lsn = lsn.next();
            byte[] fingerprint = new byte[20];
            random.nextBytes(fingerprint);
            changes.add(new Change.Put(
                    lsn, log.now(), Fingerprint.of(fingerprint).bytes(), content, "hkp", Change.Replaced.NOTHING));
        }
        return changes;
    }
}
