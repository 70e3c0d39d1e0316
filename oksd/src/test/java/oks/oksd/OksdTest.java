package oks.oksd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import oks.cli.Version;
import oks.config.OksdSettings;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ControlStatus;
import oks.control.ControlStatus.State;
import oks.durable.DirectoryLock;
import oks.durable.RealDisk;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process: its command line, its signals, its exit statuses. */
final class OksdTest {
    @TempDir
    private Path prefix;

    private Path conf;

    @BeforeEach
    void configure() throws IOException {
        conf = Files.createDirectories(prefix.resolve("etc")).resolve("oksd.conf");
        configure("");
    }

    private void configure(String more) throws IOException {
        Files.writeString(conf, "[log]\nsyslog = false\n" + more);
    }

    private OksdProcess oksd(String... args) throws IOException {
        return OksdProcess.start(prefix, args);
    }

    private OksdProcess running() throws IOException {
        OksdProcess oksd = oksd(conf.toString());
        oksd.awaitLog("ready:");
        return oksd;
    }

    private ControlStatus status() {
        try (ControlClient client = ControlClient.connect(prefix.resolve("var/run/oksd.ctl"))) {
            return ControlStatus.fromJson(client.call(new ControlRequest.Status(), progress -> {}));
        }
    }

    @Test
    void helpAndVersionGoToStandardOutput() throws Exception {
        try (OksdProcess help = oksd("--help");
                OksdProcess version = oksd("--version")) {
            assertThat(help.status()).isZero();
            assertThat(help.out()).contains("--check-config").contains("USR1");
            assertThat(help.err()).isEmpty();
            assertThat(version.status()).isZero();
            assertThat(version.out()).isEqualTo("oksd " + Version.number() + "\n");
        }
    }

    @Test
    void anUnknownOptionIsWrongUsage() throws Exception {
        try (OksdProcess oksd = oksd("--chekc-config")) {
            assertThat(oksd.status()).isEqualTo(2);
            assertThat(oksd.err())
                    .contains("oksd: error:")
                    .contains("--chekc-config")
                    .contains("oksd --help");
            assertThat(oksd.out()).isEmpty();
        }
    }

    @Test
    void anUnknownKeyStopsTheStartAndNamesFileLineAndKey() throws Exception {
        configure("[recovery]\nretry_afetr = \"5s\"\n");
        try (OksdProcess start = oksd(conf.toString());
                OksdProcess check = oksd("--check-config", conf.toString())) {
            for (OksdProcess oksd : new OksdProcess[] {start, check}) {
                assertThat(oksd.status()).isEqualTo(2);
                assertThat(oksd.err())
                        .contains(conf.toString())
                        .contains("line 4")
                        .contains("recovery.retry_afetr");
            }
        }
        assertThat(prefix.resolve("var")).doesNotExist();
    }

    @Test
    void checkConfigStartsNothing() throws Exception {
        try (OksdProcess oksd = oksd("--check-config", conf.toString())) {
            assertThat(oksd.status()).isZero();
            assertThat(oksd.out()).contains(conf.toString());
        }
        assertThat(prefix.resolve("var")).doesNotExist();
    }

    /** Whoever runs the tests: for another user, a setting that nobody reads refuses nothing. */
    @Test
    void rootIsRefusedUnlessTold() throws Exception {
        assertThat(OksdSettings.standard(prefix).process().allowRoot()).isFalse();
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can be refused");
        try (OksdProcess oksd = OksdProcess.start(prefix, Map.of("OKS_PROCESS_ALLOW_ROOT", "false"), conf.toString())) {
            assertThat(oksd.status()).isEqualTo(2);
            assertThat(oksd.err()).contains("oksd runs as root").contains("such as \"oks\"");
        }
        assertThat(prefix.resolve("var")).doesNotExist();
    }

    @Test
    void nobodyElseMayWriteItsFilesWhateverTheUmask() throws Exception {
        try (OksdProcess oksd = OksdProcess.startWithoutUmask(prefix, conf.toString())) {
            oksd.awaitLog("ready: database");
            try (Stream<Path> files = Files.walk(prefix.resolve("var"))) {
                for (Path file : files.toList()) {
                    assertThat(Files.getPosixFilePermissions(file))
                            .as(file.toString())
                            .doesNotContain(PosixFilePermission.OTHERS_WRITE);
                }
            }
            assertThat(modes(
                            "db",
                            "db/IDENTITY",
                            "db/LOCK",
                            "db/store",
                            "run/oksd.ctl",
                            "run/oksd.sock",
                            "run/oksd.pid"))
                    .containsExactly(
                            "rwxr-x---", "rw-r-----", "rw-r-----", "rwxr-x---", "rw-------", "rw-rw----", "rw-r--r--");
        }
    }

