package oks.oksd.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.openpgp.HardRevoked;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExportsTest {
    @TempDir
    private Path directory;

    @Test
    void whoAsksForAPageOfNoExportIsToldSoAndWhoAsksWhileOksdStopsIsToldThat() throws IOException {
        try (CertificateStore store = CertificateStore.open(directory.resolve("store"), StoreOptions.standard())) {
            Exports exports = new Exports(store, () -> HardRevoked.BARE);
            OperatorFault unknown = catchThrowableOfType(OperatorFault.class, () -> exports.next("export-1"));
            assertThat(unknown.code()).isEqualTo(ExitCode.FAILED);
            exports.close();
            OperatorFault stopping = catchThrowableOfType(OperatorFault.class, () -> exports.next("export-1"));
            assertThat(stopping.code()).isEqualTo(ExitCode.BUSY);
            assertThat(stopping).hasMessageContaining("oksd is stopping");
        }
    }
}
