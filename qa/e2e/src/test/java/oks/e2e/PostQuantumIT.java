package oks.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.packet;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import oks.testing.PostQuantumKey;
import oks.testing.PostQuantumKey.Kind;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates of RFC 9980 go in, are found by their names, come out as they were and outlive a restart; and what only
 * an owner may have is on no disk afterwards.
 */
@Timeout(240)
final class PostQuantumIT {
    private static final String SECRET = "what only its owner may have";

    @TempDir
    private Path directory;

    @Test
    void certificatesOfEveryAlgorithmComeOutAsTheyWentIn() throws Exception {
        Map<String, PostQuantumKey> keys = new TreeMap<>();
        for (Kind kind : Kind.values()) {
            PostQuantumKey key = new PostQuantumKey(kind, 1);
            keys.put(kind.algorithmName(), key);
        }
        try (Keyserver keyserver = Keyserver.in(directory).startOksd().startHttp()) {
            for (Map.Entry<String, PostQuantumKey> one : keys.entrySet()) {
                HttpResponse<String> answer = keyserver.add(certificate(one));
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            }
            assertServed(keyserver, keys);
            keyserver.killHard();
            keyserver.startOksd();
            keyserver.awaitGateway();
            assertServed(keyserver, keys);
            keyserver.oksctl("check").done();
            Path exported = directory.resolve("exported.pgp");
            keyserver.oksctl("export", exported.toString()).done();
            String all = Files.readString(exported, ISO_8859_1);
            for (PostQuantumKey key : keys.values()) {
                assertThat(all).contains(new String(key.body(), ISO_8859_1));
            }
        }
    }

    private static byte[] certificate(Map.Entry<String, PostQuantumKey> one) {
        return one.getValue().certificate(one.getKey() + " <" + email(one.getValue()) + ">");
    }

    private static String email(PostQuantumKey key) {
        return "pq-" + key.fingerprint().substring(0, 8).toLowerCase(Locale.ROOT) + "@example.org";
    }

    private static void assertServed(Keyserver keyserver, Map<String, PostQuantumKey> keys) throws Exception {
        for (Map.Entry<String, PostQuantumKey> one : keys.entrySet()) {
            PostQuantumKey key = one.getValue();
            JsonNode index =
                    Keyserver.json(keyserver.get("/pks/v2/index/" + email(key)).body());
            JsonNode certificate = index.get(0);
            assertThat(certificate.at("/algorithm/name").asText()).isEqualTo(one.getKey());
            assertThat(certificate.get("subkeys").findValuesAsText("name"))
                    .containsExactlyInAnyOrder("ML-KEM-768+X25519", "ML-KEM-1024+X448");
            assertThat(keyserver
                            .get("/pks/v2/certs/by-vfingerprint/06/" + key.fingerprint())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    /**
     * Each of these uploads but the first holds the secret; a plain certificate goes in between, so that something is
     * written.
     */
    @Test
    void nothingSecretIsWrittenAnywhere() throws Exception {
        try (Keyserver keyserver = Keyserver.in(directory).startOksd().startHttp()) {
            for (byte[] upload : secrets()) {
                keyserver.add(upload);
                keyserver.add(concat(upload, new SampleKey(upload.length).certificate("In between")));
            }
            assertThat(keyserver.has(new SampleKey(1).fingerprint())).isTrue();
            keyserver.kill("TERM");
            assertThat(keyserver.awaitEnd()).isZero();
        }
        assertThat(filesWith("In between")).isNotEmpty(); // names are found, so a secret would be
        assertThat(filesWith(SECRET)).isEmpty();
    }

    private static List<byte[]> secrets() {
        SampleKey key = new SampleKey(1);
        byte[] secret = SECRET.getBytes(ISO_8859_1);
        byte[] good = key.certificate("In between");
        byte[] x25519 = PostQuantumKey.body(4, 25, concat(new byte[32], secret));
        byte[] kem = PostQuantumKey.body(4, 35, concat(PostQuantumKey.kem(35, 1), secret));
        byte[] primary = PostQuantumKey.body(6, 30, concat(new byte[1984], secret));
        byte[] old = PostQuantumKey.body(4, 22, concat(key.hashed(), secret));
        return List.of(
                good,
                packet(5, concat(x25519, secret)),
                concat(good, packet(7, concat(x25519, secret))),
                concat(good, new byte[] {(byte) 0xe8, (byte) secret.length}, secret), // a persistent symmetric key
                concat(new byte[] {(byte) 0xe8, (byte) secret.length}, secret),
                concat(good, bound(key, x25519)),
                concat(good, bound(key, kem)),
                concat(packet(6, primary), PostQuantumKey.userId("In between")),
                concat(packet(6, old), PostQuantumKey.userId("In between")));
    }

    private static byte[] bound(SampleKey key, byte[] subkey) {
        return concat(
                packet(14, subkey),
                key.signature(
                        SampleKey.SUBKEY_BINDING, subpacket(27, 12), key.hashed(), PostQuantumKey.hashed(subkey)));
    }

    private List<Path> filesWith(String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> contains(file, text))
                    .toList();
        }
    }

    private static boolean contains(Path file, String text) {
        try {
            return Files.readString(file, ISO_8859_1).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
