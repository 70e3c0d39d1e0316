package oks.oksd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import oks.config.OksdSettings;
import oks.control.ControlAccess;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ControlRequest.Kind;
import oks.control.ControlServer;
import oks.control.ControlStatus;
import oks.control.ControlStatus.State;
import oks.control.ProgressListener;
import oks.control.SampleRequests;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.log.ProgramLog;
import oks.process.ServiceManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every kind of command in every state of oksd: each gets one answer, and none keeps a place of the control socket. */
final class EveryCommandIsAnsweredTest {
    /** An answer takes milliseconds; this is how long a forgotten one is waited for. */
    private static final Duration SILENCE = Duration.ofSeconds(20);

    @TempDir
    private Path prefix;

    private ProgramLog log;
    private OksdSettings settings;

    @BeforeEach
    void configure() throws IOException {
        log = ProgramLog.begin("oksd", System.err);
        Path conf = Files.createDirectories(prefix.resolve("etc")).resolve("oksd.conf");
        Files.writeString(conf, "[log]\nsyslog = false\n[process]\nallow_root = true\n");
        settings = OksdSettings.read(conf);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void whileOksdStartsOnlyTheStatusAndAStopAreTaken() {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        try (ServiceManager systemd = ServiceManager.of(Map.of())) {
            ControlServer server = ControlServer.open(
                    settings.control().socket(),
                    ControlAccess.OWN,
                    new StartupHandler(
                            settings, Instant.now(), systemd, System::nanoTime, () -> stopped.complete(null)));
            for (Kind kind : Kind.values()) {
                ExitCode code = ask(kind);
                assertThat(code)
                        .as(kind.word())
                        .isEqualTo(
                                switch (kind) {
                                    case STATUS, STOP -> ExitCode.DONE;
                                    case PAUSE,
                                            RESUME,
                                            ROTATE,
                                            DUMP,
                                            RELOAD,
                                            CONFIG,
                                            SNAPSHOT,
                                            RELEASE,
                                            ARCHIVED,
                                            ARCHIVE_VERIFIED,
                                            CHECK,
                                            POINT,
                                            DELETE,
                                            LOAD,
                                            EXPORT,
                                            EXPORT_NEXT,
                                            HISTORY,
                                            UNBLOCK -> ExitCode.BUSY;
                                });
            }
            assertThat(stopped).isCompleted();
            moreTimesThanThereArePlaces(Kind.CONFIG);
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource(value = State.class, mode = EnumSource.Mode.EXCLUDE, names = "STARTING")
    void everyCommandIsAnsweredIn(State state) throws Exception {
        UnwillingDisk disk = new UnwillingDisk();
        Daemon daemon = new Daemon(settings, log, disk);
        CompletableFuture<ExitCode> ended = start(daemon);
        try {
            for (Kind kind : Kind.values()) {
                switchTo(state, daemon, disk);
                if (kind != Kind.STOP) {
                    assertThat(ask(kind))
                            .as(kind.word())
                            .isIn(
                                    state == State.STOPPING
                                            ? new ExitCode[] {
                                                ExitCode.DONE, ExitCode.FAILED, ExitCode.BUSY, ExitCode.UNREACHABLE
                                            }
                                            : new ExitCode[] {ExitCode.DONE, ExitCode.FAILED, ExitCode.BUSY});
                }
            }
            if (state == State.RUNNING) {
                moreTimesThanThereArePlaces(Kind.CONFIG);
            }
        } finally {
            daemon.stop();
        }
        assertThat(Bench.answer(ended)).isEqualTo(ExitCode.DONE);
    }

    private void switchTo(State state, Daemon daemon, UnwillingDisk disk) {
        boolean switched = switch (state) {
            case RUNNING -> resumed();
            case PAUSED -> ask(Kind.PAUSE) == ExitCode.DONE && status() == State.PAUSED;
            case DEGRADED -> degraded(disk);
            case STOPPING -> stopping(daemon);
            case STARTING -> throw new IllegalArgumentException("a start has a test of its own");
        };
        assertThat(switched).as("%s", state).isTrue();
    }

    /** Ends a pause, and the state "degraded" after it. */
    private boolean resumed() {
        for (int i = 0; i < 2; i++) {
            ask(Kind.RESUME);
        }
        return status() == State.RUNNING;
    }

    /** A forced write fails, so oksd leaves the file that it was for. */
    private boolean degraded(UnwillingDisk disk) {
        resumed();
        disk.failNextSync();
        ask(Kind.POINT);
        return status() == State.DEGRADED;
    }

    private boolean stopping(Daemon daemon) {
        daemon.stop();
        return true;
    }

    @Test
    void aStuckDiskAndAbandonedCommandsLeaveStatusConfigAndStopAnswered() throws Exception {
        UnwillingDisk disk = new UnwillingDisk();
        CompletableFuture<ExitCode> ended = start(new Daemon(settings, log, disk));
        disk.blockSyncs();
        try {
            abandon("{\"command\":\"point\",\"name\":\"a change to force\"}");
            disk.awaitBlocked();
            for (int i = 0; i < 70; i++) {
                abandon(i % 2 == 0 ? "{\"command\":\"rotate\"}" : "{\"command\":\"pause\"}");
            }
            while (!isRefusedAsOneTooMany()) {
                LockSupport.parkNanos(1_000_000); // the last ones have not come yet, or their places are not free yet
            }
            assertThat(ask(Kind.STATUS)).isEqualTo(ExitCode.DONE);
            assertThat(ask(Kind.CONFIG)).isEqualTo(ExitCode.DONE);
            assertThat(ask(Kind.STOP)).isEqualTo(ExitCode.DONE);
        } finally {
            disk.heal();
        }
        assertThat(Bench.answer(ended)).isEqualTo(ExitCode.DONE);
    }

    private boolean isRefusedAsOneTooMany() {
        try (ControlClient client = ControlClient.connect(settings.control().socket())) {
            client.call(SampleRequests.of(Kind.ROTATE), Duration.ofSeconds(1), ProgressListener.NONE);
            return false;
        } catch (OperatorFault fault) {
            return fault.what().contains("commands already");
        }
    }

    /** Gives a command and goes before it is answered. */
    private void abandon(String command) throws IOException {
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(settings.control().socket()));
            client.write(StandardCharsets.UTF_8.encode(command + "\n"));
        }
    }

    private CompletableFuture<ExitCode> start(Daemon daemon) {
        CompletableFuture<ExitCode> ended = run(daemon);
        while (status() != State.RUNNING) {
            assertThat(ended).isNotCompletedExceptionally();
            LockSupport.parkNanos(1_000_000);
        }
        return ended;
    }

    private static CompletableFuture<ExitCode> run(Daemon daemon) {
        CompletableFuture<ExitCode> ended = new CompletableFuture<>();
        new Thread(
                        () -> {
                            try {
                                ended.complete(daemon.run());
                            } catch (Exception e) {
                                ended.completeExceptionally(e);
                            }
                        },
                        "oksd")
                .start();
        return ended;
    }

    private State status() {
        try (ControlClient client = ControlClient.connect(settings.control().socket())) {
            return ControlStatus.fromJson(client.call(new ControlRequest.Status(), SILENCE, ProgressListener.NONE))
                    .state();
        } catch (OperatorFault notYet) {
            return State.STARTING;
        }
    }

    private void moreTimesThanThereArePlaces(Kind kind) {
        for (int i = 0; i <= 64; i++) {
            ask(kind);
        }
        assertThat(ask(Kind.STATUS)).isEqualTo(ExitCode.DONE);
    }

    /** The exit status of the answer, which must come; UNREACHABLE when oksd has gone. */
    private ExitCode ask(Kind kind) {
        try (ControlClient client = ControlClient.connect(settings.control().socket())) {
            client.call(SampleRequests.of(kind), SILENCE, ProgressListener.NONE);
            return ExitCode.DONE;
        } catch (OperatorFault fault) {
            assertThat(fault.what()).doesNotContain("did not answer");
            return fault.code();
        }
    }
}
