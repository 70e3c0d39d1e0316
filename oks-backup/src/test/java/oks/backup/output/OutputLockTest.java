package oks.backup.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OutputLockTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @TempDir
    private Path out;

    private OutputLock take(String command) throws IOException {
        return OutputLock.take(new RealDisk(), out, OutputLock.Part.ARCHIVES, command, () -> NOW);
    }

    private OperatorFault refused() {
        return catchThrowableOfType(OperatorFault.class, () -> take("recovery").close());
    }

    @Test
    void theSecondIsToldWhoHasTheDirectoryAndTheFirstLeavesNoLease() throws IOException {
        try (OutputLock first = take("full")) {
            assertThat(first).isNotNull();
            assertThat(Files.readString(out.resolve(OutputLock.Part.ARCHIVES.lease())))
                    .contains("\"full\"", "\"until\" : \"2026-11-22T12:05:00Z\"");
            OperatorFault fault = refused();
            assertThat(fault.code()).isEqualTo(ExitCode.BUSY);
            OutputLock.take(new RealDisk(), out, OutputLock.Part.RECOVERY, "recovery", () -> NOW)
                    .close();
            assertThat(fault.what()).startsWith("backup directory \"" + out + "\" is open already, by ");
        }
        assertThat(out.resolve(OutputLock.Part.ARCHIVES.lease())).doesNotExist();
        take("full").close();
    }

    @Test
    void theLeaseOfAnotherHostHoldsUntilItsTimeHasPassed() throws IOException {
        lease("elsewhere", NOW.plusSeconds(1));
        OperatorFault fault = refused();
        assertThat(fault.code()).isEqualTo(ExitCode.BUSY);
        assertThat(fault.what())
                .contains("in use by oks-backup full on host \"elsewhere\", pid 7, since 2026-11-22T11:00:00Z");
        lease("elsewhere", NOW.minusSeconds(1));
        take("full").close();
    }

    @Test
    void whatAKilledRunOfThisHostLeftHoldsNobodyUp() throws IOException {
        lease(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip(), NOW.plusSeconds(100));
        take("full").close();
        Files.writeString(out.resolve(OutputLock.Part.ARCHIVES.lease()), "something else");
        take("full").close();
    }

    private void lease(String host, Instant until) throws IOException {
        Files.writeString(
                out.resolve(OutputLock.Part.ARCHIVES.lease()),
                String.format(
                        Locale.ROOT,
                        "{\"command\":\"full\",\"host\":\"%s\",\"pid\":7,\"since\":\"2026-11-22T11:00:00Z\",\"until\":\"%s\"}",
                        host,
                        until));
    }
}
