package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A command that has come to its end: what it said, and how it ended. */
record Finished(List<String> command, int status, String stdout, String stderr) {
    /** Runs a command to its end, at most five minutes. */
    static Finished run(Path directory, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        return RunningCommand.begin(directory, environment, command).end();
    }

    static Finished run(Path directory, String... command) throws IOException, InterruptedException {
        return run(directory, Map.of(), List.of(command));
    }

    /** The command must have done its work. */
    Finished done() {
        return ended(0);
    }

    /** The command must have ended with this status. */
    Finished ended(int expected) {
        assertThat(status)
                .as("%s%nstdout: %s%nstderr: %s", command, stdout, stderr)
                .isEqualTo(expected);
        return this;
    }

    static List<String> command(String program, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(arguments);
        return command;
    }
}
