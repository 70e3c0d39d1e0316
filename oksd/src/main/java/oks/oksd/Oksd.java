package oks.oksd;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import oks.cli.HelpOptions;
import oks.cli.Installation;
import oks.cli.Program;
import oks.config.OksdSettings;
import oks.fault.ExitCode;
import oks.log.ProgramLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The program {@code oksd}; see oksd(8). */
@Command(
        name = "oksd",
        description = "Keep OpenPGP certificates in a database directory and write every change to a recovery file.",
        footer = {
            "",
            "Signals: USR1 commits everything and pauses, CONT resumes,",
            "USR2 rotates the recovery file, HUP reads the configuration again,",
            "TERM stops. See oksd(8)."
        })
public final class Oksd implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(Oksd.class);

    private final ProgramLog log;

    @Mixin
    private HelpOptions help;

    @Parameters(
            arity = "0..1",
            paramLabel = "CONF",
            description = "The configuration file (default: PREFIX/etc/oksd.conf).")
    private Path configuration;

    @Option(
            names = "--check-config",
            description =
                    "Read the configuration, say whether it is right and which settings differ from the defaults, "
                            + "and exit.")
    private boolean checkConfig;

    private Oksd(ProgramLog log) {
        this.log = log;
    }

    public static void main(String[] args) {
        // Exit at once: threads of libraries that still wait for something have nothing left to do.
        System.exit(Program.of("oksd").runDaemon(args, Oksd::new));
    }

    @Override
    public Integer call() throws Exception {
        Path file = configuration == null ? Installation.configuration("oksd.conf") : configuration;
        OksdSettings settings = OksdSettings.read(file, help.console().environment());
        if (checkConfig) {
            help.out().println("configuration \"" + file + "\" is right");
            settings.configuration().differences().forEach(help.out()::println);
            settings.configuration()
                    .ignoredVariables()
                    .forEach(name -> help.out().println("ignored: environment variable " + name + " is no setting"));
            return ExitCode.DONE.status();
        }
        log.apply(settings.log());
        if (!settings.configuration().ignoredVariables().isEmpty()) {
            LOG.warn(
                    "ignored environment variables, which are no settings: {}",
                    String.join(", ", settings.configuration().ignoredVariables()));
        }
        return new Daemon(settings, log).run().status();
    }
}
