package oks.store;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.updated;
import static oks.testing.SampleCertificates.withUserIds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.Certificate;
import oks.recovery.Change;
import oks.recovery.Digest;
import oks.recovery.Group;
import oks.recovery.Hash;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryDirectory;
import oks.testing.RecoveryFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplayTest {
    private static final int PUTS = 9000;

    @TempDir
    private Path temporary;

    private CertificateStore empty() throws IOException {
        return CertificateStore.open(temporary.resolve("replayed"), StoreOptions.standard());
    }

    @Test
    void theLogMakesTheSameDatabase() throws IOException {
        try (LoggedStore logged = new LoggedStore(temporary.resolve("original"));
                CertificateStore store = empty()) {
            for (int i = 0; i < PUTS; i += 20) { // more than one batch
                logged.put(IntStream.range(i, i + 20)
                        .mapToObj(n -> updated(n % 300 + 1L, n % 7)) // twenty different ones, and each comes again
                        .toArray(byte[][]::new));
            }
            logged.delete(certificate(1), true);
            List<Path> files = new RecoveryDirectory(logged.disk, LoggedStore.LOG_DIRECTORY).paths();
            try (Replay replay = new Replay(store)) {
                RecoveryChain.of(RecoveryFiles.read(logged.disk, files), LoggedStore.IDENTITY.database(), Lsn.NONE)
                        .read(LogPosition.START, replay);
                replay.finish();
                assertThat(replay.changes()).isEqualTo(PUTS + 1);
            }

            assertThat(store.check(read -> {})).isEqualTo(logged.store.check(read -> {}));
        }
    }

    /** A few large certificates fill the memory as well as many small ones. */
    @Test
    void whatWaitsToBeAppliedIsBoundedInBytesToo() throws IOException {
        byte[] large = withUserIds(
                1, IntStream.range(0, 560).mapToObj(i -> i + "x".repeat(1900)).toArray(String[]::new));
        try (LoggedStore logged = new LoggedStore(temporary.resolve("original"));
                CertificateStore store = empty();
                Replay replay = new Replay(store)) {
            Group last = null;
            for (int i = 0; i < 8; i++) { // more than a megabyte each
                last = logged.put(large);
                replay.visit(last);
            }

            assertThat(store.position().last())
                    .as("a batch is applied before the next one is handed on")
                    .isNotEqualTo(Lsn.NONE);
            replay.finish();
            assertThat(store.position()).isEqualTo(last.end());
        }
    }

    @Test
    void aGroupWhoseDigestDoesNotFitIsRefused() throws IOException {
        try (LoggedStore logged = new LoggedStore(temporary.resolve("original"));
                CertificateStore store = empty()) {
            Group first = logged.put(certificate(1));
            Group second = logged.put(certificate(2));
            LogPosition end = second.end();
            Group forged = new Group(
                    second.changes(),
                    new LogPosition(end.file(), end.length(), end.last(), end.chain(), Digest.EMPTY),
                    second.time());
            try (Replay replay = new Replay(store)) {
                replay.visit(first);

                assertThatThrownBy(() -> replay.visit(forged)).isInstanceOfSatisfying(OperatorFault.class, fault -> {
                    assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
                    assertThat(fault.what()).contains(end.file().toString()).contains("LSN 2");
                });
            }
        }
    }

    @Test
    void whatCannotBeAppliedEndsTheReplay() throws IOException {
        try (CertificateStore store = empty();
                Replay replay = new Replay(store)) {
            Hash missing = Digest.certificateElement(new byte[20], new byte[1]);
            Change.Put put = new Change.Put(
                    new Lsn(1),
                    Instant.EPOCH,
                    Certificate.ofStored(certificate(1)).fingerprint().bytes(),
                    certificate(1),
                    "test",
                    new Change.Replaced(new Lsn(1), missing));
            replay.visit(group(List.of(put), put.appliedTo(Digest.EMPTY)));
            replay.visit(
                    group(points(2, PUTS), put.appliedTo(Digest.EMPTY))); // a whole batch: another thread applies it

            assertThatThrownBy(replay::finish).isInstanceOfSatisfying(OperatorFault.class, fault -> {
                assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
                assertThat(fault.what()).contains("the database lacks it");
            });
            assertThat(store.position()).isEqualTo(LogPosition.START);
        }
    }

    private static List<Change> points(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .<Change>mapToObj(n -> new Change.Point(new Lsn(n), Instant.EPOCH, "point " + n))
                .toList();
    }

    private static Group group(List<? extends Change> changes, Digest digest) {
        Lsn last = changes.get(changes.size() - 1).lsn();
        return new Group(List.copyOf(changes), new LogPosition(null, 0, last, Hash.ZERO, digest), Instant.EPOCH);
    }
}
