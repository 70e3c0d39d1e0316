package oks.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Json;
import oks.process.SocketFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SocketFileTest {
    private static final ControlHandler NOTHING = (request, peer, progress) -> Json.object();

    @TempDir
    private Path directory;

    private ControlServer server;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    /** Binds the control socket in a process of its own, because the JDK cannot change a umask. */
    static final class Binder {
        public static void main(String[] arguments) throws IOException {
            ControlServer server = ControlServer.open(Path.of(arguments[0]), ControlAccess.OWN, NOTHING);
            System.out.println("listening");
            System.in.read();
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"000", "022", "077"})
    void theSocketIsForItsOwnerOnlyWhateverTheUmask(String umask) throws IOException, InterruptedException {
        Process binder = new ProcessBuilder(
                        "sh",
                        "-c",
                        "umask " + umask + "; exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Binder.class.getName(),
                        socket().toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(binder.inputReader().lines().anyMatch("listening"::equals))
                    .isTrue();
            assertThat(mode(socket())).isEqualTo("rw-------");
            assertThat(mode(socket().getParent())).isEqualTo(umask.equals("077") ? "rwx------" : "rwxr-xr-x");
            assertThat(files(socket().getParent())).containsExactly("oksd.ctl");
        } finally {
            binder.outputWriter().close();
            binder.waitFor();
        }
        assertThat(socket()).doesNotExist();
    }

    @Test
    void whereUsersAreNamedEverybodyMayConnectAndIsAskedWhoHeIs() throws IOException {
        server = ControlServer.open(socket(), new ControlAccess(Set.of("keymaster")), NOTHING);
        assertThat(mode(socket())).isEqualTo("rw-rw-rw-");
    }

    @Test
    void theSocketOfADeadOksdIsReplaced() throws IOException {
        Files.createDirectory(socket().getParent());
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket()));
        }
        Files.createDirectory(socket().resolveSibling(".oksd.ctl")); // it died while it started, too
        assertThat(socket()).exists();
        open();
        try (ControlClient client = ControlClient.connect(socket())) {
            assertThat(client.call(new ControlRequest.Status(), ProgressListener.NONE))
                    .isEmpty();
        }
    }

    @Test
    void theSocketOfALiveOksdIsLeftAlone() {
        open();
        OperatorFault fault = faultOfOpening();
        assertThat(fault.what()).isEqualTo("another oksd listens at control socket \"" + socket() + "\"");
        assertThat(fault.code()).isEqualTo(ExitCode.BUSY);
        try (ControlClient client = ControlClient.connect(socket())) {
            assertThat(client.call(new ControlRequest.Status(), ProgressListener.NONE))
                    .isEmpty();
        }
    }

    @Test
    void aLiveOksdThatAcceptsNobodyIsStillALiveOne() throws IOException {
        Files.createDirectory(socket().getParent());
        try (ServerSocketChannel live = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            live.bind(UnixDomainSocketAddress.of(socket()), 1);
            for (int waiting = 0; waiting < 8; waiting++) { // past the kernel's queue a connection would wait for ever
                assertThat(faultOfOpening().code()).isEqualTo(ExitCode.BUSY);
            }
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Files.createDirectory(socket().getParent());
        Files.writeString(socket(), "a letter");
        OperatorFault fault = faultOfOpening();
        assertThat(fault.what()).contains("there is a file that is not a socket");
        assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
        assertThat(socket()).hasContent("a letter");
    }

    @Test
    void aPipeAndTheRootDirectoryAreNoSocketsEither() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        for (Path place : List.of(pipe, Path.of("/"), directory)) {
            OperatorFault fault = catchThrowableOfType(OperatorFault.class, () -> SocketFile.prepare("control", place));
            assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
            assertThat(fault.what()).contains("there is a file that is not a socket");
            assertThat(place).exists();
        }
    }

    @Test
    void aDirectoryThatOthersMayChangeIsRefused() throws IOException {
        Files.createDirectory(socket().getParent());
        Files.setPosixFilePermissions(socket().getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
        OperatorFault fault = faultOfOpening();
        assertThat(fault.what()).contains("is open to changes by every user");
        assertThat(fault.next()).contains("chmod o-w");
        assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
        assertThat(files(socket().getParent())).isEmpty();
    }

    @Test
    void aPathThatIsTooLongIsRefusedBeforeAnythingIsMade() {
        Path socket = directory.resolve("x".repeat(110)).resolve("oksd.ctl");
        OperatorFault fault =
                catchThrowableOfType(OperatorFault.class, () -> ControlServer.open(socket, ControlAccess.OWN, NOTHING));
        assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
        assertThat(socket.getParent()).doesNotExist();
    }

    @Test
    void closingLeavesTheSocketThatTookItsPlace() throws IOException {
        open();
        Files.delete(socket());
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket()));
            server.close();
            assertThat(socket()).exists();
        }
    }

    private void open() {
        server = ControlServer.open(socket(), ControlAccess.OWN, NOTHING);
    }

    private OperatorFault faultOfOpening() {
        return catchThrowableOfType(
                OperatorFault.class, () -> ControlServer.open(socket(), ControlAccess.OWN, NOTHING));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static Stream<String> files(Path in) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    private Path socket() {
        return directory.resolve("run").resolve("oksd.ctl");
    }
}
