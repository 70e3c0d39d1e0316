package oks.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.fuzz.FuzzTarget;

/** A configuration file of oksd and of oks-http: settings, or everything that is wrong with it. */
public final class ConfigTarget implements FuzzTarget {
    private final Path file;

    /** Makes the file that each input is written to. */
    public ConfigTarget() {
        try {
            file = Files.createTempFile("oks-fuzz", ".conf");
            file.toFile().deleteOnExit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(
                SampleFile.of(OksdSettings.table())
                        .replaceAll("(?m)^#(?=\\w+ = )", "")
                        .getBytes(StandardCharsets.UTF_8),
                SampleFile.of(OksHttpSettings.table())
                        .replaceAll("(?m)^#(?=\\w+ = )", "")
                        .getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void read(byte[] input) {
        try {
            Files.write(file, input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        read(() -> OksdSettings.read(file, Map.of()));
        read(() -> OksHttpSettings.read(file, Map.of()));
    }

    private static void read(Runnable reading) {
        try {
            reading.run();
        } catch (OperatorFault refused) {
            assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
        }
    }
}
