package oks.oksd;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import oks.cli.Version;
import oks.config.OksdSettings;
import oks.control.ControlAccess;
import oks.control.ControlHandler;
import oks.control.ControlPeer;
import oks.control.ControlRequest;
import oks.control.ControlResults;
import oks.control.ControlServer;
import oks.control.ControlStatus.Holder;
import oks.control.ProgressListener;
import oks.control.Rotation;
import oks.durable.DirectoryLock;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.log.ProgramLog;
import oks.oksd.control.ControlCommands;
import oks.oksd.control.RecordedChanges;
import oks.oksd.control.StatusReport;
import oks.oksd.serve.LoadTickets;
import oks.oksd.serve.Lookups;
import oks.oksd.serve.ServiceRequests;
import oks.oksd.serve.Uploads;
import oks.oksd.start.LiveSettings;
import oks.oksd.start.OpenDatabase;
import oks.oksd.writer.Committer;
import oks.oksd.writer.ServerState;
import oks.oksd.writer.Snapshots;
import oks.oksd.writer.StoreFlusher;
import oks.oksd.writer.UnreadableStore;
import oks.oksd.writer.WriterAnswer;
import oks.oksd.writer.WriterLog;
import oks.openpgp.UploadParser;
import oks.process.PidFile;
import oks.process.ProcessName;
import oks.process.ProcessSignals;
import oks.process.ServiceManager;
import oks.process.Superuser;
import oks.recovery.Seal;
import oks.service.EventLoops;
import oks.service.ServerMemory;
import oks.service.ServerOptions;
import oks.service.ServiceServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** oksd from its start to its end: opens the database, listens, answers signals, and leaves everything on disk. */
final class Daemon {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration LISTEN = Duration.ofSeconds(30);
    private static final Duration LAST_RESORT = Duration.ofSeconds(15);

    private final LiveSettings settings;
    private final ProgramLog programLog;
    private final ServerMemory memory;
    private final Disk disk;
    private final Clock clock = Clock.systemUTC();
    private final ServerState state = new ServerState(clock);
    private final CompletableFuture<Committer> running = new CompletableFuture<>();
    private final CountDownLatch stopWanted = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile ExitCode exitCode = ExitCode.DONE;
    private volatile Runnable accessChanged = () -> {};
    private volatile ControlHandler commands;

    Daemon(OksdSettings settings, ProgramLog programLog) {
        this(settings, programLog, new RealDisk());
    }

    Daemon(OksdSettings settings, ProgramLog programLog, Disk disk) {
        this.disk = disk;
        this.settings = new LiveSettings(settings);
        this.programLog = programLog;
        this.memory = ServerMemory.of(settings.service().maxAnswer());
    }

    /** Runs until a signal or command stops it, or until the database cannot be kept any more. */
    ExitCode run() throws IOException, InterruptedException {
        ProcessName.set("oksd");
        Superuser.refuse("oksd", settings.get().process().allowRoot());
        Instant started = clock.instant();
        try (ServiceManager systemd = ServiceManager.of(System.getenv());
                ProcessSignals signals = new ProcessSignals()) {
            hear(signals); // before the database opens: a signal that comes during a replay is not lost
            StartupHandler starting =
                    new StartupHandler(settings.get(), started, systemd, System::nanoTime, this::stop);
            commands = starting;
            DirectoryLock lock = OpenDatabase.lock(settings.get(), disk);
            // Closed last: who asked oksd to stop waits until its connection ends, and then opens or copies the
            // directory.
            try (ControlServer control = answer(lock);
                    OpenDatabase database = OpenDatabase.open(lock, settings.get(), disk, clock, starting);
                    PidFile pid = PidFile.write(settings.get().process().pidFile())) {
                accessChanged = () -> control.allow(access());
                LOG.debug("pid file \"{}\"", pid.path());
                serve(database, started, systemd);
            }
        } finally {
            ended.countDown();
        }
        return exitCode;
    }

    /** Opens the control socket; commands are answered from now on, even though most come too early. */
    private ControlServer answer(DirectoryLock lock) throws IOException {
        try {
            return ControlServer.open(settings.get().control().socket(), access(), new Current());
        } catch (RuntimeException e) {
            try (lock) { // still ours: no open database exists yet
                throw e;
            }
        }
    }

