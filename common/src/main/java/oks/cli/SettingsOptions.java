package oks.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import oks.config.OksdSettings;
import picocli.CommandLine.Option;

/** The options of commands that know oksd's settings: {@code --conf} besides the others. */
public class SettingsOptions extends OutputOptions {
    private static final String BACKUP_DIRECTORY = "OKS_BACKUP_DIRECTORY";

    @Option(
            names = "--conf",
            paramLabel = "FILE",
            description = "The configuration file of oksd (default: etc/oksd.conf).")
    private Path conf;

    /** For picocli. */
    public SettingsOptions() {}

    /**
     * The settings of oksd: those of {@code --conf}, otherwise those of the installation's etc/oksd.conf, otherwise,
     * when that file does not exist, the defaults. The environment has the last word.
     *
     * @throws oks.fault.OperatorFault USAGE if the file is wrong, or none was named and there is no installation
     */
    public final OksdSettings settings() {
        Map<String, String> environment = console().environment();
        if (conf != null) {
            return OksdSettings.read(conf, environment);
        }
        Path standard = Installation.configuration(OksdSettings.table().fileName());
        return Files.exists(standard)
                ? OksdSettings.read(standard, environment)
                : OksdSettings.standard(Installation.prefix().orElseThrow(), environment);
    }

    /**
     * The setting {@code backup.directory}. An absolute path in OKS_BACKUP_DIRECTORY is enough: no file is read then.
     *
     * @throws oks.fault.OperatorFault USAGE as {@link #settings}
     */
    final Optional<Path> backupDirectory() {
        String variable = console().environment().getOrDefault(BACKUP_DIRECTORY, "");
        if (variable.startsWith("/")) {
            return Optional.of(Path.of(variable).normalize());
        }
        return conf == null && Installation.prefix().isEmpty()
                ? Optional.empty()
                : settings().backup().directory();
    }
}
