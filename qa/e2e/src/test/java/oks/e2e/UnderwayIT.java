package oks.e2e;

import static oks.testing.SampleCertificates.certificate;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import oks.control.ControlClient;
import oks.control.ControlRequest;
import oks.fault.OperatorFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads, exports and checks while oksd is paused, stops or is killed, and while their own program is killed. */
class UnderwayIT {
    private static final int MANY = 8000;
    private static final byte[] KEYRING = keyring();

    @TempDir
    private Path scratch;

    private static byte[] keyring() {
        ByteArrayOutputStream keyring = new ByteArrayOutputStream();
        for (int seed = 1; seed <= MANY; seed++) {
            keyring.writeBytes(certificate(seed));
        }
        return keyring.toByteArray();
    }

    @Test
    void aLoadThatIsKilledGoesOnAndAccountsForEveryCertificate() throws Exception {
        Path file = Files.write(scratch.resolve("all.pgp"), KEYRING);
        String[] load = {
            "load",
            "--json",
            "--resume",
            scratch.resolve("state").toString(),
            "--report",
            scratch.resolve("report").toString(),
            file.toString()
        };
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            Process first = keyserver.launchOksctl(load);
            awaitCertificates(
                    keyserver, MANY / 10); // mostly before the first second, when the state is first kept again
            assertThat(first.destroyForcibly().waitFor()).isEqualTo(128 + 9);

            Process second = keyserver.launchOksctl(load);
            awaitCertificates(keyserver, MANY / 2);
            keyserver.killHard();
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).as(keyserver.log()).isEqualTo(3);
            assertThat(keyserver.log()).contains("run the same command again: it goes on from");

            keyserver.startOksd();
            JsonNode totals = Keyserver.json(keyserver.oksctl(load).done().stdout());
            assertThat(totals.path("new").asInt() + totals.path("unchanged").asInt())
                    .isEqualTo(MANY);
            assertThat(totals.path("refused").asInt()).isZero();
            assertThat(keyserver.status().path("certificates").asInt()).isEqualTo(MANY);
            assertThat(numbersIn(scratch.resolve("report"))).hasSize(MANY).doesNotHaveDuplicates();
            keyserver.oksctl("check").done();
        }
    }

    private static void awaitCertificates(Keyserver keyserver, int least) throws InterruptedException {
        Await.until(
                least + " certificates",
                () -> keyserver.status().path("certificates").asInt() >= least);
    }

    private static List<Integer> numbersIn(Path report) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (String line : Files.readAllLines(report)) {
            numbers.add(Keyserver.json(line).path("number").asInt());
        }
        return numbers;
    }

    @Test
    void whilePausedExportsAndChecksWorkAndRepairsAreRefused() throws Exception {
        Path file = Files.write(scratch.resolve("all.pgp"), KEYRING);
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            keyserver.oksctl("load", "--trusted", file.toString()).done();
            keyserver.oksctl("pause").done();
            keyserver.oksctl("export", scratch.resolve("paused.pgp").toString()).done();
            keyserver.oksctl("check").done();
            assertThat(keyserver.oksctl("check", "--repair").ended(4).stderr())
                    .contains("paused")
                    .contains("next:");
            keyserver.oksctl("resume").done();
            keyserver.oksctl("check", "--repair").done();
            keyserver
                    .oksctl("export", scratch.resolve("running.pgp").toString())
                    .done();
            assertThat(scratch.resolve("running.pgp")).hasSameBinaryContentAs(scratch.resolve("paused.pgp"));
        }
    }

    @Test
    void anExportIsOfItsMomentAndEndsWithItsConnectionOrWithOksd() throws Exception {
        Path file = Files.write(scratch.resolve("all.pgp"), KEYRING);
        Path later = Files.write(scratch.resolve("later.pgp"), certificate(MANY + 1));
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            keyserver.oksctl("load", "--trusted", file.toString()).done();
            for (int i = 0; i < 20; i++) { // more than may be open at once: each ends with its connection
                beginExport(keyserver);
            }
            try (ControlClient client = keyserver.controlClient()) {
                String id = client.call(ControlRequest.Export.ALL, progress -> {})
                        .path("id")
                        .asText();
                keyserver.oksctl("load", later.toString()).done();
                keyserver.oksctl("pause").done();
                keyserver.oksctl("resume").done();
                assertThat(exported(client, id))
                        .as("bytes of the moment when it began")
                        .isEqualTo(KEYRING.length);
            }
            try (ControlClient client = keyserver.controlClient()) {
                String id = client.call(ControlRequest.Export.ALL, progress -> {})
                        .path("id")
                        .asText();
                keyserver.kill("TERM");
                assertThat(keyserver.awaitEnd()).as(keyserver.log()).isZero();
                assertThat(endOf(client, id).what()).isNotBlank();
            }
            Path target = scratch.resolve("out.pgp");
            keyserver.oksctl("export", target.toString()).ended(3);
            try (Stream<Path> left = Files.list(scratch)) {
                assertThat(left.filter(path -> path.getFileName().toString().startsWith("out")))
                        .isEmpty();
            }
        }
    }

    private static void beginExport(Keyserver keyserver) throws InterruptedException {
        Await.until("an export begins", () -> {
            try (ControlClient client = keyserver.controlClient()) {
                return client.call(ControlRequest.Export.ALL, progress -> {}).has("id");
            }
        });
    }

    private static long exported(ControlClient client, String id) {
        long bytes = 0;
        while (true) {
            JsonNode page = client.call(new ControlRequest.ExportNext(id), progress -> {});
            bytes += Base64.getDecoder().decode(page.path("packets").asText()).length;
            if (page.path("last").asBoolean()) {
                return bytes;
            }
        }
    }

    private static OperatorFault endOf(ControlClient client, String id) {
        try {
            client.call(new ControlRequest.ExportNext(id), progress -> {});
            throw new AssertionError("oksd has ended, but answers");
        } catch (OperatorFault ended) {
            return ended;
        }
    }

    @Test
    void oksdStopsInTheMiddleOfAnExport() throws Exception {
        Path file = Files.write(scratch.resolve("all.pgp"), KEYRING);
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            keyserver.oksctl("load", "--trusted", file.toString()).done();
            Path target = scratch.resolve("out");
            Process export = keyserver.launchOksctl("export", target.toString());
            keyserver.oksctl("stop").done();
            assertThat(keyserver.awaitEnd()).as(keyserver.log()).isZero();
            assertThat(export.waitFor(60, TimeUnit.SECONDS)).isTrue();
            if (export.exitValue() != 0) { // it may have been quicker
                assertThat(export.exitValue()).as(keyserver.log()).isIn(3, 4);
                assertThat(target).doesNotExist();
                assertThat(scratch.resolve("out.new")).doesNotExist();
            }
        }
    }
}
