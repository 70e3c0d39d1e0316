package oks.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The backup directory, which keeps archives and recovery files, as all commands take it: {@code --out DIR} or just
 * {@code DIR}, otherwise the setting {@code backup.directory} of oksd.conf(5).
 */
public final class BackupDirectoryOption {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The backup directory, as DIR (default: setting backup.directory).")
    private Path out;

    /** For picocli. */
    public BackupDirectoryOption() {}

    /** The directory that {@code --out} names; empty when it was not given. */
    public Optional<Path> out() {
        return Optional.ofNullable(out);
    }

    /**
     * The directory.
     *
     * @param named what the command line names without {@code --out}
     * @param options where the setting comes from
     * @throws ParameterException when {@code --out} names another one
     * @throws OperatorFault USAGE when nothing names one, or the configuration is wrong
     */
    public Path directory(Optional<Path> named, SettingsOptions options) {
        return paths(named.map(List::of).orElse(List.of()), options).get(0);
    }

    /** The same of a command that takes several files or directories: those, or the one directory. */
    public List<Path> paths(List<Path> named, SettingsOptions options) {
        if (out != null) {
            named.stream().filter(path -> !isSame(path, out)).findFirst().ifPresent(other -> {
                throw new ParameterException(
                        command.commandLine(),
                        "option --out names \"" + out + "\", but \"" + other + "\" is named as well");
            });
            return List.of(out);
        }
        return named.isEmpty() ? List.of(options.backupDirectory().orElseThrow(this::nowhere)) : List.copyOf(named);
    }

    private static boolean isSame(Path one, Path other) {
        return one.toAbsolutePath().normalize().equals(other.toAbsolutePath().normalize());
    }

    private OperatorFault nowhere() {
        return OperatorFault.of(ExitCode.USAGE, "no backup directory is named")
                .kept("nothing was changed")
                .next(
                        "name it: \"%s --out DIR\"; or set backup.directory in oksd.conf, or OKS_BACKUP_DIRECTORY",
                        command.qualifiedName());
    }
}
