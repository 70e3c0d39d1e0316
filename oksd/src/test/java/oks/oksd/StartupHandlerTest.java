package oks.oksd;

import static oks.testing.SampleCertificates.withUserIds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import oks.config.OksdSettings;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ControlStatus;
import oks.control.ControlStatus.State;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.log.ProgramLog;
import oks.oksd.start.OpenDatabase;
import oks.openpgp.Fingerprint;
import oks.recovery.Change;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryLog;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be seen and said while a start replays: the store stands at its beginning, the recovery files at LSN 40. */
final class StartupHandlerTest {
    private static final Disk DISK = new RealDisk();
    private static final int CHANGES = 40;
    private static final int GROUP = 2;

    @TempDir
    private Path prefix;

    private OksdSettings settings;

    @BeforeEach
    void logWhatTheStoreLacks() throws IOException {
        Path conf = Files.createDirectories(prefix.resolve("etc")).resolve("oksd.conf");
        Files.writeString(conf, "[log]\nsyslog = false\n");
        settings = OksdSettings.read(conf);
        DatabaseIdentity identity;
        try (OpenDatabase made = Opened.database(settings, DISK)) {
            identity = made.identity();
        }
        Path directory = settings.recovery().directory();
        LogPosition end = new RecoveryDirectory(DISK, directory)
                .chain(identity.database(), Lsn.NONE)
                .read(LogPosition.START, group -> {})
                .position();
        try (RecoveryLog log = RecoveryLog.begin(
                new RecoveryDirectory(DISK, directory), identity, end, Clock.systemUTC(), new Random(1), "test")) {
            append(log);
        }
    }

    /** Versions of one certificate of nearly a megabyte: that keeps a replay busy for a while. */
    private static void append(RecoveryLog log) throws IOException {
        byte[] content = withUserIds(
                1, IntStream.range(0, 450).mapToObj(i -> i + "x".repeat(1900)).toArray(String[]::new));
        byte[] fingerprint =
                Fingerprint.parse(SampleCertificates.fingerprint(1)).bytes();
        Change.Replaced replaced = Change.Replaced.NOTHING;
        while (log.position().last().number() < CHANGES) {
            List<Change> group = new ArrayList<>();
            Lsn last = log.position().last();
            Digest digest = log.position().digest();
            for (int i = 0; i < GROUP; i++) {
                last = last.next();
                Instant time = log.now();
                Change change = new Change.Put(last, time, fingerprint, content, "test", replaced);
                digest = change.appliedTo(digest);
                replaced = new Change.Replaced(last, Digest.certificateElement(fingerprint, content));
                group.add(change);
            }
            log.append(group, digest);
        }
    }

    @Test
    void aStartTellsWhoseDatabaseItIsAndHowFarTheReplayHasCome() throws IOException {
        Opened.Heard heard = new Opened.Heard();
        try (OpenDatabase database = Opened.database(settings, DISK, heard)) {
            assertThat(heard.identities).containsExactly(database.identity());
        }
        assertThat(heard.replays).hasSize(CHANGES / GROUP);
        ControlStatus.Replay last = heard.replays.get(heard.replays.size() - 1);
        assertThat(last.lsn()).isEqualTo(CHANGES);
        assertThat(last.bytes()).isBetween(last.of() * 9 / 10, last.of());
        assertThat(heard.replays).extracting(ControlStatus.Replay::bytes).isSorted();
    }

    @Test
    void theStatusShowsTheReplayEverythingElseIsTooEarlyAndAStopIsHeard() throws Exception {
        try (OksdProcess oksd = OksdProcess.start(
                        prefix, settings.configuration().file().orElseThrow().toString());
                ControlClient client = connect(oksd)) {
            ControlStatus status = whileItReplays(client);
            assertThat(status.state()).isEqualTo(State.STARTING);
            assertThat(status.reason()).contains("replaying recovery files, LSN");
            assertThat(status.replay().orElseThrow().lsn()).isBetween(1L, (long) CHANGES);
            assertThat(status.identity().name()).isEqualTo(settings.database().name());
            assertThat(status.identity().timeline()).isEqualTo(1);
            assertThat(prefix.resolve("var/run/oksd.sock"))
                    .as("lookups and uploads come later")
                    .doesNotExist();
            OperatorFault early = catchThrowableOfType(
                    OperatorFault.class, () -> client.call(new ControlRequest.Rotate(), progress -> {}));
            assertThat(early.code()).isEqualTo(ExitCode.BUSY);
            assertThat(early.what()).contains("still starting");

            client.call(new ControlRequest.Stop(), progress -> {});
            assertThat(oksd.status()).as(oksd.err()).isZero();
            assertThat(oksd.err()).contains("replayed changes: " + CHANGES).contains("everything is on disk");
        }
    }

    @Test
    void aReplayThatIsKilledTwiceInItsMiddleIsDoneByTheThirdStart() throws Exception {
        for (int kill = 0; kill < 2; kill++) {
            try (OksdProcess oksd = OksdProcess.start(
                            prefix,
                            settings.configuration().file().orElseThrow().toString());
                    ControlClient client = connect(oksd)) {
                assertThat(whileItReplays(client).replay().orElseThrow().lsn()).isBetween(1L, (long) CHANGES);
                oksd.signal("KILL");
                assertThat(oksd.status()).isEqualTo(137);
            }
        }
        try (OpenDatabase database = Opened.database(settings, DISK)) {
            assertThat(database.store().position().last()).isEqualTo(new Lsn(CHANGES));
            assertThat(database.store().check(read -> {}).differences()).isEmpty();
        }
    }

    private static ControlStatus whileItReplays(ControlClient client) {
        ControlStatus status = status(client);
        while (status.replay().isEmpty()) {
            assertThat(status.state()).isEqualTo(State.STARTING);
            status = status(client);
        }
        return status;
    }

    @Test
    void aControlSocketThatCannotBeMadeLeavesTheDatabaseAlone() throws Exception {
        Path conf = settings.configuration().file().orElseThrow();
        Files.writeString(conf, "[log]\nsyslog = false\n[control]\nsocket = \"var/" + "x".repeat(200) + "\"\n");
        try (ProgramLog log = ProgramLog.begin("oksd", System.err)) {
            Daemon daemon = new Daemon(OksdSettings.read(conf), log);
            OperatorFault fault = catchThrowableOfType(OperatorFault.class, daemon::run);
            assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
        }
        OpenDatabase.lock(settings, DISK).close(); // nobody has it
    }

    private ControlClient connect(OksdProcess oksd) {
        ControlClient[] client = new ControlClient[1];
        oksd.await(() -> {
            try {
                client[0] = ControlClient.connect(settings.control().socket());
                return true;
            } catch (OperatorFault notYet) {
                return false;
            }
        });
        return client[0];
    }

    private static ControlStatus status(ControlClient client) {
        return ControlStatus.fromJson(client.call(new ControlRequest.Status(), progress -> {}));
    }
}
