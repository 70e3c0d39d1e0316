package oks.store;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.updated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Digest;
import oks.recovery.Group;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReplayTest {
    @TempDir
    private Path temporary;

    private CertificateStore empty() throws IOException {
        return CertificateStore.open(temporary.resolve("replayed"), StoreOptions.standard());
    }

    @Test
    void theLogMakesTheSameDatabase() throws IOException {
        try (LoggedStore logged = new LoggedStore(temporary.resolve("original"));
                CertificateStore store = empty()) {
            for (int i = 0; i < 1100; i++) { // more than one batch
                logged.put(certificate(i % 300 + 1L), updated(i % 7 + 1L, i));
            }
            logged.delete(certificate(1), true);
            List<Path> files = RecoveryChain.list(logged.disk, LoggedStore.LOG_DIRECTORY);
            Replay replay = new Replay(store);
            RecoveryChain.of(logged.disk, files, LoggedStore.IDENTITY.database(), Lsn.NONE).read(LogPosition.START, replay);
            replay.finish();

            assertThat(replay.changes()).isEqualTo(2201);
            assertThat(store.check(read -> { })).isEqualTo(logged.store.check(read -> { }));
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
            Replay replay = new Replay(store);
            replay.visit(first);

            assertThatThrownBy(() -> replay.visit(forged)).isInstanceOfSatisfying(OperatorFault.class, fault -> {
                assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
                assertThat(fault.what()).contains(end.file().toString()).contains("LSN 2");
            });
        }
    }
}
