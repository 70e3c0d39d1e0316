package oks.cli;

import java.nio.file.Path;
import oks.control.ControlClient;
import picocli.CommandLine.Option;

/** The options of commands that deal with an oksd: {@code --socket} besides the others. */
public final class CommonOptions extends SettingsOptions {

    @Option(
            names = "--socket",
            paramLabel = "SOCKET",
            description = "The control socket of oksd (default: as configured).")
    private Path socket;

    /** For picocli. */
    public CommonOptions() {}

    /** The control socket: {@code --socket}, otherwise as configured. */
    Path controlSocket() {
        return socket != null ? socket : settings().control().socket();
    }

    /** Whether {@code --socket} was given: then the configuration need not be oksd's. */
    public boolean namesSocket() {
        return socket != null;
    }

    /**
     * Connects to oksd's control socket. The caller closes the client.
     *
     * @throws oks.fault.OperatorFault UNREACHABLE if there is no oksd behind the socket; USAGE as {@link #settings}
     */
    public ControlClient connect() {
        return ControlClient.connect(controlSocket());
    }
}