    /** Hands each command to the handler of the daemon's present state. */
    private final class Current implements ControlHandler {
        @Override
        public ObjectNode handle(ControlRequest request, ControlPeer peer, ProgressListener progress) {
            return commands.handle(request, peer, progress);
        }

        @Override
        public void answered(ControlRequest request) {
            commands.answered(request);
        }
    }

    private void serve(OpenDatabase database, Instant started, ServiceManager systemd)
            throws IOException, InterruptedException {
        WriterLog log = new WriterLog(
                database.log(),
                database.recoveryDirectory(),
                database.directory(),
                () -> settings.get().recovery(),
                state,
                System::nanoTime);
        StoreFlusher flusher =
                new StoreFlusher(database.store(), () -> settings.get().store(), System::nanoTime, this::fatal);
        Committer committer =
                new Committer(database.store(), log, flusher, state, settings, System::nanoTime, this::fatal);
        Uploads uploads = new Uploads(database.store(), committer, settings, System::nanoTime);
        StatusReport status =
                new StatusReport(settings.get(), database, committer, flusher, state, uploads, memory, started);
        Snapshots snapshots = new Snapshots(database, committer, log, flusher, state);
        LoadTickets tickets = new LoadTickets();
        UnreadableStore unreadable = new UnreadableStore(state);
        ControlCommands whenReady = new ControlCommands(
                committer,
                database.store(),
                new RecordedChanges(
                        database.recoveryDirectory(), database.identity().database()),
                tickets,
                settings,
                status,
                snapshots,
                unreadable,
                clock,
                () -> reload(committer),
                this::stop);
        try (flusher;
                whenReady;
                uploads) {
            listen(database, committer, uploads, tickets, status, unreadable, whenReady, systemd);
        }
        snapshots.releaseAll();
        letGo(database);
    }

    private void listen(
            OpenDatabase database,
            Committer committer,
            Uploads uploads,
            LoadTickets tickets,
            StatusReport status,
            UnreadableStore unreadable,
            ControlHandler whenReady,
            ServiceManager systemd)
            throws InterruptedException {
        Vertx vertx = EventLoops.start(Runtime.getRuntime().availableProcessors());
        committer.start();
        try (ServiceRequests requests = new ServiceRequests(
                new Lookups(
                        database.store(), () -> settings.get().certificates().hardRevoked()),
                () -> settings.get().service().searchTime(),
                uploads,
                tickets,
                () -> status.now().toJson().toString(),
                unreadable)) {
            ServiceServer server = new ServiceServer(vertx, serviceOptions(database), requests);
            await(server.listen().toCompletionStage().toCompletableFuture());
            ready(database, committer, whenReady, systemd);
            stopWanted.await();
            systemd.stopping();
            Future<?> unused =
                    committer
                            .resume(); // an upload that waits for the end of a pause is answered before the socket goes
            await(server.close(GRACE).toCompletionStage().toCompletableFuture());
        } finally {
            committer.stop();
            await(vertx.close().toCompletionStage().toCompletableFuture());
        }
    }

    private void ready(OpenDatabase database, Committer committer, ControlHandler whenReady, ServiceManager systemd) {
        state.started();
        commands = whenReady;
        running.complete(committer);
        UploadParser.nativeVerification()
                .ifPresent(code -> LOG.info("Ed25519 signatures are verified by native code: {}", code));
        LOG.info(
                "ready: database \"{}\", certificates: {}, LSN {}, writing \"{}\"",
                database.identity().name(),
                database.store().certificates(),
                database.store().position().last(),
                committer.logView().file());
        systemd.ready("answers; database " + database.identity().name());
        systemd.watch(alive -> {
            Future<?> unused = committer.between(() -> {
                alive.run(); // the writer works
                return true;
            });
        });
    }

    private ServerOptions serviceOptions(OpenDatabase database) {
        OksdSettings.Service service = settings.get().service();
        return new ServerOptions(
                service.socket(),
                "oksd " + Version.number(),
                database.identity().name(),
                service.maxInFlight(),
                Runtime.getRuntime().availableProcessors(),
                memory);
    }

