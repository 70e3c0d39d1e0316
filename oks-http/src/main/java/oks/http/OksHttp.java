package oks.http;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import oks.cli.HelpOptions;
import oks.cli.Installation;
import oks.cli.Program;
import oks.cli.Version;
import oks.config.OksHttpSettings;
import oks.config.Setting;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.http.page.Pages;
import oks.http.server.ClientLimits;
import oks.http.server.TlsCertificate;
import oks.log.ProgramLog;
import oks.process.PidFile;
import oks.process.ProcessName;
import oks.process.ProcessSignals;
import oks.process.ServiceManager;
import oks.process.Superuser;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The program {@code oks-http}; see oks-http(8). */
@Command(
        name = "oks-http",
        description = "Answer OpenPGP clients over HTTP (HKP) with the certificates of oksd.",
        footer = {
            "",
            "Signals: HUP reads the configuration again,",
            "TERM finishes the requests in flight and stops. See oks-http(8)."
        })
public final class OksHttp implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(OksHttp.class);
    private static final String NAME = "oks-http";

    private final ProgramLog log;
    private final CountDownLatch stopWanted = new CountDownLatch(1);
    private volatile Gateway running;
    private volatile OksHttpSettings settings; // those read last

    @Mixin
    private HelpOptions help;

    @Parameters(
            arity = "0..1",
            paramLabel = "CONF",
            description = "The configuration file (default: PREFIX/etc/oks-http.conf).")
    private Path configuration;

    @Option(
            names = "--check-config",
            description =
                    "Read the configuration, say whether it is right and which settings differ from the defaults, "
                            + "and exit.")
    private boolean checkConfig;

    @Option(
            names = "--write-pages",
            paramLabel = "DIR",
            description = "Write templates and style sheet of the pages to DIR, and exit.")
    private Path pages;

    private OksHttp(ProgramLog log) {
        this.log = log;
    }

    /** Runs the program and ends the process with its exit status. */
    public static void main(String[] args) {
        // Exit at once: threads of libraries that still wait for something have nothing left to do.
        System.exit(Program.of(NAME).runDaemon(args, OksHttp::new));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (pages != null) {
            Pages.write(pages);
            return ExitCode.DONE.status();
        }
        Path file = configuration == null ? Installation.configuration("oks-http.conf") : configuration;
        settings = OksHttpSettings.read(file, help.console().environment());
        ClientLimits.check(settings.limits());
        if (checkConfig) {
            check();
            help.out().println("configuration \"" + file + "\" is right");
            settings.configuration().differences().forEach(help.out()::println);
            settings.configuration()
                    .ignoredVariables()
                    .forEach(name -> help.out().println("ignored: environment variable " + name + " is no setting"));
            if (settings.tls().wanted()) {
                help.out().println(TlsCertificate.readersOf(settings.tls()));
            }
            return ExitCode.DONE.status();
        }
        log.apply(settings.log());
        if (!settings.configuration().ignoredVariables().isEmpty()) {
            LOG.warn(
                    "ignored environment variables, which are no settings: {}",
                    String.join(", ", settings.configuration().ignoredVariables()));
        }
        ProcessName.set(NAME);
        Superuser.refuse(NAME, settings.process().allowRoot());
        serve();
        return ExitCode.DONE.status();
    }

    /** Checks everything else that a start would refuse. */
    private void check() {
        if (settings.tls().wanted()) {
            TlsCertificate.read(settings.tls());
        }
        Pages.read(settings.pages(), settings.search());
    }

    private void serve() throws IOException, InterruptedException {
        try (ProcessSignals signals = new ProcessSignals()) {
            signals.on("TERM", stopWanted::countDown);
            signals.on("INT", stopWanted::countDown);
            signals.on("HUP", this::reload);
            try (Gateway gateway = Gateway.start(settings, Version.number(), Clock.systemUTC());
                    PidFile pid = PidFile.write(settings.process().pidFile());
                    ServiceManager systemd = ServiceManager.of(help.console().environment())) {
                running = gateway;
                LOG.debug("pid file \"{}\"", pid.path());
                LOG.info("ready: address \"{}\", port {}", settings.listen().address(), gateway.port());
                if (gateway.tlsPort() != 0) {
                    LOG.info(
                            "ready for TLS: address \"{}\", port {}",
                            settings.tls().address(),
                            gateway.tlsPort());
                }
                systemd.ready("answers on port " + gateway.port());
                systemd.watch(gateway::turns);
                stopWanted.await();
                LOG.info("stopping");
                systemd.stopping();
            }
            LOG.info("stopped");
        }
    }

    /** Reads the configuration again and applies what can change while the program runs; a bad file changes nothing. */
    private void reload() {
        if (running != null) {
            running.reopenLogs();
        }
        OksHttpSettings newer;
        try {
            newer = OksHttpSettings.read(settings.configuration().file().orElseThrow());
        } catch (OperatorFault fault) {
            fault.kept("the settings in force were not changed").logLines().forEach(line -> LOG.error("{}", line));
            return;
        }
        for (Setting<?> setting : settings.configuration().changesTo(newer.configuration())) {
            LOG.info(
                    "setting {} {}",
                    setting.name(),
                    changesNow(setting, newer) ? "has its new value" : "changes at the next start");
        }
        if (running != null) {
            apply("clients are shown the certificate as before", () -> running.showCertificate(newer));
            apply("the pages are as before", () -> running.showPages(newer));
        }
        settings = newer;
        log.level(newer.log().level());
        LOG.info("configuration read again");
    }

    private boolean changesNow(Setting<?> setting, OksHttpSettings newer) {
        boolean beginsOrEndsTls = setting.table().equals("tls")
                && running != null
                && running.hasTls() != newer.tls().wanted();
        return setting.change() == Setting.Change.RELOAD && !beginsOrEndsTls;
    }

    /** Files that cannot be used change nothing, and keep nothing else from being applied. */
    private static void apply(String kept, Runnable change) {
        try {
            change.run();
        } catch (OperatorFault fault) {
            fault.kept(kept).logLines().forEach(line -> LOG.error("{}", line));
        }
    }
}
