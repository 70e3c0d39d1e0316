package oks.oksd;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.email;
import static oks.testing.SampleCertificates.fingerprint;
import static oks.testing.SampleCertificates.updated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import oks.config.OksdSettings;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.control.ControlStatus;
import oks.control.ControlStatus.State;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.log.ProgramLog;
import oks.openpgp.Fingerprint;
import oks.service.EventLoops;
import oks.service.Reachability;
import oks.service.ServiceAnswer;
import oks.service.ServiceAnswer.FailureCode;
import oks.service.ServiceClient;
import oks.service.ServiceRequest;
import oks.service.ServiceRequest.By;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An oksd whose store has a damaged table: what it answers, and how it ends. */
final class DamagedStoreTest {
    private static final long BOUND_NANOS = Duration.ofSeconds(30).toNanos();
    private static final int CERTIFICATES = 60;
    private static final int PART = 12;
    private static final int NEIGHBOURS = 25; // a block of 4 KiB has fewer

    @TempDir
    private Path prefix;

    private ProgramLog log;
    private CompletableFuture<ExitCode> ended;
    private Vertx vertx;
    private Context loop;
    private ServiceClient gateway;
    private long victim;
    private Path table;

    @BeforeEach
    void damageATable() throws IOException {
        log = ProgramLog.begin("oksd", System.err);
        Path database = prefix.resolve("var/db");
        try (SampleDatabase sample = SampleDatabase.create(database, 1)) {
            sample.putTogether(LongStream.rangeClosed(1, CERTIFICATES).toArray());
        }
        long[] inOrder = LongStream.rangeClosed(1, CERTIFICATES)
                .boxed()
                .sorted(Comparator.comparing(seed -> fingerprint(seed)))
                .mapToLong(Long::longValue)
                .toArray();
        victim = inOrder[CERTIFICATES / 2];
        try (Stream<Path> files = Files.list(database.resolve("store"))) {
            table = files.filter(file -> file.toString().endsWith(".sst"))
                    .findFirst()
                    .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(table);
        bytes[placeOf(certificate(victim), bytes)] ^= 1;
        Files.write(table, bytes);
    }

    /**
     * Where the table holds the end of a signature in the certificate, which nothing compresses and no other one has.
     */
    private static int placeOf(byte[] certificate, byte[] table) {
        for (int from = certificate.length - PART; from > 0; from--) {
            for (int at = 0; at + PART <= table.length; at++) {
                if (Arrays.equals(table, at, at + PART, certificate, from, from + PART)) {
                    return at;
                }
            }
        }
        throw new AssertionError("the table does not hold the certificate");
    }

    private OksdSettings settings() throws IOException {
        Path conf = Files.createDirectories(prefix.resolve("etc")).resolve("oksd.conf");
        Files.writeString(conf, """
                [database]
                name = "sample"
                [log]
                syslog = false
                [process]
                allow_root = true
                """);
        return OksdSettings.read(conf);
    }

    private void start() throws IOException {
        Daemon daemon = new Daemon(settings(), log);
        ended = new CompletableFuture<>();
        new Thread(() -> run(daemon), "oksd").start();
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

    private void run(Daemon daemon) {
        try {
            ended.complete(daemon.run());
        } catch (Exception e) {
            ended.completeExceptionally(e);
        }
    }

    @AfterEach
    void stop() {
        if (ended != null && !ended.isDone()) {
            command(new ControlRequest.Stop());
            ended.exceptionally(mergedMeanwhile -> ExitCode.DAMAGED).join();
        }
        if (vertx != null) {
            Bench.answer(vertx.close().toCompletionStage().toCompletableFuture());
        }
        log.close();
    }

    private void await(BooleanSupplier condition) {
        long end = System.nanoTime() + BOUND_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(ended).isNotCompletedExceptionally();
            assertThat(System.nanoTime()).as("waited for too long").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private ObjectNode command(ControlRequest request) {
        try (ControlClient client = ControlClient.connect(prefix.resolve("var/run/oksd.ctl"))) {
            return client.call(request, progress -> {});
        }
    }

    private ServiceAnswer ask(ServiceRequest request) {
        CompletableFuture<ServiceAnswer> answer = new CompletableFuture<>();
        loop.runOnContext(nothing -> gateway.handle(request, answer::complete));
        return Bench.answer(answer);
    }

    private ServiceAnswer lookup(long seed) {
        return ask(new ServiceRequest.Lookup(By.FINGERPRINT, HexFormat.of().parseHex(fingerprint(seed)), 10));
    }

    private static void assertFails(ServiceAnswer answer) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        ServiceAnswer.Failure.class,
                        failure -> assertThat(failure.code()).isEqualTo(FailureCode.INTERNAL));
    }

    @Test
    void whatCannotBeReadIsAFailureAndNeverNotFoundAndEverythingElseGoesOn() throws IOException {
        start();
        assertFails(lookup(victim));
        assertFails(ask(ServiceRequest.Lookup.of(By.EMAIL, email(victim), 10)));
        assertFails(ask(new ServiceRequest.Upload("test", updated(victim, 1))));
        assertFails(ask(ServiceRequest.Lookup.of(By.WORDS, "name", 1000)));
        OperatorFault delete = catchThrowableOfType(
                OperatorFault.class,
                () -> command(new ControlRequest.Delete(Fingerprint.parse(fingerprint(victim)), "asked", false)));
        assertThat(delete.code()).isEqualTo(ExitCode.DAMAGED);

        long found = LongStream.rangeClosed(1, CERTIFICATES)
                .filter(seed -> seed != victim)
                .filter(this::isFound)
                .count();
        assertThat(found).isBetween((long) CERTIFICATES - NEIGHBOURS, CERTIFICATES - 1L);
        assertThat(ask(new ServiceRequest.Upload("test", certificate(CERTIFICATES + 1))))
                .isInstanceOf(ServiceAnswer.Uploaded.class);
        assertThat(isFound(CERTIFICATES + 1)).isTrue();

        OperatorFault check = catchThrowableOfType(OperatorFault.class, () -> command(new ControlRequest.Check(false)));
        assertThat(check.code()).isEqualTo(ExitCode.DAMAGED);
        assertThat(check.what()).contains(table.toString(), "block checksum mismatch");
        assertThat(check.next()).contains("oks-restore from ARCHIVE", "oks-restore salvage");
        ControlStatus status = ControlStatus.fromJson(command(new ControlRequest.Status()));
        assertThat(status.state()).isEqualTo(State.DEGRADED);
        assertThat(status.reason()).contains(table.toString());
    }

    /** True for the certificate, false for a failure; an empty answer is wrong. */
    private boolean isFound(long seed) {
        ServiceAnswer answer = lookup(seed);
        if (answer instanceof ServiceAnswer.Certificates certificates) {
            assertThat(certificates.found())
                    .singleElement()
                    .satisfies(found -> assertThat(found.certificate()).isEqualTo(certificate(seed)));
            return true;
        }
        assertFails(answer);
        return false;
    }

    @Test
    void tablesThatCannotBeMergedEndOksdAsDamaged() throws IOException {
        start();
        for (int more = 1; more <= 50 && !ended.isDone(); more++) {
            ask(new ServiceRequest.Upload("test", certificate(CERTIFICATES + more)));
            Throwable unused = catchThrowable(() -> command(new ControlRequest.Dump())); // it may have noticed by then
        }
        assertThat(Bench.answer(ended)).isEqualTo(ExitCode.DAMAGED);
    }

    @Test
    void aTableThatIsCutShortRefusesTheStart() throws IOException {
        Files.write(table, Arrays.copyOf(Files.readAllBytes(table), 1000));
        assertThatThrownBy(() -> new Daemon(settings(), log).run())
                .isInstanceOfSatisfying(OperatorFault.class, fault -> {
                    assertThat(fault.code()).isEqualTo(ExitCode.DAMAGED);
                    assertThat(fault.what()).contains(table.toString());
                });
    }
}
