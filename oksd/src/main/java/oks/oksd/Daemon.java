package oks.oksd;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import oks.config.OksdSettings;
import oks.config.Setting;
import oks.control.ControlAccess;
import oks.control.ControlServer;
import oks.control.ControlStatus.Holder;
import oks.control.Rotation;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.log.ProgramLog;
import oks.process.PidFile;
import oks.process.ProcessName;
import oks.process.ProcessSignals;
import oks.recovery.Seal;
import oks.service.ServiceServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** oksd from its start to its end: opens the database, listens, answers signals, and leaves everything on disk. */
final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final long LISTEN_SECONDS = 30;

    private final AtomicReference<OksdSettings> settings;
    private final ProgramLog programLog;
    private final Disk disk = new RealDisk();
    private final Clock clock = Clock.systemUTC();
    private final ServerState state = new ServerState(clock);
    private final CountDownLatch stopWanted = new CountDownLatch(1);
    private volatile ExitCode exitCode = ExitCode.DONE;

    Daemon(OksdSettings settings, ProgramLog programLog) {
        this.settings = new AtomicReference<>(settings);
        this.programLog = programLog;
    }

    /** Runs until a signal or command stops it, or until the database cannot be kept any more. */
    ExitCode run() throws IOException, InterruptedException {
        ProcessName.set("oksd");
        refuseRoot();
        Instant started = clock.instant();
        OpenDatabase database = OpenDatabase.open(settings.get(), disk, clock, this::fatal);
        try (PidFile pid = PidFile.write(settings.get().process().pidFile())) {
            LOG.debug("pid file \"{}\"", pid.path());
            serve(database, started);
        }
        if (exitCode == ExitCode.DONE) {
            database.close();
            LOG.info("stopped; everything is on disk");
        }
        return exitCode;
    }

    private void refuseRoot() {
        if (!settings.get().process().allowRoot() && "root".equals(System.getProperty("user.name"))) {
            throw OperatorFault.of(ExitCode.USAGE, "oksd runs as root, but process.allow_root is false")
                    .kept("nothing was opened")
                    .next("start it as a user of its own, such as \"oks\"");
        }
    }

    private void serve(OpenDatabase database, Instant started) throws IOException, InterruptedException {
        Supplier<OksdSettings.Recovery> recovery = () -> settings.get().recovery();
        LogKeeper log = new LogKeeper(database.log(), database.recoveryDirectory(), disk, recovery, state);
        try (StoreKeeper keeper = new StoreKeeper(database.store(), database.store().position().last())) {
            Committer committer = new Committer(database.store(), log, keeper, state, settings::get, this::fatal);
            try (Uploads uploads = new Uploads(database.store(), committer, settings::get)) {
                StatusReport status = new StatusReport(
                        settings.get(), database, committer, keeper, state, uploads, disk, started);
                Snapshots snapshots = new Snapshots(database, committer, log, keeper, state, disk);
                ControlCommands commands = new ControlCommands(
                        committer, database.store(), status, snapshots, clock, () -> reload(committer), this::stop);
                committer.start();
                listen(database, committer, uploads, status, commands);
            }
        }
    }

    private void listen(
            OpenDatabase database,
            Committer committer,
            Uploads uploads,
            StatusReport status,
            ControlCommands commands)
            throws InterruptedException {
        OksdSettings.Service service = settings.get().service();
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        try (ServiceRequests requests = new ServiceRequests(
                        new Lookups(database.store()), uploads, () -> status.now().toJson().toString());
                ControlServer control = ControlServer.open(settings.get().control().socket(), access(), commands);
                ProcessSignals signals = new ProcessSignals()) {
            ServiceServer server = new ServiceServer(
                    vertx,
                    new ServiceServer.Options(
                            service.socket(),
                            "oksd " + Oksd.VERSION,
                            database.identity().name(),
                            service.maxInFlight(),
                            Runtime.getRuntime().availableProcessors()),
                    requests);
            await(server.listen().toCompletionStage().toCompletableFuture());
            hear(signals, committer, control);
            LOG.info("ready: database \"{}\", {} certificates, LSN {}, writing \"{}\"",
                    database.identity().name(), database.store().certificates(),
                    database.store().position().last(), committer.logView().file());
            stopWanted.await();
            if (exitCode == ExitCode.DONE) {
                await(server.close(GRACE).toCompletionStage().toCompletableFuture());
                committer.stop();
            }
        } finally {
            await(vertx.close().toCompletionStage().toCompletableFuture());
        }
    }

    private static void await(java.util.concurrent.CompletableFuture<?> future) {
        try {
            future.orTimeout(LISTEN_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof OperatorFault fault) {
                throw fault;
            }
            throw e;
        }
    }

    private ControlAccess access() {
        return new ControlAccess(Set.copyOf(settings.get().control().allow()));
    }

    private void hear(ProcessSignals signals, Committer committer, ControlServer control) {
        signals.on("USR1", () -> {
            Holder holder = new Holder("signal USR1", 0, 0, clock.instant(), Optional.empty());
            told(() -> committer.pause(ServerState.SIGNAL, holder).join());
        });
        signals.on("CONT", () -> told(() -> committer.resume().join()));
        signals.on("USR2", () -> told(() -> {
            Rotation rotation = committer.rotate(Seal.Reason.ROTATED).join();
            if (!rotation.rotated()) {
                LOG.info("not rotated: {}; still writing \"{}\"", rotation.reason(), rotation.file());
            }
        }));
        signals.on("HUP", () -> told(() -> {
            reload(committer);
            control.allow(access());
        }));
        signals.on("TERM", this::stop);
        signals.on("INT", this::stop);
    }

    /** A signal has nobody to answer to but the log. */
    private static void told(Runnable action) {
        try {
            action.run();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof OperatorFault fault)) {
                throw e;
            }
            fault.lines("oksd").forEach(line -> LOG.error("{}", line));
        } catch (OperatorFault fault) {
            fault.lines("oksd").forEach(line -> LOG.error("{}", line));
        }
    }

    /** Commits everything, reads the configuration again, applies what can change while oksd runs. */
    private void reload(Committer committer) {
        if (!state.held()) {
            committer.dump().join();
        }
        OksdSettings old = settings.get();
        OksdSettings newer = old.configuration().file().map(OksdSettings::read).orElse(old);
        List<Setting<?>> changed = old.configuration().changesTo(newer.configuration());
        for (Setting<?> setting : changed) {
            boolean now = setting.change() == Setting.Change.RELOAD;
            LOG.info("setting {} {}", setting.name(), now ? "has its new value" : "changes at the next start");
        }
        settings.set(newer);
        programLog.level(newer.log().level());
        LOG.info("configuration read again; {} settings differ", changed.size());
    }

    private void stop() {
        LOG.info("stopping");
        stopWanted.countDown();
    }

    /** Nothing in the store can be trusted to reach the disk any more; the recovery files have everything. */
    private void fatal(String why) {
        LOG.error("the store failed: {}; oksd ends now, and its next start replays the recovery files", why);
        state.fault("store: " + why);
        exitCode = ExitCode.FAILED;
        stopWanted.countDown();
    }
}
