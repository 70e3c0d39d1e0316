package oks.e2e;

import static oks.testing.SampleKey.concat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import oks.testing.SampleKey;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A hundred thousand signatures by other keys on one certificate, at once and in pieces, as in the attack of 2019 that
 * made certificates unusable: its owner must not notice.
 */
class FloodIT {
    private static final int FLOOD = 100_000;
    private static final int PIECES = 20;
    private static final long MAX_CERTIFICATE = 1 << 20;
    private static final String NAME = "Victim <victim@example.org>";
    private static final String LATER = "Victim at work <victim@example.com>";

    private final SampleKey owner = new SampleKey(1);
    private final Random random = new Random(1);

    @TempDir
    private Path scratch;

    @ParameterizedTest
    @ValueSource(strings = {"none", "attested", "all"})
    void theOwnerOfAFloodedCertificateNoticesNothing(String policy) throws Exception {
        try (Keyserver keyserver = Keyserver.in(scratch)
                        .with("[upload]\nthird_party = \"" + policy + "\"\n")
                        .startOksd()
                        .startHttp();
                Gnupg gnupg = Gnupg.create()) {
            byte[] original = owner.certificate(NAME);
            accepted(keyserver, original);
            long begin = System.nanoTime();
            accepted(keyserver, concat(original, flood(FLOOD)));
            long atOnce = System.nanoTime();
            for (int i = 0; i < PIECES; i++) {
                accepted(keyserver, concat(original, flood(FLOOD / PIECES)));
            }
            long inPieces = System.nanoTime();
            long flooded = served(keyserver).length;
            assertThat(flooded).isLessThan(original.length + MAX_CERTIFICATE / 2 + MAX_CERTIFICATE / 8);

            JsonNode updated = accepted(keyserver, owner.certificate(NAME, LATER));
            assertThat(updated.path("updated")).as("%s", updated).hasSize(1);
            assertOwnerIsUnharmed(keyserver, gnupg, policy, original);
            assertResourcesAreBounded(keyserver, policy);
            System.out.println("FloodIT: " + policy + ": "
                    + String.format(
                            Locale.ROOT,
                            "%d signatures at once %d ms, in %d pieces %d ms; %d bytes stored; oksd %s",
                            FLOOD,
                            millis(atOnce - begin),
                            PIECES,
                            millis(inPieces - atOnce),
                            flooded,
                            peakMemory(keyserver)));
            accepted(keyserver, concat(owner.packet(), owner.revocation()));
            gnupg.gpg("--import", served(keyserver, "revoked").toString());
            assertThat(listing(gnupg)).contains("pub:r:");
        }
    }

    /**
     * Both user IDs are valid for gpg, which reads what is served; without signatures by others it is what the owner
     * made.
     */
    private void assertOwnerIsUnharmed(Keyserver keyserver, Gnupg gnupg, String policy, byte[] original)
            throws Exception {
        Path served = served(keyserver, "flooded");
        gnupg.gpg("--import", served.toString()).done();
        assertThat(listing(gnupg)).contains(NAME, LATER).contains("pub:-:");
        assertThat(gnupg.gpg("--with-colons", "--check-sigs")
                        .done()
                        .stdout()
                        .lines()
                        .filter(line -> line.startsWith("sig:!:")))
                .as("self-signatures that gpg finds valid")
                .hasSizeGreaterThanOrEqualTo(2);
        if (!policy.equals("all")) {
            assertThat(served(keyserver)).isEqualTo(keyOf(original, LATER));
        }
    }

    private byte[] keyOf(byte[] original, String later) {
        byte[] second = owner.userIdWithSignature(later);
        assertThat(original).startsWith(owner.packet());
        return LATER.compareTo(NAME) < 0
                ? concat(owner.packet(), second, owner.userIdWithSignature(NAME))
                : concat(owner.packet(), owner.userIdWithSignature(NAME), second);
    }

    /** Where nothing is kept, nothing is written; where some is, no upload writes more than a certificate may have. */
    private static void assertResourcesAreBounded(Keyserver keyserver, String policy) throws Exception {
        long changes = keyserver.status().at("/durable_lsn").asLong();
        long written = 0;
        for (Path file : keyserver.recoveryFiles()) {
            written += Files.size(file);
        }
        assertThat(changes).isLessThanOrEqualTo(policy.equals("all") ? PIECES + 3 : 2);
        assertThat(written).isLessThan(changes * MAX_CERTIFICATE + (2 << 20));
        keyserver.oksctl("check").done();
    }

    private static JsonNode accepted(Keyserver keyserver, byte[] upload) throws Exception {
        HttpResponse<String> answer = keyserver.add(upload);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Keyserver.json(answer.body());
    }

    private byte[] served(Keyserver keyserver) throws Exception {
        Path file = served(keyserver, "binary");
        Path binary = scratch.resolve("binary.pgp");
        Files.deleteIfExists(binary);
        Finished.run(
                        scratch,
                        "gpg",
                        "--batch",
                        "--homedir",
                        scratch.toString(),
                        "--output",
                        binary.toString(),
                        "--dearmor",
                        file.toString())
                .done();
        return Files.readAllBytes(binary);
    }

    private Path served(Keyserver keyserver, String name) throws Exception {
        HttpResponse<String> answer = keyserver.get("/pks/lookup?op=get&options=mr&search=0x" + owner.fingerprint());
        assertThat(answer.statusCode()).isEqualTo(200);
        return Files.writeString(scratch.resolve(name + ".asc"), answer.body());
    }

    private static String listing(Gnupg gnupg) throws Exception {
        return gnupg.gpg("--with-colons", "--list-keys").done().stdout();
    }

    /**
     * Signatures on the last user ID that claim other issuers; nobody verifies them, so they are made of random
     * numbers.
     */
    private byte[] flood(int count) {
        ByteArrayOutputStream flood = new ByteArrayOutputStream(100 * count);
        for (int i = 0; i < count; i++) {
            byte[] numbers = new byte[68];
            random.nextBytes(numbers);
            ByteBuffer.wrap(numbers)
                    .putShort(0, (short) 255)
                    .put(2, (byte) 0x7f)
                    .putShort(34, (short) 255)
                    .put(36, (byte) 0x7f);
            byte[] time = ByteBuffer.allocate(4)
                    .putInt(1_600_000_000 + random.nextInt(100_000_000))
                    .array();
            byte[] issuer = new byte[8];
            random.nextBytes(issuer);
            flood.writeBytes(SampleKey.packet(
                    2,
                    concat(
                            new byte[] {4, 0x10, 22, 8, 0, 6, 5, 2},
                            time,
                            new byte[] {0, 10, 9, 16},
                            issuer,
                            new byte[] {1, 2},
                            numbers)));
        }
        return flood.toByteArray();
    }

    private static String peakMemory(Keyserver keyserver) throws Exception {
        return Files.readString(
                        Path.of("/proc", Long.toString(keyserver.oksd().pid()), "status"), StandardCharsets.US_ASCII)
                .lines()
                .filter(line -> line.startsWith("VmHWM"))
                .findFirst()
                .orElse("?")
                .replaceAll("\\s+", " ");
    }

    private static long millis(long nanos) {
        return Duration.ofNanos(nanos).toMillis();
    }
}
