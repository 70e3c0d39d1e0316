package oks.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.service.ServiceAnswer.Certificates;
import oks.service.ServiceAnswer.Failure;
import oks.service.ServiceAnswer.FailureCode;
import oks.service.ServiceAnswer.Found;
import oks.service.ServiceAnswer.Status;
import oks.service.ServiceAnswer.Uploaded;
import oks.service.ServiceRequest.By;
import oks.service.ServiceRequest.Lookup;
import oks.service.ServiceRequest.Upload;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Server and client over a real socket. */
@Timeout(120)
final class ServiceSocketTest {
    private static final Duration GRACE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    private Vertx vertx;
    private Path socket;

    @BeforeEach
    void begin() {
        vertx = EventLoops.start(1);
        assertThat(vertx.isNativeTransportEnabled()).isTrue();
        socket = directory.resolve("run/oksd.sock");
    }

    @AfterEach
    void end() {
        await(vertx.close());
    }

    @Test
    void thousandsOfRequestsInFlightAreAnsweredEachWithItsOwn() throws Exception {
        await(server(
                        2,
                        64,
                        (request, reply) -> vertx.executeBlocking(
                                () -> {
                                    Lookup lookup = (Lookup) request;
                                    reply.accept(
                                            new Certificates(1, List.of(new Found(lookup.limit(), 0, lookup.value()))));
                                    return null;
                                },
                                false))
                .listen());
        Client client = connectedClient(10_000, Duration.ofSeconds(60));
        List<CompletableFuture<ServiceAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            answers.add(client.ask(Lookup.of(By.WORDS, "word " + i, i)));
        }
        for (int i = 0; i < 5000; i++) {
            assertThat(answers.get(i).get(60, TimeUnit.SECONDS))
                    .isEqualTo(new Certificates(
                            1, List.of(new Found(i, 0, ("word " + i).getBytes(StandardCharsets.UTF_8)))));
        }
    }

    @Test
    void largeUploadsAndLargeAnswersPass() throws Exception {
        byte[] large = new byte[32 << 20];
        large[large.length - 1] = 7;
        await(server(
                        1,
                        4,
                        (request, reply) ->
                                reply.accept(new Certificates(1, List.of(new Found(1, 2, ((Upload) request).body())))))
                .listen());
        Client client = connectedClient(10, Duration.ofSeconds(60));
        Certificates answer =
                (Certificates) client.ask(new Upload("test", large)).get(60, TimeUnit.SECONDS);
        assertThat(answer.found().get(0).certificate()).isEqualTo(large);
    }

    @Test
    void aboveTheBudgetsRequestsAndAnswersAreOverloadsAndNothingStaysCounted() throws Exception {
        byte[] large = new byte[1 << 20];
        ServerMemory memory = new ServerMemory(new ByteBudget(5 << 20), new ByteBudget(5 << 20), 3 << 20);
        Queue<Runnable> held = new ConcurrentLinkedQueue<>();
        await(new ServiceServer(
                        vertx,
                        new ServerOptions(socket, "oksd test", "test", 100, 2, memory),
                        (request, asker) -> held.add(() -> asker.accept(new Certificates(
                                9, List.of(new Found(1, 2, large), new Found(2, 2, large), new Found(3, 2, large))))))
                .listen());
        Client client = connectedClient(100, Duration.ofSeconds(60));
        List<CompletableFuture<ServiceAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add(client.ask(new Upload("test", large)));
        }
        until(() -> answers.stream().filter(CompletableFuture::isDone).count() + held.size() == 10);
        assertThat(held).as("requests that found room").hasSizeBetween(2, 4);
        assertThat(answers.stream().filter(CompletableFuture::isDone)).allMatch(answer -> isOverload(answer.join()));
        int waiting = held.size();
        held.forEach(Runnable::run);
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        List<Certificates> given = answers.stream()
                .map(CompletableFuture::join)
                .filter(Certificates.class::isInstance)
                .map(Certificates.class::cast)
                .toList();
        assertThat(given).as("answers that found room").hasSizeBetween(1, Math.min(waiting, 4));
        assertThat(given)
                .allMatch(answer -> answer.found().size() == 2 && answer.total() == 9, "cut to the largest answer");
        until(() -> memory.requests().held() == 0 && memory.answers().held() == 0);
    }

    @Test
    void anAnswerForWhichTheGatewayHasNoRoomIsAnOverload() throws Exception {
        await(server(
                        1,
                        4,
                        (request, reply) ->
                                reply.accept(new Certificates(1, List.of(new Found(1, 2, new byte[1 << 20])))))
                .listen());
        ByteBudget answers = new ByteBudget(1 << 20);
        Client client = client(new ServiceClient.Options(
                socket, "test", 10, Duration.ofSeconds(60), new ByteBudget(1 << 20), answers));
        until(client.client::connected);
        assertThat(isOverload(client.ask(Lookup.of(By.WORDS, "word", 1)).get(60, TimeUnit.SECONDS)))
                .isTrue();
        assertThat(isOverload(client.ask(new Upload("test", new byte[2 << 20])).get(60, TimeUnit.SECONDS)))
                .isTrue();
        assertThat(answers.held()).isZero();
    }

    @Test
    void whoTakesNoAnswersHoldsNoMoreThanTheBudgetAndGivesItBack() throws Exception {
        ServerMemory memory = new ServerMemory(new ByteBudget(8 << 20), new ByteBudget(8 << 20), 8 << 20);
        await(new ServiceServer(
                        vertx,
                        new ServerOptions(socket, "oksd test", "test", 100, 1, memory),
                        (request, asker) ->
                                asker.accept(new Certificates(1, List.of(new Found(1, 2, new byte[1 << 20])))))
                .listen());
        try (SocketChannel deaf = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            Buffer requests = Buffer.buffer();
            FrameCodec.appendClientHello(requests, new Hello(Hello.VERSION, "deaf", ""));
            for (int i = 0; i < 50; i++) {
                FrameCodec.append(requests, i, Lookup.of(By.WORDS, "word", 1));
            }
            ByteBuffer bytes = ByteBuffer.wrap(requests.getBytes());
            while (bytes.hasRemaining()) {
                deaf.write(bytes);
            }
            until(() -> memory.answers().refusals() > 0);
            assertThat(memory.answers().held()).isBetween(1L << 20, 8L << 20);
        }
        until(() -> memory.answers().held() == 0);
    }

    private static boolean isOverload(ServiceAnswer answer) {
        return answer instanceof Failure failure
                && failure.code() == FailureCode.OVERLOADED
                && failure.retryAfter() > 0;
    }

    @Test
    void withoutOksdEveryRequestIsAnsweredAtOnceAndTheClientRecoversByItself() throws Exception {
        Client client = client(10, Duration.ofSeconds(60));
        Failure away = (Failure) client.ask(new ServiceRequest.Status()).get(60, TimeUnit.SECONDS);
        assertThat(away.code()).isEqualTo(FailureCode.TEMPORARILY_UNAVAILABLE);
        assertThat(away.retryAfter()).isPositive();

        for (int round = 0; round < 2; round++) {
            ServiceServer server = server(1, 4, (request, reply) -> reply.accept(new Status("{}")));
            await(server.listen());
            until(client.client::connected);
            assertThat(client.ask(new ServiceRequest.Status()).get(60, TimeUnit.SECONDS))
                    .isEqualTo(new Status("{}"));
            await(server.close(GRACE));
            until(() -> !client.client.connected());
            assertThat(client.ask(new ServiceRequest.Status()).get(60, TimeUnit.SECONDS))
                    .isInstanceOf(Failure.class);
        }
    }

    @Test
    void theFirstClientThatFindsOksdWakesTheOthers() throws Exception {
        Reachability shared = new Reachability();
        Client patient = client(10, Duration.ofSeconds(60), shared, new ServiceClient.Pauses(3_600_000, 3_600_000));
        assertThat(patient.ask(new ServiceRequest.Status()).get(60, TimeUnit.SECONDS))
                .isInstanceOf(Failure.class);
        Client eager = client(10, Duration.ofSeconds(60), shared, ServiceClient.Pauses.STANDARD);
        await(server(1, 4, (request, reply) -> reply.accept(new Status("{}"))).listen());
        until(eager.client::connected);
        until(patient.client::connected);
    }

    @Test
    void whatIsInFlightWhenOksdDiesIsAnsweredUnavailable() throws Exception {
        ServiceServer server = server(1, 4, (request, reply) -> {});
        await(server.listen());
        Client client = connectedClient(10, Duration.ofSeconds(60));
        CompletableFuture<ServiceAnswer> upload = client.ask(new Upload("test", new byte[10]));
        await(server.close(Duration.ZERO));
        assertThat(((Failure) upload.get(60, TimeUnit.SECONDS)).code()).isEqualTo(FailureCode.TEMPORARILY_UNAVAILABLE);
    }

    @Test
    void aClosingServerAnswersWhatItHasRead() throws Exception {
        Queue<Asker> replies = new ConcurrentLinkedQueue<>();
        ServiceServer server = server(1, 4, (request, reply) -> replies.add(reply));
        await(server.listen());
        Client client = connectedClient(10, Duration.ofSeconds(60));
        CompletableFuture<ServiceAnswer> upload = client.ask(new Upload("test", new byte[10]));
        until(() -> replies.size() == 1);
        Future<Void> closing = server.close(Duration.ofSeconds(60));
        replies.remove().accept(new Uploaded(List.of()));
        assertThat(upload.get(60, TimeUnit.SECONDS)).isEqualTo(new Uploaded(List.of()));
        await(closing);
        assertThat(socket).doesNotExist();
    }

    @Test
    void anAnswerThatDoesNotComeInTimeIsUnavailableAndALateOneHarmsNothing() throws Exception {
        Queue<Asker> replies = new ConcurrentLinkedQueue<>();
        await(server(1, 4, (request, reply) -> {
                    if (request instanceof Lookup) {
                        replies.add(reply);
                    } else {
                        reply.accept(new Status("{}"));
                    }
                })
                .listen());
        Client client = connectedClient(10, Duration.ofMillis(20));
        Failure late = (Failure) client.ask(Lookup.of(By.WORDS, "x", 1)).get(60, TimeUnit.SECONDS);
        assertThat(late.text()).contains("in time");
        replies.remove().accept(new Certificates(0, List.of()));
        assertThat(client.ask(new ServiceRequest.Status()).get(60, TimeUnit.SECONDS))
                .isNotNull();
    }

    @Test
    void oksdHearsWhoAsksAndThatNobodyWaitsAnyLonger() throws Exception {
        Queue<Asker> askers = new ConcurrentLinkedQueue<>();
        await(server(1, 4, (request, asker) -> askers.add(asker)).listen());
        Client client = connectedClient(10, Duration.ofSeconds(60));
        AtomicBoolean gone = new AtomicBoolean();
        CompletableFuture<ServiceAnswer> answer = client.ask(Lookup.of(By.WORDS, "x", 1), 4711, gone);
        CompletableFuture<ServiceAnswer> other = client.ask(Lookup.of(By.WORDS, "y", 1), 4712, new AtomicBoolean());
        until(() -> askers.size() == 2);
        Asker asker = askers.remove();
        assertThat(asker.client()).isEqualTo(4711);
        assertThat(asker.waits()).isTrue();
        gone.set(true);
        until(() -> !asker.waits());
        assertThat(answer.get(60, TimeUnit.SECONDS)).isInstanceOf(Failure.class);
        asker.accept(new Certificates(0, List.of()));
        assertThat(askers.peek().client()).isEqualTo(4712);
        assertThat(askers.peek().waits()).isTrue();
        askers.remove().accept(new Certificates(7, true, List.of()));
        assertThat(other.get(60, TimeUnit.SECONDS)).isEqualTo(new Certificates(7, true, List.of()));
    }

    @Test
    void oksdHearsThatARequestTookTooLongAndThatAGatewayHasGone() throws Exception {
        Queue<Asker> askers = new ConcurrentLinkedQueue<>();
        await(server(1, 4, (request, asker) -> askers.add(asker)).listen());
        Client hasty = connectedClient(10, Duration.ofMillis(20));
        hasty.ask(Lookup.of(By.WORDS, "x", 1)).get(60, TimeUnit.SECONDS);
        until(() -> askers.size() == 1 && !askers.peek().waits());
        askers.clear();
        Client patient = connectedClient(10, Duration.ofSeconds(60));
        patient.ask(Lookup.of(By.WORDS, "x", 1));
        until(() -> askers.size() == 1);
        assertThat(askers.peek().waits()).isTrue();
        patient.context.runOnContext(nothing -> patient.client.close());
        until(() -> !askers.peek().waits());
    }

    /** As oks-control(5) shows it, but for the version: a gateway of release 2.0 goes on working. */
    @Test
    void aGatewayThatSpeaksVersion1GetsAnswersOfVersion1() throws Exception {
        await(server(1, 4, (request, asker) -> {
                    assertThat(asker.client()).isEqualTo(Asker.NOBODY);
                    asker.accept(new Certificates(3, true, List.of()));
                })
                .listen());
        try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            raw.write(ByteBuffer.wrap(HexFormat.of()
                    .parseHex("0000001401000000000000004f4b53310001000464656d6f"
                            + "000000140200000000000001020000010123456789abcdef")));
            assertThat(read(raw, 55))
                    .isEqualTo("0000001f01000000000000004f4b53310001" + "0009" + hex("oksd test") + "0004" + hex("test")
                            + "000000100200000000000001" + "0000000300000000");
        }
    }

    /** The other way round: an oksd of release 2.0, which knows neither clients nor pages. */
    @Test
    void anOksdThatSpeaksVersion1IsAskedInVersion1() throws Exception {
        Files.createDirectories(socket.getParent());
        try (ServerSocketChannel old = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            old.bind(UnixDomainSocketAddress.of(socket));
            Client client = client(10, Duration.ofSeconds(60));
            try (SocketChannel raw = old.accept()) {
                assertThat(read(raw, 24)).startsWith("0000001401000000000000004f4b53310004");
                raw.write(ByteBuffer.wrap(HexFormat.of()
                        .parseHex(
                                "0000001a01000000000000004f4b53310001" + "0004" + hex("oksd") + "0004" + hex("test"))));
                until(client.client::connected);
                CompletableFuture<ServiceAnswer> answer =
                        client.ask(new Lookup(By.KEY_ID, new byte[8], 1), 4711, new AtomicBoolean());
                assertThat(read(raw, 24)).isEqualTo("000000140200000000000001020000010000000000000000");
                raw.write(ByteBuffer.wrap(HexFormat.of().parseHex("0000001002000000000000010000000000000000")));
                assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(new Certificates(0, List.of()));
                Failure second = (Failure)
                        client.ask(new Lookup(By.KEY_ID, new byte[8], 1, 1)).get(60, TimeUnit.SECONDS);
                assertThat(second.text()).contains("oksd is older");
            }
        }
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(SocketChannel channel, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            continue;
        }
        return HexFormat.of().formatHex(buffer.array(), 0, buffer.position());
    }

    @Test
    void theServerStopsReadingWhileTooManyRequestsAreUnanswered() throws Exception {
        AtomicInteger taken = new AtomicInteger();
        Queue<Asker> replies = new ConcurrentLinkedQueue<>();
        byte[] body = new byte[300_000]; // more than one read takes in, so that stopping shows
        await(server(1, 2, (request, reply) -> {
                    taken.incrementAndGet();
                    replies.add(reply);
                })
                .listen());
        Client client = connectedClient(100, Duration.ofSeconds(60));
        List<CompletableFuture<ServiceAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(client.ask(new Upload("test", body)));
        }
        until(() -> taken.get() >= 2);
        int most = 0;
        for (int answered = 0; answered < 20; answered++) {
            until(() -> !replies.isEmpty());
            most = Math.max(most, replies.size());
            replies.remove().accept(new Uploaded(List.of()));
        }
        for (CompletableFuture<ServiceAnswer> answer : answers) {
            assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(new Uploaded(List.of()));
        }
        assertThat(most).isLessThanOrEqualTo(4);
    }

    @Test
    void theClientRefusesWhatIsTooMuch() throws Exception {
        await(server(1, 100, (request, reply) -> {}).listen());
        Client client = connectedClient(2, Duration.ofSeconds(60));
        client.ask(new ServiceRequest.Status());
        client.ask(new ServiceRequest.Status());
        Failure third = (Failure) client.ask(new ServiceRequest.Status()).get(60, TimeUnit.SECONDS);
        assertThat(third.code()).isEqualTo(FailureCode.OVERLOADED);
    }

    @Test
    void aHandlerThatThrowsOrAnswersTwiceHarmsNobody() throws Exception {
        await(server(1, 100, (request, reply) -> {
                    if (request instanceof Lookup) {
                        throw new IllegalStateException("expected by the test");
                    }
                    reply.accept(new Status("1"));
                    reply.accept(new Status("2"));
                })
                .listen());
        Client client = connectedClient(10, Duration.ofSeconds(60));
        assertThat(((Failure) client.ask(Lookup.of(By.WORDS, "x", 1)).get(60, TimeUnit.SECONDS)).code())
                .isEqualTo(FailureCode.INTERNAL);
        assertThat(client.ask(new ServiceRequest.Status()).get(60, TimeUnit.SECONDS))
                .isEqualTo(new Status("1"));
        assertThat(client.ask(new ServiceRequest.Status()).get(60, TimeUnit.SECONDS))
                .isEqualTo(new Status("1"));
    }

    @Test
    void aBadFrameEndsItsOwnConnectionOnly() throws Exception {
        await(server(1, 4, (request, reply) -> reply.accept(new Status("{}"))).listen());
        Client good = connectedClient(10, Duration.ofSeconds(60));
        for (String bad : List.of("0000000804000000" + "00000001", "ffffffff", "4745540a20202020202020202020")) {
            try (SocketChannel raw = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                raw.write(ByteBuffer.wrap(HexFormat.of().parseHex(bad + "0000000000000000")));
                assertThat(endOf(raw)).isTrue();
            }
        }
        assertThat(good.ask(new ServiceRequest.Status()).get(60, TimeUnit.SECONDS))
                .isEqualTo(new Status("{}"));
    }

    @Test
    void theSocketAdmitsOwnerAndGroupOnlyAndReplacesADeadOne() throws Exception {
        Files.createDirectories(socket.getParent());
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        await(server(2, 4, (request, reply) -> reply.accept(new Status("{}"))).listen());
        assertThat(Files.getPosixFilePermissions(socket)).isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
        assertThat(connectedClient(10, Duration.ofSeconds(60))
                        .ask(new ServiceRequest.Status())
                        .get(60, TimeUnit.SECONDS))
                .isNotNull();
    }

    @Test
    void aLivingSocketAFileInTheWayAndALongPathAreRefusedByName() throws Exception {
        Files.createDirectories(socket.getParent());
        try (ServerSocketChannel living = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            living.bind(UnixDomainSocketAddress.of(socket));
            refused(socket, ExitCode.BUSY, "another oksd listens at service socket");
        }
        Path file = Files.writeString(directory.resolve("file"), "keep");
        refused(file, ExitCode.USAGE, "there is a file that is not a socket");
        assertThat(file).hasContent("keep");
        refused(directory.resolve("x".repeat(110)), ExitCode.USAGE, "UNIX allows 107");
    }

    private void refused(Path path, ExitCode code, String text) {
        ServiceServer server =
                new ServiceServer(vertx, new ServerOptions(path, "oksd", "test", 1, 1), (request, reply) -> {});
        assertThatThrownBy(() -> await(server.listen())).isInstanceOfSatisfying(OperatorFault.class, fault -> {
            assertThat(fault.code()).isEqualTo(code);
            assertThat(fault.what()).contains(path.toString(), text);
        });
    }

    private static boolean endOf(SocketChannel channel) {
        ByteBuffer buffer = ByteBuffer.allocate(1024);
        try {
            while (channel.read(buffer.clear()) >= 0) {
                continue;
            }
            return true;
        } catch (IOException reset) {
            return true;
        }
    }

    private ServiceServer server(int loops, int maxInFlight, ServiceHandler handler) {
        return new ServiceServer(vertx, new ServerOptions(socket, "oksd test", "test", maxInFlight, loops), handler);
    }

    private Client connectedClient(int maxInFlight, Duration timeout) {
        Client client = client(maxInFlight, timeout);
        until(client.client::connected);
        return client;
    }

    private Client client(int maxInFlight, Duration timeout) {
        return client(maxInFlight, timeout, new Reachability(), ServiceClient.Pauses.STANDARD);
    }

    private Client client(ServiceClient.Options options) {
        return client(options, new Reachability(), ServiceClient.Pauses.STANDARD);
    }

    private Client client(int maxInFlight, Duration timeout, Reachability reachability, ServiceClient.Pauses pauses) {
        return client(new ServiceClient.Options(socket, "test", maxInFlight, timeout), reachability, pauses);
    }

    private Client client(ServiceClient.Options options, Reachability reachability, ServiceClient.Pauses pauses) {
        Context context = vertx.getOrCreateContext();
        CompletableFuture<ServiceClient> made = new CompletableFuture<>();
        context.runOnContext(nothing -> {
            ServiceClient client = new ServiceClient(vertx, options, reachability, pauses);
            client.start();
            made.complete(client);
        });
        return new Client(context, made.join());
    }

    private record Client(Context context, ServiceClient client) {
        CompletableFuture<ServiceAnswer> ask(ServiceRequest request, long number, AtomicBoolean gone) {
            CompletableFuture<ServiceAnswer> answer = new CompletableFuture<>();
            Asker asker = new Asker() {
                @Override
                public void accept(ServiceAnswer given) {
                    answer.complete(given);
                }

                @Override
                public long client() {
                    return number;
                }

                @Override
                public boolean waits() {
                    return !gone.get();
                }
            };
            context.runOnContext(nothing -> client.handle(request, asker));
            return answer;
        }

        CompletableFuture<ServiceAnswer> ask(ServiceRequest request) {
            CompletableFuture<ServiceAnswer> answer = new CompletableFuture<>();
            context.runOnContext(nothing -> client.handle(request, answer::complete));
            return answer;
        }
    }

    private static <T> T await(Future<T> future) {
        CountDownLatch done = new CountDownLatch(1);
        future.onComplete(result -> done.countDown());
        try {
            assertThat(done.await(60, TimeUnit.SECONDS)).as("done in time").isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (future.failed()) {
            if (future.cause() instanceof OperatorFault fault) {
                throw fault;
            }
            throw new AssertionError(future.cause());
        }
        return future.result();
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("in time").isNegative();
            LockSupport.parkNanos(1_000_000);
        }
    }
}
