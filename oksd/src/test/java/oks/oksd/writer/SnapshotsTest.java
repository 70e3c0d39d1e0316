package oks.oksd.writer;

import static oks.testing.SampleCertificates.certificate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import oks.config.OksdSettings;
import oks.control.ControlPeer;
import oks.control.ControlStatus.Holder;
import oks.control.HeldSnapshot;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.oksd.Bench;
import oks.oksd.Opened;
import oks.oksd.start.OpenDatabase;
import oks.openpgp.Certificate;
import oks.recovery.DatabaseDirectory;
import oks.store.CertificateStore;
import oks.store.StoreCheck;
import oks.store.StoreOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SnapshotsTest {
    private static final Holder OPERATOR =
            new Holder("oksctl", Optional.of(0L), Optional.of(1), Instant.EPOCH, Optional.empty());

    @TempDir
    private Path temporary;

    private final Disk disk = new RealDisk();
    private final Peer peer = new Peer();
    private OpenDatabase database;
    private Committer committer;
    private StoreFlusher flusher;
    private Snapshots snapshots;

    /** A peer that goes when the test says so. */
    private static final class Peer implements ControlPeer {
        private final List<Runnable> actions = new ArrayList<>();
        private boolean gone;

        @Override
        public long uid() {
            return 0;
        }

        @Override
        public long gid() {
            return 0;
        }

        @Override
        public int pid() {
            return 1;
        }

        @Override
        public Optional<String> user() {
            return Optional.empty();
        }

        @Override
        public synchronized boolean closed() {
            return gone;
        }

        @Override
        public synchronized void onClose(Runnable action) {
            if (gone) {
                action.run();
            } else {
                actions.add(action);
            }
        }

        synchronized void go() {
            gone = true;
            actions.forEach(Runnable::run);
        }
    }

    @BeforeEach
    void start() throws IOException {
        OksdSettings settings = OksdSettings.standard(temporary);
        database = Opened.database(settings, disk);
        ServerState state = new ServerState(Clock.systemUTC());
        state.started();
        WriterLog log = new WriterLog(
                database.log(),
                database.recoveryDirectory(),
                database.directory(),
                settings::recovery,
                state,
                System::nanoTime);
        flusher = new StoreFlusher(database.store(), settings::store, System::nanoTime, why -> {});
        committer = new Committer(database.store(), log, flusher, state, () -> settings, System::nanoTime, why -> {});
        snapshots = new Snapshots(database, committer, log, flusher, state);
        committer.start();
    }

    @AfterEach
    void stop() throws Exception {
        committer.stop();
        flusher.close();
        database.close();
    }

    private CompletableFuture<SubmissionResult> submit(long seed) {
        CompletableFuture<SubmissionResult> outcome = new CompletableFuture<>();
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        committer.submit(new Submission(Certificate.ofStored(certificate(seed)), "test", deadline, outcome));
        return outcome;
    }

    private HeldSnapshot make() {
        return Bench.answer(snapshots.make(peer));
    }

    private List<Path> held() throws IOException {
        Path directory = database.directory().snapshots();
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        }
    }

    @Test
    void aSnapshotTakenWhileUploadsRunIsAConsistentPrefix() throws IOException {
        List<CompletableFuture<SubmissionResult>> uploads = new ArrayList<>();
        HeldSnapshot last = null;
        for (long seed = 1; seed <= 300; seed++) {
            uploads.add(submit(seed));
            if (seed % 100 == 0) {
                Bench.answer(uploads.get((int) seed / 2)); // the writer is in the middle of them
                last = make();
                assertConsistent(last);
            }
        }
        uploads.forEach(Bench::answer);
        assertThat(last.firstRecoveryOrdinal()).isEqualTo(database.log().file().ordinal());
        assertThat(database.store().certificates()).isEqualTo(300);
    }

    private void assertConsistent(HeldSnapshot snapshot) throws IOException {
        assertThat(new DatabaseDirectory(disk, snapshot.directory()).identity()).isEqualTo(database.identity());
        try (CertificateStore copy =
                CertificateStore.open(snapshot.directory().resolve("store"), StoreOptions.standard())) {
            StoreCheck check = copy.check(read -> {});
            assertThat(check.differences()).isEmpty();
            assertThat(check.certificates())
                    .isEqualTo(snapshot.contents().certificates())
                    .isPositive();
            assertThat(check.position().last().number())
                    .as("new certificates only")
                    .isEqualTo(snapshot.contents().lsn())
                    .isEqualTo(snapshot.contents().certificates());
            assertThat(check.digest().hex()).isEqualTo(snapshot.contents().digest());
        }
    }

    @Test
    void aSnapshotLastsUntilItIsReleasedOrItsConnectionEnds() throws IOException {
        Bench.answer(submit(1));
        HeldSnapshot first = make();
        HeldSnapshot second = make();
        assertThat(held()).hasSize(2);
        snapshots.releaseOrRefuse(first.id());
        assertThat(held()).containsExactly(second.directory());
        OperatorFault fault = catchThrowableOfType(OperatorFault.class, () -> snapshots.releaseOrRefuse(first.id()));
        assertThat(fault.what()).contains(first.id());
        peer.go();
        assertThat(held()).isEmpty();
        make(); // its connection has gone already
        assertThat(held()).isEmpty();
    }

    @Test
    void thereIsNoSnapshotDuringAPauseAndNoneGoesAway() throws IOException {
        Bench.answer(submit(1));
        HeldSnapshot before = make();
        Bench.answer(committer.pause("a", OPERATOR));

        OperatorFault fault = catchThrowableOfType(OperatorFault.class, () -> WriterAnswer.of(snapshots.make(peer)));
        assertThat(fault.code()).isEqualTo(ExitCode.BUSY);
        snapshots.releaseOrRefuse(before.id());
        assertThat(held()).as("somebody archives this directory").containsExactly(before.directory());
        Bench.answer(committer.resume());
        assertThat(held()).isEmpty();
    }

    @Test
    void theEndOfOksdRemovesEverySnapshot() throws IOException {
        make();
        make();
        snapshots.releaseAll();
        assertThat(held()).isEmpty();
    }
}