    private List<String> modes(String... files) throws IOException {
        List<String> modes = new ArrayList<>();
        for (String file : files) {
            modes.add(PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(prefix.resolve("var").resolve(file))));
        }
        return modes;
    }

    @Test
    void aDirectoryThatIsOpenAlreadyIsBusy() throws Exception {
        Path directory = Files.createDirectories(prefix.resolve("var/db"));
        try (DirectoryLock lock = new DatabaseDirectory(new RealDisk(), directory).lock("oks-backup");
                OksdProcess oksd = oksd(conf.toString())) {
            assertThat(lock).isNotNull();
            assertThat(oksd.status()).isEqualTo(4);
            assertThat(oksd.err())
                    .contains(directory.toString())
                    .contains("oks-backup pid " + ProcessHandle.current().pid());
        }
    }

    @Test
    void aSocketThatCannotBeMadeLeavesTheDatabaseCleanlyClosed() throws Exception {
        configure("[service]\nsocket = \"var/" + "x".repeat(120) + "\"\n");
        try (OksdProcess oksd = oksd(conf.toString())) {
            assertThat(oksd.status()).isPositive();
        }
        configure("");
        try (OksdProcess oksd = running()) {
            assertThat(oksd.err()).doesNotContain("not stopped cleanly");
        }
    }

    @Test
    void signalsPauseResumeRotateReloadAndStop() throws Exception {
        try (OksdProcess oksd = running()) {
            assertThat(Files.readString(prefix.resolve("var/run/oksd.pid"))).isEqualTo(oksd.pid() + "\n");
            oksd.signal("USR1");
            oksd.await(() -> status().state() == State.PAUSED);
            oksd.signal("USR1"); // harmless
            oksd.signal("USR2");
            oksd.awaitLog("oksd is paused: paused by signal USR1");
            oksd.signal("CONT");
            oksd.await(() -> status().state() == State.RUNNING);
            oksd.signal("USR2");
            oksd.awaitLog("not rotated: nothing was written");
            configure("[recovery]\nretry_after = \"3s\"\n");
            oksd.signal("HUP");
            oksd.awaitLog("configuration read again; changed: recovery.retry_after");
            configure("[recovery]\nretry_after = \"soon\"\n");
            oksd.signal("HUP");
            oksd.awaitLog("stays in force");
            oksd.signal("TERM");
            oksd.signal("TERM"); // an operator who cannot wait
            assertThat(oksd.status()).isZero();
            assertThat(oksd.err()).contains("stopped; everything is on disk").doesNotContain("Exception");
        }
        assertThat(prefix.resolve("var/run")).isEmptyDirectory();
    }

    @Test
    void aContDoesNotEndThePauseOfSomebodyElse() throws Exception {
        try (OksdProcess oksd = running();
                ControlClient backup = ControlClient.connect(prefix.resolve("var/run/oksd.ctl"))) {
            backup.call(
                    new ControlRequest.Pause(ControlRequest.Pause.STANDARD, ControlRequest.Pause.Hold.CONNECTION),
                    progress -> {});
            oksd.signal("CONT");
            oksd.awaitLog("still paused by oksctl");
            assertThat(status().state()).isEqualTo(State.PAUSED);
            oksd.awaitLog("command pause from "); // and who that was
            assertThat(oksd.err())
                    .containsPattern(
                            "command pause from .*" + ProcessHandle.current().pid());
        }
    }

    @Test
    void aPauseNeverSurvivesARestart() throws Exception {
        try (OksdProcess oksd = running()) {
            oksd.signal("USR1");
            oksd.await(() -> status().state() == State.PAUSED);
            oksd.signal("KILL");
            assertThat(oksd.status()).isEqualTo(137);
        }
        try (OksdProcess oksd = running()) {
            assertThat(status().state()).isEqualTo(State.RUNNING);
            oksd.signal("USR1");
            oksd.await(() -> status().state() == State.PAUSED);
            oksd.signal("TERM");
            assertThat(oksd.status()).isZero();
        }
        try (OksdProcess oksd = running()) {
            assertThat(oksd.err()).doesNotContain("not stopped cleanly");
            assertThat(status().state()).isEqualTo(State.RUNNING);
        }
    }

    @Test
    void aStoreThatFailsEndsTheProcessAndTheNextStartGoesOn() throws Exception {
        try (OksdProcess oksd = running();
                ControlClient client = ControlClient.connect(prefix.resolve("var/run/oksd.ctl"))) {
            client.call(new ControlRequest.Point("not flushed"), progress -> {});
            FileUtils.deleteDirectory(prefix.resolve("var/db/store").toFile());
            assertThatThrownBy(() -> client.call(new ControlRequest.Dump(), progress -> {}))
                    .isInstanceOfSatisfying(
                            OperatorFault.class,
                            fault -> assertThat(fault.kept()).contains("recovery files"));
            assertThat(oksd.status()).as(oksd.err()).isEqualTo(1);
            assertThat(oksd.err()).contains("the store failed").contains("its next start replays");
        }
        try (OksdProcess oksd = running()) {
            assertThat(oksd.err()).contains("not stopped cleanly");
        }
    }

    @Test
    void aKilledOksdIsBackWithoutAnOperator() throws Exception {
        for (int round = 0; round < 2; round++) {
            try (OksdProcess oksd = running()) {
                oksd.signal("KILL");
                assertThat(oksd.status()).isEqualTo(137);
            }
        }
        try (OksdProcess oksd = running()) { // stale sockets, pid file and lock are no obstacle
            assertThat(oksd.err()).contains("not stopped cleanly");
            assertThat(Files.readString(prefix.resolve("var/run/oksd.pid"))).isEqualTo(oksd.pid() + "\n");
        }
    }
}
