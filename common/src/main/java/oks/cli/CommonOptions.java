package oks.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import oks.config.OksdSettings;
import oks.control.ControlClient;
import picocli.CommandLine.Option;

/** The options of commands that deal with an oksd: {@code --conf} and {@code --socket} besides the others. */
public final class CommonOptions extends OutputOptions {

    @Option(names = "--conf", paramLabel = "FILE", description = "The configuration file of oksd (default: etc/oksd.conf).")
    private Path conf;

    @Option(names = "--socket", paramLabel = "SOCKET", description = "The control socket of oksd (default: as configured).")
    private Path socket;

    /** For picocli. */
    public CommonOptions() {}

    /**
     * The settings of oksd: those of {@code --conf}, otherwise those of the installation's etc/oksd.conf, otherwise, when
     * that file does not exist, the defaults. The environment has the last word.
     *
     * @throws oks.fault.OperatorFault USAGE if the file is wrong, or none was named and there is no installation
     */
    public OksdSettings settings() {
        Map<String, String> environment = console().environment();
        if (conf != null) {
            return OksdSettings.read(conf, environment);
        }
        Path standard = Installation.configuration(OksdSettings.table().fileName());
        return Files.exists(standard)
                ? OksdSettings.read(standard, environment)
                : OksdSettings.standard(Installation.prefix().orElseThrow(), environment);
    }

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
