package oks.oksd;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.email;
import static oks.testing.SampleCertificates.fingerprint;
import static oks.testing.SampleCertificates.withUserIds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import oks.config.OksdSettings;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ControlRequest.Pause.Hold;
import oks.control.ControlStatus;
import oks.control.ControlStatus.State;
import oks.control.HeldSnapshot;
import oks.control.Rotation;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.log.ProgramLog;
import oks.oksd.start.OpenDatabase;
import oks.recovery.RecoveryFileName;
import oks.service.EventLoops;
import oks.service.Reachability;
import oks.service.ServiceAnswer;
import oks.service.ServiceAnswer.FailureCode;
import oks.service.ServiceClient;
import oks.service.ServiceRequest;
import oks.service.ServiceRequest.By;
import oks.testing.SampleKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole oksd in this process, asked over its two sockets. */
final class SocketsTest {
    private static final long BOUND_NANOS = Duration.ofSeconds(30).toNanos();
    private static final String CONF = """
            [service]
            upload_wait = "100ms"
            [log]
            syslog = false
            [process]
            allow_root = true
            """;

    @TempDir
    private Path prefix;

    private ProgramLog log;
    private Path conf;
    private CompletableFuture<ExitCode> ended;
    private Vertx vertx;
    private Context loop;
    private ServiceClient gateway;

    @BeforeEach
    void start() throws IOException {
        conf = Files.createDirectories(prefix.resolve("etc")).resolve("oksd.conf");
        Files.writeString(conf, CONF);
        log = ProgramLog.begin("oksd", System.err);
        startDaemon();
        connectGateway();
    }

    private void startDaemon() {
        Daemon daemon = new Daemon(OksdSettings.read(conf), log);
        ended = new CompletableFuture<>();
        new Thread(() -> run(daemon), "oksd").start();
    }

    private void run(Daemon daemon) {
        try {
            ended.complete(daemon.run());
        } catch (Exception e) {
            ended.completeExceptionally(e);
        }
    }

    private void connectGateway() {
        vertx = EventLoops.start(1);
        loop = vertx.getOrCreateContext();
        CompletableFuture<ServiceClient> made = new CompletableFuture<>();
        loop.runOnContext(nothing -> {
            ServiceClient client = new ServiceClient(
                    vertx,
                    new ServiceClient.Options(prefix.resolve("var/run/oksd.sock"), "test", 100, Duration.ofSeconds(30)),
                    new Reachability());
            client.start();
            made.complete(client);
        });
        gateway = Bench.answer(made);
        await(gateway::connected);
    }

    @AfterEach
    void stop() {
        if (!ended.isDone()) {
            command(new ControlRequest.Stop());
        }
        assertThat(Bench.answer(ended)).isEqualTo(ExitCode.DONE);
        Bench.answer(vertx.close().toCompletionStage().toCompletableFuture());
        log.close();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + BOUND_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for too long").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private ControlClient connect() {
        return ControlClient.connect(prefix.resolve("var/run/oksd.ctl"));
    }

    private ObjectNode command(ControlRequest request) {
        try (ControlClient client = connect()) {
            return client.call(request, progress -> {});
        }
    }

    private OperatorFault refusal(ControlRequest request) {
        return catchThrowableOfType(OperatorFault.class, () -> command(request));
    }

    private ControlStatus status() {
        return ControlStatus.fromJson(command(new ControlRequest.Status()));
    }

    private ServiceAnswer ask(ServiceRequest request) {
        CompletableFuture<ServiceAnswer> answer = new CompletableFuture<>();
        loop.runOnContext(nothing -> gateway.handle(request, answer::complete));
        return Bench.answer(answer);
    }

    private ServiceAnswer.UploadResult upload(byte[] body) {
        ServiceAnswer answer = ask(new ServiceRequest.Upload("test", body));
        assertThat(answer).isInstanceOf(ServiceAnswer.Uploaded.class);
        return ((ServiceAnswer.Uploaded) answer).results().get(0);
    }

    private List<ServiceAnswer.Found> found(By by, String value) {
        ServiceAnswer answer = ask(
                by == By.FINGERPRINT || by == By.KEY_ID
                        ? new ServiceRequest.Lookup(by, HexFormat.of().parseHex(value), 10)
                        : ServiceRequest.Lookup.of(by, value, 10));
        assertThat(answer).isInstanceOf(ServiceAnswer.Certificates.class);
        return ((ServiceAnswer.Certificates) answer).found();
    }

