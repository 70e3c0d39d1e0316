package oks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class PidFileTest {
    @TempDir
    private Path directory;

    @Test
    void theFileIsThereAsLongAsTheProgramRunsAndReplacesOneThatWasLeft() throws IOException {
        Path file = directory.resolve("run/oksd.pid");
        PidFile.write(file).close();
        assertThat(file).doesNotExist();
        Files.writeString(file, "1\n");
        try (PidFile written = PidFile.write(file)) {
            assertThat(written.path()).hasContent(ProcessHandle.current().pid() + "\n");
            Files.writeString(file, "another's\n");
        }
        assertThat(file).as("another process has written it").exists();
    }

    @Test
    void whatIsNoFileIsLeftAloneAndNeverWaitedFor() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        for (Path place : List.of(pipe, directory, Path.of("/"))) {
            OperatorFault fault = catchThrowableOfType(OperatorFault.class, () -> PidFile.write(place));
            assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
            assertThat(fault.what()).contains(place.toString(), "not a file");
            assertThat(place).exists();
        }
    }
}
