package oks.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static oks.testing.SampleKey.CREATED;
import static oks.testing.SampleKey.concat;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import oks.testing.PostQuantumKey;
import oks.testing.PostQuantumKey.Kind;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates as large as post-quantum signatures make them, against each limit on their way: what goes through comes
 * back whole, and what does not is told in words, with nothing lost that was there.
 */
@Timeout(300)
final class LargeCertificatesIT {
    private static final int MAX_CERTIFICATE = 1 << 20;
    private static final int USER_IDS = 57; // with signatures of 17 KB: just below that

    @TempDir
    private Path directory;

    private static byte[] userIds(PostQuantumKey key, int from, int to) {
        byte[] all = new byte[0];
        for (int i = from; i < to; i++) {
            String userId = "Large " + i + " <large" + i + "@example.org>";
            all = concat(all, PostQuantumKey.userId(userId), key.certification(userId, CREATED));
        }
        return all;
    }

    @Test
    void oneOfAMebibyteOutlivesACrashAndIsGivenOutWholeUntilItsOwnerRevokesIt() throws Exception {
        PostQuantumKey key = new PostQuantumKey(Kind.SLH_DSA_128F, 1);
        byte[] large = concat(
                key.packet(), key.directKey(CREATED), userIds(key, 0, USER_IDS), key.withKem(35), key.withKem(36));
        assertThat(large.length).isBetween(MAX_CERTIFICATE - 30_000, MAX_CERTIFICATE);
        try (Keyserver keyserver = Keyserver.in(directory).startOksd().startHttp()) {
            HttpResponse<String> taken = keyserver.add(large);
            assertThat(taken.statusCode()).as(taken.body()).isEqualTo(200);
            byte[] served = served(keyserver, key);
            assertThat(served).hasSizeBetween(large.length - 300, MAX_CERTIFICATE);
            keyserver.killHard();
            keyserver.startOksd();
            keyserver.awaitGateway();
            assertThat(served(keyserver, key)).isEqualTo(served);
            assertShown(keyserver, key);
            keyserver.oksctl("check").done();
            Path exported = directory.resolve("exported.pgp");
            keyserver.oksctl("export", exported.toString()).done();
            assertThat(Files.readAllBytes(exported)).isEqualTo(served);

            HttpResponse<String> more = keyserver.add(concat(key.packet(), userIds(key, USER_IDS, USER_IDS + 4)));
            assertThat(more.statusCode()).as(more.body()).isEqualTo(413);
            assertThat(more.body())
                    .containsPattern("with what is stored it would have 1[0-9]{6} bytes, more than " + MAX_CERTIFICATE);
            assertThat(served(keyserver, key)).isEqualTo(served);

            HttpResponse<String> revoked = keyserver.add(concat(key.packet(), key.revocation(2, CREATED + 1)));
            assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(200);
            assertThat(served(keyserver, key)).hasSizeLessThan(20_000);
            assertThat(new String(served(keyserver, key), ISO_8859_1)).doesNotContain("Large");
        }
    }

    private static void assertShown(Keyserver keyserver, PostQuantumKey key) throws Exception {
        HttpResponse<String> page = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(keyserver.uri("/pks/lookup?op=vindex&search=0x" + key.fingerprint()))
                                .header("Accept", "text/html")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("large0@example.org", "SLH-DSA-SHAKE-128f", "ML-KEM-1024+X448");
        assertThat(Keyserver.json(keyserver
                                .get("/pks/v2/index/large" + (USER_IDS - 1) + "@example.org")
                                .body())
                        .get(0)
                        .get("userIDs"))
                .hasSize(USER_IDS);
    }

    private static byte[] served(Keyserver keyserver, PostQuantumKey key) throws Exception {
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(keyserver.uri("/pks/v2/certs/by-vfingerprint/06/" + key.fingerprint()))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void eachLimitOfSizeSaysWhatIsTooLarge() throws Exception {
        Keyserver configured = Keyserver.in(directory).with("""
                [upload]
                max_signature = "16KiB"
                max_packet = "2000B"
                max_certificate = "30000B"
                max_bytes = "60000B"
                """);
        Files.writeString(
                Path.of(configured.conf("oks-http")), "[http]\nmax_body = \"100000B\"\n", StandardOpenOption.APPEND);
        PostQuantumKey large = new PostQuantumKey(Kind.SLH_DSA_128F, 1);
        PostQuantumKey composite = new PostQuantumKey(Kind.ML_DSA_65, 1);
        byte[] good = concat(composite.packet(), userIds(composite, 0, 2));
        try (Keyserver keyserver = configured.startOksd().startHttp()) {
            assertThat(keyserver.add(good).statusCode()).isEqualTo(200);
            assertRefused(
                    keyserver,
                    concat(large.packet(), userIds(large, 0, 2)),
                    413,
                    "nothing is left to keep: user ID \"Large 0 <large0@example.org>\": 1 signature: longer than 16384 bytes"
                            + " (upload.max_signature)");
            assertRefused(
                    keyserver,
                    new PostQuantumKey(Kind.ML_DSA_87, 1).certificate("Key"),
                    413,
                    "2659 bytes, more than 2000");
            assertRefused(
                    keyserver,
                    concat(composite.packet(), userIds(composite, 2, 12)),
                    413,
                    "the certificate has more than 30000 bytes that would be kept");
            assertRefused(
                    keyserver, concat(composite.packet(), userIds(composite, 2, 9)), 413, "bytes, more than 30000");
            assertRefused(keyserver, new byte[70_000], 413, "the upload has ", " bytes, more than 60000");
            assertRefused(keyserver, new byte[100_001], 413, "100000");
            assertThat(served(keyserver, composite).length).isBetween(good.length - 100, good.length + 100);
            assertThat(keyserver.has(new SampleKey(1).fingerprint())).isFalse();
        }
    }

    @Test
    void whatWouldCostTooMuchToVerifyIsToldAndTheRestIsTaken() throws Exception {
        Keyserver configured = Keyserver.in(directory).with("""
                [upload]
                max_certificate_cost = 100
                max_cost = 150
                """);
        PostQuantumKey large = new PostQuantumKey(Kind.SLH_DSA_128F, 1);
        PostQuantumKey first = new PostQuantumKey(Kind.ML_DSA_65, 1);
        PostQuantumKey second = new PostQuantumKey(Kind.ML_DSA_65, 2);
        try (Keyserver keyserver = configured.startOksd().startHttp()) {
            assertRefused(
                    keyserver,
                    concat(large.packet(), userIds(large, 0, 1)),
                    413,
                    "costs more than 100 RSA-2048 verifications");
            HttpResponse<String> both =
                    keyserver.add(concat(first.packet(), userIds(first, 0, 7), second.packet(), userIds(second, 0, 7)));
            assertThat(both.statusCode()).as(both.body()).isEqualTo(200);
            assertThat(both.body()).contains("more than 150 RSA-2048 verifications");
            assertThat(served(keyserver, first)).isNotEmpty();
        }
    }

    private static void assertRefused(Keyserver keyserver, byte[] upload, int status, String... words)
            throws Exception {
        HttpResponse<String> answer = keyserver.add(upload);
        assertThat(answer.body()).contains(words);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }
}
