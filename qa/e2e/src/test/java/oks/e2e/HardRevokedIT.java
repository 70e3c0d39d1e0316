package oks.e2e;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import oks.testing.ExternalProgram;
import oks.testing.SampleKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that their owners revoked for good: no name is left, and gpg and sq learn of the revocation. */
@Timeout(240)
final class HardRevokedIT {
    private static final String NAME = "Alice Secret <alice@example.org>";
    private static final byte[] CRLF = {13, 10};

    @TempDir
    private Path directory;

    private final SampleKey key = new SampleKey(7001);
    private final SampleKey subkey = new SampleKey(7002);
    private final byte[] whole = concat(key.packet(), key.userIdWithSignature(NAME), key.withSubkey(subkey, 12));
    private Keyserver keyserver;

    @BeforeEach
    void start() throws Exception {
        ExternalProgram.require("gpg", "gnupg");
        ExternalProgram.require("sq", "sq");
        keyserver = Keyserver.in(directory.resolve("keyserver")).startOksd().startHttp();
        assertThat(keyserver.add(whole).statusCode()).isEqualTo(200);
    }

    @AfterEach
    void stop() {
        keyserver.close();
    }

    /** Everything that a client can ask for, with and without a name. */
    private List<String> answers() throws Exception {
        List<String> answers = new ArrayList<>();
        String fingerprint = "0x" + key.fingerprint();
        for (String op : List.of(
                "op=get",
                "op=get&options=bin",
                "op=index",
                "op=vindex",
                "op=index&options=mr",
                "op=index&options=json")) {
            for (String search : List.of(fingerprint, "0x" + keyId(key), "0x" + subkey.fingerprint())) {
                HttpResponse<String> answer = keyserver.get("/pks/lookup?" + op + "&search=" + search);
                assertThat(answer.statusCode()).as(op).isEqualTo(200);
                answers.add(answer.body());
            }
        }
        for (String path : List.of(
                "/pks/v2/certs/by-vfingerprint/04" + key.fingerprint(), "/pks/v2/certs/by-keyid/" + keyId(key))) {
            HttpResponse<String> answer = keyserver.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            answers.add(answer.body());
        }
        return answers;
    }

    private static String keyId(SampleKey key) {
        return key.fingerprint().substring(24);
    }

