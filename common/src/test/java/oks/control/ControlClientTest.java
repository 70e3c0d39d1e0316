package oks.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client says when oksd is not there, not itself, or goes. */
@Timeout(60)
class ControlClientTest {
    @TempDir
    private Path directory;

    private ServerSocketChannel listening;

    @AfterEach
    void close() throws IOException {
        if (listening != null) {
            listening.close();
        }
    }

    @Test
    void aMissingSocketIsNamed() {
        OperatorFault fault = faultOfConnecting();
        assertThat(fault.what()).isEqualTo("oksd cannot be reached: there is no socket \"" + socket() + "\"");
        assertThat(fault.next()).contains("start oksd").contains("--socket").contains("--conf");
        assertThat(fault.code()).isEqualTo(ExitCode.UNREACHABLE);
    }

    @Test
    void aSocketWithNobodyBehindItSaysThatOksdHasGone() throws IOException {
        listen();
        listening.close();
        OperatorFault fault = faultOfConnecting();
        assertThat(fault.what()).isEqualTo("oksd cannot be reached: no program is behind socket \"" + socket() + "\"");
        assertThat(fault.next()).contains("log").contains("start");
        assertThat(fault.code()).isEqualTo(ExitCode.UNREACHABLE);
    }

    @Test
    void aFileThatIsNoSocketIsNamed() throws IOException {
        Files.createFile(socket());
        assertThat(faultOfConnecting().what())
                .isEqualTo("oksd cannot be reached: file \"" + socket() + "\" is not a socket");
    }

    @Test
    void aPathThatTheKernelWouldNotTakeIsRefused() {
        Path socket = directory.resolve("x".repeat(120));
        OperatorFault fault = catchThrowableOfType(OperatorFault.class, () -> ControlClient.connect(socket));
        assertThat(fault.what()).contains("UNIX allows 107");
        assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void oksdGoingBeforeItsAnswerIsUnreachable() throws IOException {
        assertThat(faultAfter("").what())
                .isEqualTo("oksd closed socket \"" + socket() + "\" before it had answered command \"rotate\"");
    }

    @Test
    void oksdGoingInTheMiddleOfItsAnswerIsUnreachable() throws IOException {
        OperatorFault fault =
                faultAfter("{\"progress\":{\"text\":\"flushing\",\"done\":1,\"total\":2,\"unit\":\"\"}}\n{\"ok\":tr");
        assertThat(fault.code()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(fault.what()).contains("before it had answered");
        assertThat(fault.next()).contains("crashed");
    }

    @Test
    void anotherProgramBehindTheSocketIsNotTakenForOksd() throws IOException {
        OperatorFault fault = faultAfter("220 mail.example.org ESMTP\n");
        assertThat(fault.what()).contains("something other than oks-control(5) says");
        assertThat(fault.code()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void anOksdThatIsSilentForTooLongIsUnreachable() throws IOException {
        listen(); // connections are made by the kernel; nobody accepts them
        try (ControlClient client = ControlClient.connect(socket())) {
            OperatorFault fault = catchThrowableOfType(
                    OperatorFault.class,
                    () -> client.call(new ControlRequest.Status(), Duration.ofMillis(50), ProgressListener.NONE));
            assertThat(fault.code()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(fault.what()).contains("did not answer command \"status\"");
        }
    }

    @Test
    void aLongCommandEndsWhenOksdDoesNotAnswerAnythingAnyMore() throws IOException {
        listen(); // as of a process that was stopped by a signal
        try (ControlClient client = ControlClient.connect(socket(), Duration.ofMillis(50))) {
            OperatorFault fault = catchThrowableOfType(
                    OperatorFault.class, () -> client.call(new ControlRequest.Snapshot(), ProgressListener.NONE));
            assertThat(fault.code()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(fault.what()).contains("did not answer command \"snapshot\" within");
            assertThat(fault.next()).contains("state T");
        }
    }

    @Test
    void aLongCommandIsWaitedForWhileOksdAnswersOthers() throws IOException {
        listen();
        CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
            try (SocketChannel working = listening.accept();
                    SocketChannel asking = listening.accept()) { // comes when the first one had no answer for a while
                asking.read(ByteBuffer.allocate(8192));
                asking.write(StandardCharsets.UTF_8.encode("{\"ok\":true,\"result\":{}}\n"));
                working.write(StandardCharsets.UTF_8.encode("{\"ok\":true,\"result\":{\"text\":\"done\"}}\n"));
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
        try (ControlClient client = ControlClient.connect(socket(), Duration.ofMillis(300))) {
            assertThat(client.call(new ControlRequest.Check(false), ProgressListener.NONE)
                            .get("text")
                            .asText())
                    .isEqualTo("done");
        }
        serving.join();
    }

    @Test
    void anInterruptedWaitEndsAndSaysSo() throws IOException {
        listen();
        try (ControlClient client = ControlClient.connect(socket())) {
            Thread.currentThread().interrupt();
            OperatorFault fault = catchThrowableOfType(
                    OperatorFault.class, () -> client.call(new ControlRequest.Check(false), ProgressListener.NONE));
            assertThat(fault.what()).isEqualTo("command \"check\" was interrupted before oksd had answered it");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void anAnswerInSmallPiecesAndOfManyBytesIsPutTogether() throws IOException {
        listen();
        String value = "ü".repeat(100_000);
        CompletableFuture<Void> serving = serve("{\"ok\":true,\"result\":{\"text\":\"" + value + "\"}}\n", 1009);
        try (ControlClient client = ControlClient.connect(socket())) {
            assertThat(client.call(new ControlRequest.Rotate(), ProgressListener.NONE)
                            .get("text")
                            .asText())
                    .isEqualTo(value);
        }
        serving.join();
    }

    private OperatorFault faultAfter(String answer) throws IOException {
        listen();
        CompletableFuture<Void> serving = serve(answer, Integer.MAX_VALUE);
        try (ControlClient client = ControlClient.connect(socket())) {
            return catchThrowableOfType(
                    OperatorFault.class, () -> client.call(new ControlRequest.Rotate(), ProgressListener.NONE));
        } finally {
            serving.join();
        }
    }

    private OperatorFault faultOfConnecting() {
        return catchThrowableOfType(OperatorFault.class, () -> ControlClient.connect(socket()));
    }

    private CompletableFuture<Void> serve(String answer, int piece) {
        return CompletableFuture.runAsync(() -> {
            try (SocketChannel peer = listening.accept()) {
                peer.read(ByteBuffer.allocate(8192));
                ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    ByteBuffer next = bytes.slice(bytes.position(), Math.min(piece, bytes.remaining()));
                    bytes.position(bytes.position() + peer.write(next));
                }
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
    }

    private void listen() throws IOException {
        listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(socket()));
    }

    private Path socket() {
        return directory.resolve("oksd.ctl");
    }
}
