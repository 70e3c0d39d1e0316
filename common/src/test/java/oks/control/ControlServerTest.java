package oks.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class ControlServerTest {
    private static final ControlHandler NOTHING = (request, peer, progress) -> Json.object();
    private static final String STATUS = "{\"command\":\"status\"}";
    private static final String OK = "{\"ok\":true,\"result\":{}}";

    @TempDir
    private Path directory;

    private ControlServer server;
    private final List<ControlLines> peers = new ArrayList<>();

    @AfterEach
    void close() {
        peers.forEach(ControlLines::close);
        if (server != null) {
            server.close();
        }
    }

    @Test
    void aCommandIsAnsweredWithProgressAndItsResult() {
        ObjectNode result = Json.object().put("rotated", true);
        open((request, peer, progress) -> {
            progress.progress(new Progress("flushing", 1, 2, "bytes"));
            return result;
        });
        List<Progress> heard = new ArrayList<>();
        try (ControlClient client = ControlClient.connect(socket())) {
            assertThat(client.call(new ControlRequest.Rotate(), heard::add)).isEqualTo(result);
        }
        assertThat(heard).containsExactly(new Progress("flushing", 1, 2, "bytes"));
    }

    @Test
    void aFaultArrivesWithAllItsPartsAndItsExitStatus() {
        open((request, peer, progress) -> {
            throw OperatorFault.of(ExitCode.BUSY, "oksd is paused by %d%% of users", 100)
                    .kept("50 %%")
                    .next("resume it");
        });
        try (ControlClient client = ControlClient.connect(socket())) {
            OperatorFault fault = catchThrowableOfType(
                    OperatorFault.class, () -> client.call(new ControlRequest.Rotate(), ProgressListener.NONE));
            assertThat(fault.lines("oksctl"))
                    .containsExactly(
                            "oksctl: error: oksd is paused by 100% of users",
                            "oksctl: kept: 50 %%", "oksctl: next: resume it");
            assertThat(fault.code()).isEqualTo(ExitCode.BUSY);
        }
    }

    @Test
    void theKernelSaysWhoThePeerIs() {
        open((request, peer, progress) -> Json.object()
                .put("pid", peer.pid())
                .put("user", peer.user().orElse(""))
                .put("who", peer.describe()));
        try (ControlClient client = ControlClient.connect(socket())) {
            ObjectNode told = client.call(new ControlRequest.Status(), ProgressListener.NONE);
            assertThat(told.get("pid").asLong())
                    .isEqualTo(ProcessHandle.current().pid());
            assertThat(told.get("user").asText()).isEqualTo(System.getProperty("user.name"));
            assertThat(told.get("who").asText()).matches("user .+ \\(uid \\d+\\), pid \\d+");
        }
    }

    @Test
    void aWrongRequestGetsAnErrorLineAndTheConnectionStays() throws IOException {
        open(NOTHING);
        ControlLines peer = connect();
        for (String wrong : List.of("{", "{\"command\":\"format\"}", "{\"command\":\"status\",\"now\":1}", "")) {
            peer.send(wrong);
            assertThat(peer.receive(ControlClient.FOR_EVER).orElseThrow())
                    .startsWith("{\"ok\":false,")
                    .contains("\"exit\":2");
        }
        assertThat(answer(peer, STATUS)).isEqualTo(OK);
    }

    @Test
    void aLineThatIsNotUtf8IsRefused() throws IOException {
        open(NOTHING);
        try (SocketChannel raw = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            raw.connect(UnixDomainSocketAddress.of(socket()));
            raw.write(ByteBuffer.wrap(new byte[] {'{', (byte) 0xff, '}', '\n'}));
            raw.shutdownOutput();
            assertThat(new String(Channels.newInputStream(raw).readAllBytes(), StandardCharsets.UTF_8))
                    .contains("the request is not text in UTF-8")
                    .endsWith("}\n");
        }
    }

    @Test
    void theLongestLineIsReadAndALongerOneEndsItsConnectionOnly() throws IOException {
        open(NOTHING);
        ControlLines other = connect();
        assertThat(answer(other, STATUS + " ".repeat(ControlRequest.MAX_LINE_BYTES - STATUS.length())))
                .isEqualTo(OK);
        ControlLines peer = connect();
        assertThat(answer(peer, STATUS + " ".repeat(ControlRequest.MAX_LINE_BYTES)))
                .contains("longer than 65536 bytes");
        assertThat(hasEnded(peer)).isTrue();
        assertThat(answer(other, STATUS)).isEqualTo(OK);
    }

    @Test
    void requestsOfOneConnectionAreAnsweredInTheirOrder() throws IOException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        open((request, peer, progress) -> {
            if (request.kind() == ControlRequest.Kind.CHECK) {
                running.countDown();
                await(end);
            }
            return Json.object().put("did", request.kind().word());
        });
        ControlLines peer = connect();
        peer.send("{\"command\":\"check\"}\nnonsense\n{\"command\":\"rotate\"}");
        await(running);
        end.countDown();
        assertThat(receive(peer)).contains("\"did\":\"check\"");
        assertThat(receive(peer)).contains("not one JSON object");
        assertThat(receive(peer)).contains("\"did\":\"rotate\"");
    }

    @Test
    void tooManyWaitingRequestsEndTheConnection() throws IOException {
        CountDownLatch ended = new CountDownLatch(1);
        open((request, peer, progress) -> {
            peer.onClose(ended::countDown);
            await(ended);
            return Json.object();
        });
        ControlLines peer = connect();
        peer.send((STATUS + "\n").repeat(ControlSession.MAX_WAITING + 1) + STATUS);
        assertThat(receive(peer)).contains("more than 16 requests wait");
        assertThat(hasEnded(peer)).isTrue();
        await(ended);
    }

    @Test
    void atMostSixtyFourConnectionsAreServedAndAPlaceIsGivenBack() throws IOException {
        open(NOTHING);
        for (int i = 0; i < ControlSessions.MAX_CONNECTIONS; i++) {
            assertThat(answer(connect(), STATUS)).isEqualTo(OK);
        }
        try (ControlClient client = ControlClient.connect(socket())) {
            OperatorFault fault = catchThrowableOfType(
                    OperatorFault.class, () -> client.call(new ControlRequest.Status(), ProgressListener.NONE));
            assertThat(fault.what()).isEqualTo("oksd has 64 control connections already");
            assertThat(fault.code()).isEqualTo(ExitCode.BUSY);
        }
        peers.get(7).close();
        boolean admitted = false;
        while (!admitted) { // the server notices in its own time; the test's timeout ends a hopeless wait
            ControlLines next = connect();
            admitted = answer(next, STATUS).equals(OK);
        }
    }

    @Test
    void manyPeersAtOnceEachGetTheirOwnAnswers() {
        open((request, peer, progress) -> Json.object().put("ordinal", ((ControlRequest.Archived) request).ordinal()));
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 1; i <= 32; i++) {
            long ordinal = i;
            all.add(CompletableFuture.supplyAsync(() -> asksFor(ordinal)));
        }
        assertThat(all).allMatch(CompletableFuture::join);
    }

    private boolean asksFor(long ordinal) {
        try (ControlClient client = ControlClient.connect(socket())) {
            for (int again = 0; again < 20; again++) {
                ObjectNode result = client.call(new ControlRequest.Archived(ordinal), ProgressListener.NONE);
                if (result.get("ordinal").asLong() != ordinal) {
                    return false;
                }
            }
            return true;
        }
    }

    @Test
    void anUnexpectedExceptionIsAnErrorLineAndTheConnectionStays() throws IOException {
        open((request, peer, progress) -> {
            if (request.kind() == ControlRequest.Kind.CHECK) {
                throw new IllegalStateException("a mistake of ours");
            }
            return Json.object();
        });
        ControlLines peer = connect();
        assertThat(answer(peer, "{\"command\":\"check\"}"))
                .contains("a mistake of ours")
                .contains("\"exit\":1");
        assertThat(answer(peer, STATUS)).isEqualTo(OK);
    }

    @Test
    void aCommandWhosePeerHasGoneEndsAndGivesItsPlaceBack() throws IOException {
        CountDownLatch running = new CountDownLatch(ControlSessions.MAX_CONNECTIONS);
        CountDownLatch ended = new CountDownLatch(ControlSessions.MAX_CONNECTIONS);
        open((request, peer, progress) -> {
            if (request.kind() == ControlRequest.Kind.STATUS) {
                return Json.object();
            }
            running.countDown();
            try {
                while (true) { // a check that never ends by itself
                    progress.progress(new Progress("checking", 1, 0, "certificates"));
                    LockSupport.parkNanos(1_000_000);
                }
            } finally {
                ended.countDown();
            }
        });
        for (int i = 0; i < ControlSessions.MAX_CONNECTIONS; i++) {
            connect().send("{\"command\":\"check\"}");
        }
        await(running);
        peers.forEach(ControlLines::close);
        await(ended);
        while (!answer(connect(), STATUS).equals(OK)) { // the server notices in its own time
            LockSupport.parkNanos(1_000_000);
        }
    }

    @ParameterizedTest
    @EnumSource(Leaving.class)
    void abandonedCommandsThatDoNotEndLeaveRoomForStatusConfigAndStop(Leaving leaving) throws IOException {
        CountDownLatch disk = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(ControlSessions.MAX_COMMANDS);
        open((request, peer, progress) -> {
            if (request.kind() == ControlRequest.Kind.ROTATE) {
                running.countDown();
                await(disk);
            }
            return Json.object();
        });
        try {
            for (int i = 0; i < ControlSessions.MAX_COMMANDS; i++) {
                leaving.leaveAfter("{\"command\":\"rotate\"}\n", socket());
            }
            await(running);
            for (int i = 0; i < 6; i++) {
                leaving.leaveAfter("{\"command\":\"rotate\"}\n", socket());
            }
            ControlLines operator = connect();
            while (!answer(operator, STATUS).equals(OK)) { // the server notices in its own time, one after the other
                LockSupport.parkNanos(1_000_000);
                operator = connect();
            }
            assertThat(answer(operator, "{\"command\":\"config\"}")).isEqualTo(OK);
            assertThat(answer(operator, "{\"command\":\"rotate\"}"))
                    .contains("oksd carries out 64 commands already, so \\\"rotate\\\" was refused")
                    .contains("\"exit\":4");
            assertThat(answer(operator, "{\"command\":\"stop\"}")).isEqualTo(OK);
        } finally {
            disk.countDown();
        }
        while (!answer(connect(), "{\"command\":\"rotate\"}").equals(OK)) {
            peers.forEach(ControlLines::close);
        }
    }

    /** The ways in which a client that waits for an answer leaves. */
    private enum Leaving {
        AT_ONCE {
            @Override
            void leaveAfter(String request, Path socket) throws IOException {
                try (SocketChannel raw = connected(socket)) {
                    raw.write(StandardCharsets.UTF_8.encode(request));
                }
            }
        },
        /** As nc -N does: first it says that it will send no more. */
        AFTER_ITS_SENDING_HALF {
            @Override
            void leaveAfter(String request, Path socket) throws IOException {
                try (SocketChannel raw = connected(socket)) {
                    raw.write(StandardCharsets.UTF_8.encode(request));
                    raw.shutdownOutput();
                    LockSupport.parkNanos(10_000_000); // the server may see both halves apart
                }
            }
        };

        abstract void leaveAfter(String request, Path socket) throws IOException;

        private static SocketChannel connected(Path socket) throws IOException {
            SocketChannel raw = SocketChannel.open(StandardProtocolFamily.UNIX);
            raw.connect(UnixDomainSocketAddress.of(socket));
            return raw;
        }
    }

    @Test
    void aPeerThatDoesNotReadLosesProgressButNotTheResult() throws IOException {
        int told = 100_000;
        open((request, peer, progress) -> {
            for (int i = 0; i < told; i++) {
                progress.progress(new Progress("checking", i, told, "certificates"));
            }
            return Json.object();
        });
        ControlLines peer = connect();
        peer.send("{\"command\":\"check\"}");
        int heard = 0;
        String line = receive(peer);
        while (!line.equals(OK)) {
            heard++;
            line = receive(peer);
        }
        assertThat(heard).isBetween(1, told);
    }

    @Test
    void whatIsHeldEndsWithItsConnectionAlsoWhileACommandRuns() throws IOException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(2);
        AtomicInteger order = new AtomicInteger();
        open((request, peer, progress) -> {
            peer.onClose(() -> count(ended, order.compareAndSet(0, 1)));
            peer.onClose(() -> count(ended, order.compareAndSet(1, 2)));
            running.countDown();
            await(ended);
            return Json.object();
        });
        ControlLines peer = connect();
        peer.send("{\"command\":\"snapshot\"}");
        await(running);
        assertThat(ended.getCount()).isEqualTo(2);
        peer.close();
        await(ended);
    }

    private static void count(CountDownLatch latch, boolean inOrder) {
        if (inOrder) {
            latch.countDown();
        }
    }

    @Test
    void anActionForAPeerThatHasGoneRunsAtOnce() throws IOException {
        CountDownLatch ended = new CountDownLatch(1);
        open((request, peer, progress) -> {
            peer.onClose(() -> {
                assertThat(peer.closed()).isTrue();
                peer.onClose(ended::countDown);
            });
            return Json.object();
        });
        ControlLines peer = connect();
        peer.send(STATUS);
        peer.close();
        await(ended);
    }

    @Test
    void closingTheServerEndsItsConnectionsAndWhatTheyHold() throws IOException {
        CountDownLatch ended = new CountDownLatch(1);
        open((request, peer, progress) -> {
            peer.onClose(ended::countDown);
            return Json.object();
        });
        ControlLines peer = connect();
        assertThat(answer(peer, STATUS)).isEqualTo(OK);
        server.close();
        await(ended);
        assertThat(hasEnded(peer)).isTrue();
        assertThat(socket()).doesNotExist();
    }

    @RepeatedTest(20) // the event loop's last round may come anywhere between the answer and the end
    void anAnswerGivenBeforeTheServerClosesIsSent() throws IOException {
        CountDownLatch answered = new CountDownLatch(1);
        open(new ControlHandler() {
            @Override
            public ObjectNode handle(ControlRequest request, ControlPeer peer, ProgressListener progress) {
                return Json.object();
            }

            @Override
            public void answered(ControlRequest request) {
                answered.countDown();
            }
        });
        ControlLines peer = connect();
        peer.send(STATUS);
        await(answered);
        server.close();
        assertThat(receive(peer)).isEqualTo(OK);
        assertThat(hasEnded(peer)).isTrue();
    }

    @Test
    void rootAndOksdsOwnUserAndTheNamedUsersMayCommand() {
        ControlAccess access = new ControlAccess(Set.of("keymaster"));
        assertThat(access.allows(peer(0, "root"), 100)).isTrue();
        assertThat(access.allows(peer(100, "oks"), 100)).isTrue();
        assertThat(access.allows(peer(1000, "keymaster"), 100)).isTrue();
        assertThat(access.allows(peer(1001, "mallory"), 100)).isFalse();
        assertThat(access.allows(new ConnectedPeer(1000, 1000, 0, Optional.empty(), Runnable::run), 100))
                .isFalse();
        assertThat(ControlAccess.OWN.allows(peer(1000, "keymaster"), 100)).isFalse();
    }

    private static ControlPeer peer(long uid, String name) {
        return new ConnectedPeer(uid, uid, 1, Optional.of(name), Runnable::run);
    }

    private static void await(CountDownLatch latch) {
        assertThat(catchThrowable(latch::await)).isNull(); // the test's timeout ends a hopeless wait
    }

    private static String answer(ControlLines peer, String request) throws IOException {
        peer.send(request);
        return receive(peer);
    }

    private static String receive(ControlLines peer) throws IOException {
        return peer.receive(ControlClient.FOR_EVER).orElse("(closed)");
    }

    /** Whether the connection ends; with unread requests in the kernel's buffer it ends as a reset. */
    private static boolean hasEnded(ControlLines peer) {
        try {
            return peer.receive(ControlClient.FOR_EVER).isEmpty();
        } catch (IOException reset) {
            return true;
        }
    }

    private ControlLines connect() {
        ControlLines peer = ControlLines.connect(
                socket(), Duration.ofSeconds(10), () -> OperatorFault.of(ExitCode.UNREACHABLE, "the queue is full"));
        peers.add(peer);
        return peer;
    }

    private void open(ControlHandler handler) {
        server = ControlServer.open(socket(), ControlAccess.OWN, handler);
    }

    private Path socket() {
        return directory.resolve("run").resolve("oksd.ctl");
    }
}