    private List<Integer> foundByName() throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (String path : List.of(
                "/pks/lookup?op=index&options=mr&search=alice@example.org",
                "/pks/lookup?op=get&search=alice@example.org",
                "/pks/lookup?op=index&search=secret",
                "/pks/lookup?op=index&search=sec*",
                "/pks/lookup?op=index&options=json&exact=on&search="
                        + NAME.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E"),
                "/pks/v2/certs/by-identity/alice@example.org",
                "/pks/v2/index/alice@example.org")) {
            statuses.add(keyserver.get(path).statusCode());
        }
        return statuses;
    }

    private byte[] export(String... options) throws Exception {
        Path file = directory.resolve("export-" + System.nanoTime() + ".pgp");
        List<String> arguments = new ArrayList<>(List.of("export"));
        arguments.addAll(List.of(options));
        arguments.add(file.toString());
        keyserver.oksctl(arguments.toArray(String[]::new)).done();
        return Files.readAllBytes(file);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private HttpResponse<String> addForJson(byte[] body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(keyserver.uri("/pks/add"))
                                .header("Content-Type", "application/pgp-keys")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void noAnswerHasAnyNameAndNoNameFindsItWhoeverUploadsTheRestAgain() throws Exception {
        assertThat(foundByName()).containsOnly(200);
        JsonNode told = Keyserver.json(addForJson(key.revocation()).body()).at("/updated/0");
        assertThat(told.path("comment").asText())
                .contains("revoked it for good")
                .contains("no name or address");
        for (int upload = 0; upload < 2; upload++) {
            assertThat(foundByName()).containsOnly(404);
            assertThat(answers()).noneMatch(answer -> answer.contains("Alice") || answer.contains("alice@"));
            assertThat(text(export())).doesNotContain("Alice");
            assertThat(text(export("--whole"))).contains(NAME);
            JsonNode again = Keyserver.json(addForJson(whole).body()).at("/ignored/0");
            assertThat(again.path("comment").asText())
                    .startsWith("nothing in it is new; its owner revoked it for good");
            assertThat(again.at("/searchable/addresses")).isEmpty();
        }
        assertThat(keyserver.oksctl("check").done().stdout()).contains("agree");
        assertThat(keyserver
                        .oksctl("history", key.fingerprint())
                        .done()
                        .stdout()
                        .lines())
                .as("history keeps what it had")
                .hasSizeGreaterThanOrEqualTo(2);
    }

    @Test
    void theOtherSettingShowsItWholeAgainFromAReloadOn() throws Exception {
        keyserver.add(key.revocation());
        byte[] bare = export();
        HttpResponse<String> before = keyserver.get("/pks/lookup?op=get&options=bin&search=0x" + key.fingerprint());
        keyserver
                .with("[certificates]\nhard_revoked = \"all\"\n")
                .oksctl("reload")
                .done();
        assertThat(foundByName()).containsOnly(200);
        assertThat(answers()).allMatch(answer -> answer.contains("BEGIN PGP") || !answer.isEmpty());
        assertThat(text(export())).contains(NAME);
        HttpResponse<String> after = keyserver.get("/pks/lookup?op=get&options=bin&search=0x" + key.fingerprint());
        assertThat(after.headers().firstValue("ETag"))
                .as("a cache must ask again")
                .isNotEqualTo(before.headers().firstValue("ETag"));
        assertThat(keyserver.oksctl("check").done().stdout()).contains("agree");
        assertThat(bare.length).isLessThan(export().length);
    }

    @Test
    void anSksHashIsThatOfWhatIsGivenOut() throws Exception {
        keyserver.add(key.revocation());
        String json = keyserver
                .get("/pks/lookup?op=index&options=json&search=0x" + key.fingerprint())
                .body();
        assertThat(json).contains("\"isRevoked\":true").contains("\"userIDs\":[]");
        byte[] hash = HexFormat.of().parseHex(sksHash(concat(key.packet(), key.revocation())));
        HttpResponse<byte[]> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(keyserver.uri("/pks/hashquery"))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(
                                        concat(new byte[] {0, 0, 0, 1, 0, 0, 0, 16}, hash)))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.body()).startsWith(0, 0, 0, 1).endsWith(CRLF);
        assertThat(text(answer.body())).doesNotContain("Alice");
    }

    /** The MD5 of packets that are in the order of their types: the signature first. */
    private static String sksHash(byte[] certificate) throws Exception {
        java.security.MessageDigest md5 = java.security.MessageDigest.getInstance("MD5");
        List<byte[]> bodies = new ArrayList<>();
        List<Integer> types = new ArrayList<>();
        for (int at = 0; at < certificate.length; ) {
            types.add(certificate[at] >> 2 & 15);
            int length = certificate[at + 1] & 0xff;
            bodies.add(java.util.Arrays.copyOfRange(certificate, at + 2, at + 2 + length));
            at += 2 + length;
        }
        for (int wanted : new int[] {2, 6}) {
            byte[] body = bodies.get(types.indexOf(wanted));
            md5.update(java.nio.ByteBuffer.allocate(8)
                    .putInt(wanted)
                    .putInt(body.length)
                    .array());
            md5.update(body);
        }
        return HexFormat.of().formatHex(md5.digest());
    }

    @Test
    void aGpgThatHasItWholeMarksItRevokedByRefreshReceiveAndImport() throws Exception {
        Path before = Files.write(directory.resolve("whole.pgp"), whole);
        keyserver.add(key.revocation());
        Path armored = directory.resolve("served.asc");
        Files.writeString(
                armored,
                keyserver
                        .get("/pks/lookup?op=get&search=0x" + key.fingerprint())
                        .body());
        for (List<String> way : List.of(
                List.of("--keyserver", keyserver.url(), "--recv-keys", key.fingerprint()),
                List.of("--keyserver", keyserver.url(), "--refresh-keys"),
                List.of("--import", armored.toString()))) {
            try (Gnupg gnupg = Gnupg.create()) {
                gnupg.gpg("--import", before.toString()).done();
                gnupg.gpg(way.toArray(String[]::new)).done();
                assertThat(gnupg.gpg("--with-colons", "--list-keys").done().stdout())
                        .as(way.toString())
                        .containsPattern("(?m)^pub:r:")
                        .contains("Alice Secret");
            }
        }
    }

    /** The revocation stands first: GnuPG that takes no certificate without a user ID takes it alone. */
    @Test
    void theArmoredAnswerBeginsWithTheRevocationUnlessAClientSaysNothingOfItself() throws Exception {
        keyserver.add(key.revocation());
        String path = "/pks/lookup?op=get&options=mr&search=0x" + key.fingerprint();
        byte[] told = packets(keyserver.get(path).body());
        assertThat(told[0] & 0x3c).as("a signature").isEqualTo(2 << 2);
        HttpResponse<String> binary = keyserver.get(path.replace("mr", "bin"));
        assertThat(binary.body()).as("one revocation, not two").hasSizeLessThan(told.length);
        String bare = path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
        try (java.net.Socket socket =
                new java.net.Socket("127.0.0.1", keyserver.uri("/").getPort())) {
            socket.getOutputStream().write(("GET " + bare).getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer.toLowerCase(Locale.ROOT)).startsWith("http/1.1 200");
            assertThat(packets(answer.substring(answer.indexOf("-----BEGIN")))[0] & 0x3c)
                    .isEqualTo(6 << 2);
        }
    }

    private static byte[] packets(String armor) {
        String body = armor.lines()
                .filter(line ->
                        !line.startsWith("-----") && !line.isBlank() && !line.startsWith("=") && !line.contains(": "))
                .collect(java.util.stream.Collectors.joining());
        return java.util.Base64.getDecoder().decode(body);
    }

    @Test
    void sqThatHasItWholeSeesTheRevocation() throws Exception {
        Path before = Files.write(directory.resolve("whole.pgp"), whole);
        keyserver.add(key.revocation());
        Path got = directory.resolve("got.pgp");
        Finished.run(
                        directory,
                        "sq",
                        "keyserver",
                        "--policy",
                        "insecure",
                        "--server",
                        keyserver.url(),
                        "get",
                        "--output",
                        got.toString(),
                        key.fingerprint())
                .done();
        Path merged = directory.resolve("merged.pgp");
        Finished.run(
                        directory,
                        "sq",
                        "keyring",
                        "merge",
                        "--output",
                        merged.toString(),
                        before.toString(),
                        got.toString())
                .done();
        assertThat(Finished.run(directory, "sq", "inspect", merged.toString())
                        .done()
                        .stdout())
                .contains("Revoked:")
                .contains("Alice Secret");
    }

    @Test
    void supersededOrBySomebodyElseItKeepsItsNames() throws Exception {
        SampleKey revoker = new SampleKey(7003);
        SampleKey owner = new SampleKey(7004);
        keyserver.add(key.signature(SampleKey.KEY_REVOCATION, subpacket(29, 1), key.hashed()));
        assertThat(foundByName()).containsOnly(200);
        keyserver.add(revoker.certificate("Revoker"));
        byte[] named = owner.signature(SampleKey.DIRECT_KEY, owner.revoker(revoker), owner.hashed());
        keyserver.add(concat(owner.packet(), named, owner.userIdWithSignature("Owner <owner@example.org>")));
        keyserver.add(revoker.signature(SampleKey.KEY_REVOCATION, subpacket(29, 2), owner.hashed()));
        assertThat(keyserver
                        .get("/pks/lookup?op=index&options=json&search=owner@example.org")
                        .body())
                .contains("\"revokedBy\"")
                .contains("Owner");
    }
}