    private void letGo(OpenDatabase database) throws IOException {
        if (exitCode == ExitCode.DONE) {
            database.close();
            LOG.info("stopped; everything is on disk");
        } else {
            database.abandon();
        }
    }

    private static void await(CompletableFuture<?> future) {
        try {
            future.orTimeout(LISTEN.toSeconds(), TimeUnit.SECONDS).join();
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

    private void hear(ProcessSignals signals) {
        signals.on("USR1", () -> told(this::pauseBySignal));
        signals.on("CONT", () -> told(this::resumeBySignal));
        signals.on("USR2", () -> told(this::rotateBySignal));
        signals.on("HUP", () -> told(() -> reload(running.join())));
        signals.on("TERM", this::stop);
        signals.on("INT", this::stop);
    }

    private void pauseBySignal() {
        LOG.info("pausing on signal USR1; when everything is on disk, \"paused\" follows");
        Holder holder = Holder.signal("USR1", clock.instant());
        WriterAnswer.of(running.join().pause(ServerState.SIGNAL, holder));
    }

    /** Ends the pause by signal only: a shell sends CONT, too, and must not end the pause of a backup that runs. */
    private void resumeBySignal() {
        WriterAnswer.of(running.join().unpause(ServerState.SIGNAL));
        for (Holder holder : state.view().holders()) {
            LOG.warn(
                    "still paused by {} (uid {}, pid {}) until {}; \"oksctl resume\" ends that",
                    holder.by(),
                    holder.uid().orElse(0L),
                    holder.pid().orElse(0),
                    holder.until().map(Instant::toString).orElse("resumed"));
        }
    }

    private void rotateBySignal() {
        Rotation rotation = WriterAnswer.of(running.join().rotate(Seal.Reason.ROTATED));
        if (!rotation.rotated()) {
            LOG.info("not rotated: {}; still writing \"{}\"", rotation.reason(), rotation.file());
        }
    }

    /** Runs the command of a signal; the log gets its fault, since nobody waits for an answer. */
    private static void told(Runnable action) {
        try {
            action.run();
        } catch (OperatorFault fault) {
            fault.logLines().forEach(line -> LOG.error("{}", line));
        }
    }

    /** Commits everything, reads the configuration again, applies what can change while oksd runs. */
    private ControlResults.Reloaded reload(Committer committer) {
        commitBeforeReload(committer);
        ControlResults.Reloaded reloaded = settings.reload();
        programLog.level(settings.get().log().level());
        accessChanged.run();
        return reloaded;
    }

    /** A disk that fails must not keep an operator from new settings: they may be the remedy. */
    private void commitBeforeReload(Committer committer) {
        if (!state.held()) { // else everything is on disk, and must stay as it is
            try {
                WriterAnswer.of(committer.dump());
            } catch (OperatorFault fault) {
                LOG.warn("not everything is committed before the configuration is read: {}", fault.what());
            }
        }
    }

    void stop() {
        LOG.info("stopping");
        stopWanted.countDown();
    }

    /** Nothing in the store can be trusted to reach the disk any more; the recovery files have everything. */
    private void fatal(OperatorFault fault) {
        if (fault.code() == ExitCode.DAMAGED) {
            LOG.error(
                    "{}; everything acknowledged is in the recovery files; oksd ends now; a restart does not repair this; "
                            + "next: {}",
                    fault.what(),
                    fault.next());
        } else {
            LOG.error(
                    "the store failed: {}; everything acknowledged is in the recovery files; oksd ends now, and its "
                            + "next start "
                            + "replays them",
                    fault.what());
        }
        state.fault("store: " + fault.what());
        exitCode = fault.code() == ExitCode.DAMAGED ? ExitCode.DAMAGED : ExitCode.FAILED;
        stopWanted.countDown();
        Thread lastResort = new Thread(this::haltUnlessEnded, "last resort");
        lastResort.setDaemon(true);
        lastResort.start();
    }

    /**
     * Ends the process at once: a failed disk may hang every thread that waits for it, and the supervisor waits for the
     * end.
     */
    private void haltUnlessEnded() {
        try {
            if (ended.await(LAST_RESORT.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            LOG.debug("nobody interrupts this thread", e);
        }
        Runtime.getRuntime().halt(exitCode.status());
    }
}