    @Test
    void whatIsUploadedIsFoundByEverythingThatNamesIt() {
        assertThat(upload(certificate(1)).outcome()).isEqualTo(ServiceAnswer.Outcome.NEW);
        assertThat(upload(certificate(1)).outcome()).isEqualTo(ServiceAnswer.Outcome.UNCHANGED);

        String fingerprint = fingerprint(1);
        assertThat(found(By.FINGERPRINT, fingerprint))
                .singleElement()
                .satisfies(found -> assertThat(found.lsn()).isEqualTo(1));
        assertThat(found(By.KEY_ID, fingerprint.substring(24))).hasSize(1);
        assertThat(found(By.EMAIL, email(1))).hasSize(1);
        assertThat(found(By.WORDS, "name 1")).hasSize(1);
        assertThat(found(By.IDENTITY, "Name 1 <" + email(1) + ">")).hasSize(1);
        assertThat(found(By.FINGERPRINT, fingerprint(2))).isEmpty();
    }

    @Test
    void whatMakesNoSenseIsAnswered() {
        ServiceAnswer.UploadResult refused = upload("not OpenPGP".getBytes(StandardCharsets.US_ASCII));
        assertThat(refused.outcome()).isEqualTo(ServiceAnswer.Outcome.REFUSED);
        assertThat(refused.reason()).isPositive();
        assertThat(ask(new ServiceRequest.Lookup(By.KEY_ID, new byte[3], 1)))
                .isInstanceOfSatisfying(
                        ServiceAnswer.Failure.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.BAD_REQUEST));
        assertThat(((ServiceAnswer.Status) ask(new ServiceRequest.Status())).json())
                .contains("\"refused\":1");
    }

    @Test
    void anIdentityIsFoundWithBlanksAroundItAndWithoutItsPlus() {
        upload(withUserIds(1, "  Blank User \n"));
        upload(withUserIds(2, "Blank User too", "Plus <user+tag+more@example.org>"));
        for (String identity : List.of("Blank User", " blank user  ", "  Blank User \n")) {
            assertThat(found(By.IDENTITY, identity)).as(identity).hasSize(1);
        }
        assertThat(found(By.IDENTITY, "Blank")).isEmpty();
        assertThat(found(By.IDENTITY, "user tag more@example.org"))
                .as("as gpg 2.2 sends it")
                .hasSize(1);
        assertThat(found(By.IDENTITY, "user+tag+more@example.org")).hasSize(1);
        assertThat(found(By.IDENTITY, "tag more@example.org")).isEmpty();
    }

    @Test
    void aUserIdIsFoundByEachOfItsAddressesAndAsAWhole() {
        for (String userId : List.of("Ann <ann@example.org> <ann@work.example>", "ann@example.org, ann@work.example")) {
            upload(withUserIds(1 + userId.length(), userId));
            for (By by : List.of(By.IDENTITY, By.WORDS)) {
                assertThat(found(by, userId)).as(userId).isNotEmpty();
            }
        }
        for (By by : List.of(By.EMAIL, By.IDENTITY)) {
            assertThat(found(by, "ann@example.org")).hasSize(2);
            assertThat(found(by, "<Ann@Work.example>")).hasSize(2);
            assertThat(found(by, "work.example")).isEmpty();
        }
        assertThat(found(By.IDENTITY, "ANN@example.org, ann@work.example ")).hasSize(1);
    }

    @Test
    void aUserIdInLatin1IsFoundByItsText() {
        SampleKey key = new SampleKey(1);
        byte[] userId = "J\u00fcrgen M\u00fcller <j\u00fcrgen@example.org>\u00a0".getBytes(StandardCharsets.ISO_8859_1);
        upload(SampleKey.concat(key.packet(), key.userIdWithSignature(userId)));
        assertThat(found(By.WORDS, "m\u00fcller")).hasSize(1);
        assertThat(found(By.WORDS, "Ju\u0308rg*"))
                .as("typed with an accent of its own")
                .hasSize(1);
        assertThat(found(By.EMAIL, "j\u00fcrgen@example.org")).hasSize(1);
        assertThat(found(By.IDENTITY, "J\u00dcRGEN M\u00fcller <j\u00fcrgen@example.org>"))
                .hasSize(1);
        assertThat(found(By.WORDS, "rgen")).isEmpty();
    }

    @Test
    void aListIsGivenInPagesAndTooManyWordsAreRefused() {
        for (int i = 1; i <= 5; i++) {
            upload(certificate(i));
        }
        List<Long> newestFirst = new ArrayList<>();
        for (int skip = 0; skip < 6; skip += 2) {
            ServiceAnswer.Certificates page = (ServiceAnswer.Certificates)
                    ask(new ServiceRequest.Lookup(By.WORDS, "na*".getBytes(StandardCharsets.US_ASCII), 2, skip));
            assertThat(page.total()).isEqualTo(5);
            assertThat(page.more()).isFalse();
            page.found().forEach(found -> newestFirst.add(found.lsn()));
        }
        assertThat(newestFirst).containsExactly(5L, 4L, 3L, 2L, 1L);
        for (String query : List.of(
                "a* b* c* d* e*", IntStream.range(0, 25).mapToObj(i -> "w" + i).collect(Collectors.joining(" ")))) {
            assertThat(ask(ServiceRequest.Lookup.of(By.WORDS, query, 1)))
                    .isInstanceOfSatisfying(ServiceAnswer.Failure.class, failure -> {
                        assertThat(failure.code()).isEqualTo(FailureCode.BAD_REQUEST);
                        assertThat(failure.text()).contains("at most 24 words");
                    });
        }
    }

    @Test
    void statusTellsWhatWasDone() {
        upload(certificate(1));
        ControlStatus status = status();

        assertThat(status.state()).isEqualTo(State.RUNNING);
        assertThat(status.certificates()).isEqualTo(1);
        assertThat(status.lsn().durable()).isEqualTo(1);
        assertThat(status.lsn().applied()).isEqualTo(1);
        assertThat(status.uploads()).isEqualTo(new ControlStatus.Uploads(1, 0, 0, 0));
        assertThat(status.configuration()).isEqualTo(conf.toString());
        assertThat(prefix.resolve("var/db").resolve(status.recovery().file())).exists();
        assertThat(status.recovery().notArchivedBytes())
                .isEqualTo(status.recovery().bytes());
    }

    @Test
    void rotateDumpAndArchivedShowInTheStatus() {
        upload(certificate(1));
        Rotation rotation = Rotation.fromJson(command(new ControlRequest.Rotate()));
        assertThat(rotation.rotated()).isTrue();
        assertThat(status().recovery().file()).isEqualTo(rotation.file());

        upload(certificate(2));
        Rotation dump = Rotation.fromJson(command(new ControlRequest.Dump()));
        assertThat(dump.sealed()).isEqualTo(rotation.file());
        assertThat(status().lsn().flushed()).isEqualTo(2);
        assertThat(Rotation.fromJson(command(new ControlRequest.Dump())).reason())
                .isEqualTo("nothing was written");

        assertThat(status().lsn().archived()).isZero();
        assertThat(command(new ControlRequest.Archived(1)).path("ordinal").longValue())
                .isEqualTo(1);
        assertThat(status().lsn().archived()).isEqualTo(1);
        assertThat(command(new ControlRequest.Archived(1)).path("ordinal").longValue())
                .as("never back")
                .isEqualTo(1);
    }

    @Test
    void whatIsArchivedIsKnownAfterARestart() {
        upload(certificate(1));
        assertThat(status().recovery().notArchivedSince()).isPresent();
        command(new ControlRequest.Rotate());
        command(new ControlRequest.Archived(1));
        assertThat(status().recovery().notArchivedSince())
                .as("every change is archived")
                .isEmpty();
        command(new ControlRequest.Stop());
        assertThat(Bench.answer(ended)).isEqualTo(ExitCode.DONE);
        await(() -> !gateway.connected()); // else it may be the old connection that is seen
        startDaemon();
        await(gateway::connected);

        ControlStatus status = status();
        assertThat(status.lsn().archived()).isEqualTo(1);
        assertThat(status.recovery().notArchivedSince()).isEmpty();
        assertThat(status.recovery().notArchivedBytes())
                .as("files 2 and 3")
                .isGreaterThan(status.recovery().bytes());
        upload(certificate(2));
        assertThat(status().recovery().notArchivedSince())
                .contains(RecoveryFileName.of(Path.of(status.recovery().file()))
                        .orElseThrow()
                        .timestamp());
    }

    @Test
    void theNewestVerifiedArchiveIsKnownToOperatorsAndGatewaysAlsoAfterARestart() {
        assertThat(status().archiveVerified()).isEmpty();
        Instant newest = Instant.parse("2026-11-20T03:00:00Z");
        assertThat(command(new ControlRequest.ArchiveVerified(newest))
                        .path("archive_verified")
                        .textValue())
                .isEqualTo("2026-11-20T03:00:00.000000Z");
        command(new ControlRequest.ArchiveVerified(newest.minusSeconds(1)));
        assertThat(status().archiveVerified())
                .as("an older one says nothing new")
                .contains(newest);
        command(new ControlRequest.Stop());
        assertThat(Bench.answer(ended)).isEqualTo(ExitCode.DONE);
        startDaemon();
        await(gateway::connected);

        assertThat(status().archiveVerified()).contains(newest);
        assertThat(ask(new ServiceRequest.Status()))
                .isInstanceOfSatisfying(
                        ServiceAnswer.Status.class,
                        told -> assertThat(told.json())
                                .contains("\"archive_verified\":\"2026-11-20T03:00:00.000000Z\""));
    }

    @Test
    void aPauseByCommandStopsUploadsUntilResumed() {
        upload(certificate(1));
        ObjectNode paused = command(new ControlRequest.Pause(Duration.ofMinutes(1), Hold.LIMIT));
        assertThat(Rotation.fromJson(paused).rotated()).isTrue();
        assertThat(paused.path("until").textValue()).isNotEmpty();
        assertThat(status().state()).isEqualTo(State.PAUSED);
        assertThat(status().activity().holders())
                .singleElement()
                .satisfies(holder -> assertThat(holder.pid())
                        .contains((int) ProcessHandle.current().pid()));

        assertThat(ask(new ServiceRequest.Upload("test", certificate(2))))
                .isInstanceOfSatisfying(ServiceAnswer.Failure.class, failure -> {
                    assertThat(failure.code()).isEqualTo(FailureCode.TEMPORARILY_UNAVAILABLE);
                    assertThat(failure.retryAfter()).isPositive();
                });
        assertThat(found(By.EMAIL, email(1))).as("lookups go on").hasSize(1);
        assertThat(refusal(new ControlRequest.Rotate()).code()).isEqualTo(ExitCode.BUSY);
        assertThat(refusal(new ControlRequest.Snapshot()).code()).isEqualTo(ExitCode.BUSY);

        assertThat(command(new ControlRequest.Resume()).path("resumed").booleanValue())
                .isTrue();
        ObjectNode again = command(new ControlRequest.Resume());
        assertThat(again.path("resumed").booleanValue()).isFalse();
        assertThat(again.path("reason").textValue()).isNotEmpty();
        assertThat(upload(certificate(2)).outcome()).isEqualTo(ServiceAnswer.Outcome.NEW);
    }

    @Test
    void aPauseOfAProgramEndsWithItsConnection() throws IOException {
        try (ControlClient program = connect()) {
            program.call(new ControlRequest.Pause(Duration.ofMinutes(1), Hold.CONNECTION), progress -> {});
            assertThat(status().state()).isEqualTo(State.PAUSED);
        }
        await(() -> status().state() == State.RUNNING);
    }

    @Test
    void aSnapshotIsHeldUntilReleasedOrItsConnectionEnds() throws IOException {
        upload(certificate(1));
        Path second;
        try (ControlClient backup = connect()) {
            HeldSnapshot snapshot = HeldSnapshot.fromJson(backup.call(new ControlRequest.Snapshot(), progress -> {}));
            assertThat(snapshot.contents().lsn()).isEqualTo(1);
            assertThat(snapshot.directory().resolve("IDENTITY")).exists();
            backup.call(new ControlRequest.Release(snapshot.id()), progress -> {});
            assertThat(snapshot.directory()).doesNotExist();
            second = HeldSnapshot.fromJson(backup.call(new ControlRequest.Snapshot(), progress -> {}))
                    .directory();
            assertThat(second).exists();
        }
        await(() -> !Files.exists(second));
        assertThat(refusal(new ControlRequest.Release("nothing")).what()).contains("nothing");
    }

    @Test
    void checkProvesTheStore() {
        upload(certificate(1));
        ObjectNode check = command(new ControlRequest.Check(false));
        assertThat(check.path("certificates").longValue()).isEqualTo(1);
        assertThat(check.path("digest").textValue()).isEqualTo(status().hashes().digest());
    }

    @Test
    void reloadSaysWhatChangedAndWhatWaitsForARestart() throws IOException {
        Files.writeString(conf, CONF.replace("100ms", "200ms") + """
                [recovery]
                retry_after = "3s"
                [store]
                block_cache = "8MiB"
                """);
        ObjectNode reloaded = command(new ControlRequest.Reload());
        assertThat(reloaded.path("changed").toString()).isEqualTo("[\"recovery.retry_after\",\"service.upload_wait\"]");
        assertThat(reloaded.path("restart").toString()).isEqualTo("[\"store.block_cache\"]");
        assertThat(command(new ControlRequest.Reload()).path("restart").toString())
                .as("still")
                .contains("store.block_cache");
        assertThat(setting("recovery.retry_after").toString())
                .isEqualTo("{\"name\":\"recovery.retry_after\",\"value\":\"3s\",\"origin\":\"line "
                        + (CONF.lines().count() + 2) + "\",\"after_restart\":null}");
        assertThat(setting("store.block_cache").toString())
                .isEqualTo(
                        "{\"name\":\"store.block_cache\",\"value\":\"64MiB\",\"origin\":\"default\",\"after_restart\":\"8MiB\"}");
        assertThat(setting("control.allow").path("value").isArray()).isTrue();
    }

    private JsonNode setting(String name) {
        for (JsonNode setting : command(new ControlRequest.Config()).path("settings")) {
            if (setting.path("name").textValue().equals(name)) {
                return setting;
            }
        }
        throw new AssertionError("no setting " + name);
    }

    @Test
    void aBadConfigurationLeavesTheOldOneInForce() throws IOException {
        command(new ControlRequest.Pause(Duration.ofMinutes(1), Hold.LIMIT)); // also while paused
        Files.writeString(conf, CONF + "[recovery]\nretry_after = \"soon\"\n");
        OperatorFault fault = refusal(new ControlRequest.Reload());
        assertThat(fault.code()).isEqualTo(ExitCode.USAGE);
        assertThat(fault.what()).contains("oksd.conf").contains("retry_after").contains("soon");
        assertThat(fault.kept()).contains("stays in force");
        assertThat(status().state()).isEqualTo(State.PAUSED);
    }

    @Test
    void reloadLetsOtherUsersIn() throws IOException {
        Path socket = prefix.resolve("var/run/oksd.ctl");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
        Files.writeString(conf, CONF + "[control]\nallow = [\"nobody\"]\n");
        command(new ControlRequest.Reload());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-rw-rw-");
    }

    @Test
    void whoAskedToStopSeesTheDatabaseLetGo() throws IOException {
        upload(certificate(1));
        try (ControlClient client = connect()) {
            assertThat(client.call(new ControlRequest.Stop(), progress -> {})
                            .path("stopping")
                            .booleanValue())
                    .isTrue();
            assertThat(client.awaitEnd(Duration.ofSeconds(30))).isTrue();
        }
        try (OpenDatabase free = Opened.database(OksdSettings.read(conf), new oks.durable.RealDisk())) {
            assertThat(free.store().certificates()).isEqualTo(1);
        }
        Bench.answer(ended);
        assertThat(prefix.resolve("var/run")).isEmptyDirectory();
    }

    @Test
    void aStopWhilePausedEndsThePauseAndOksd() {
        command(new ControlRequest.Pause(Duration.ofMinutes(1), Hold.LIMIT));
        command(new ControlRequest.Stop());
        assertThat(Bench.answer(ended)).isEqualTo(ExitCode.DONE);
    }

    @Test
    void onlyATicketOfTheControlSocketGetsPastVerificationAndOnlyWhileItsConnectionLasts() {
        byte[] forged = certificate(1);
        forged[forged.length - 3] ^= 1; // in the self-signature
        assertThat(upload(forged).outcome()).isEqualTo(ServiceAnswer.Outcome.REFUSED);
        ServiceRequest made = new ServiceRequest.Upload("load", "0".repeat(32), forged);
        assertThat(ask(made))
                .isInstanceOfSatisfying(
                        ServiceAnswer.Failure.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.BAD_REQUEST));
        String ticket;
        try (ControlClient client = connect()) {
            ticket = client.call(new ControlRequest.Load(true), progress -> {})
                    .path("ticket")
                    .asText();
            assertThat(ask(new ServiceRequest.Upload("load", ticket, forged)))
                    .isInstanceOfSatisfying(
                            ServiceAnswer.Uploaded.class,
                            done -> assertThat(done.results().get(0).outcome()).isEqualTo(ServiceAnswer.Outcome.NEW));
        }
        ServiceRequest late = new ServiceRequest.Upload("load", ticket, forged);
        await(() -> ask(late) instanceof ServiceAnswer.Failure);
        JsonNode load = command(new ControlRequest.Load(false));
        assertThat(load.has("ticket")).isFalse();
        assertThat(load.path("upload").toString())
                .isEqualTo("{\"third_party\":\"attested\",\"weak_hashes\":\"sha1\",\"max_user_id\":2048,"
                        + "\"max_user_attribute\":0,\"max_packet\":8192,\"max_signature\":65536,\"max_certificate\":1048576,"
                        + "\"max_certificate_cost\":10000}");
    }
}
