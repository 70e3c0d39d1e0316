package oks.restore.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** About a thousand real certificates, some over a megabyte with thousands of signatures. */
class DebianKeyringIT {
    private static final Path KEYRINGS = Path.of("/usr/share/keyrings");
    private static final int PUBLIC_KEY = 6;

    @TempDir
    private Path scratch;

    @Test
    void everyRealCertificateIsAccountedForAndGpgImportsWhatComesOut(TestReporter reporter) throws Exception {
        List<byte[]> certificates = certificates();
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd().startHttp();
                Gnupg gnupg = Gnupg.create()) {
            Map<String, Integer> results = new TreeMap<>();
            List<String> stored = new ArrayList<>();
            List<String> refused = new ArrayList<>();
            for (byte[] certificate : certificates) {
                HttpResponse<String> answer = keyserver.add(certificate);
                if (answer.statusCode() == 200) {
                    count(Keyserver.json(answer.body()), results, stored);
                } else {
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
                    refused.add(answer.body().strip());
                    results.merge("refused", 1, Integer::sum);
                }
            }
            reporter.publishEntry("debian-keyring", certificates.size() + " certificates: " + results);
            refused.forEach(why -> reporter.publishEntry("refused", why));
            assertThat(results.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(certificates.size());
            assertThat(refused.size()).as("only a few are unusable: %s", refused).isLessThan(certificates.size() / 50);
            assertThat(keyserver.status().path("certificates").asInt()).isEqualTo((int) stored.stream().distinct().count());
            assertGpgImports(keyserver, gnupg, stored);
        }
    }

    private static void count(JsonNode answer, Map<String, Integer> results, List<String> stored) {
        for (String result : List.of("inserted", "updated", "ignored", "invalid")) {
            for (JsonNode certificate : answer.path(result)) {
                results.merge(result, 1, Integer::sum);
                if (!result.equals("invalid")) {
                    stored.add(certificate.path("fingerprint").asText());
                }
            }
        }
    }

    private void assertGpgImports(Keyserver keyserver, Gnupg gnupg, List<String> stored) throws Exception {
        List<String> distinct = stored.stream().map(String::toUpperCase).distinct().sorted().toList();
        StringBuilder keyring = new StringBuilder();
        for (String fingerprint : distinct) {
            HttpResponse<String> answer = keyserver.get("/pks/lookup?op=get&options=mr&search=0x" + fingerprint);
            assertThat(answer.statusCode()).as(fingerprint).isEqualTo(200);
            keyring.append(answer.body());
        }
        Path file = Files.writeString(scratch.resolve("all.asc"), keyring);
        gnupg.gpg("--import-options", "import-minimal", "--import", file.toString());
        assertThat(gnupg.fingerprints().stream().sorted().toList()).isEqualTo(distinct);
    }

    /** The certificates of every keyring that the package debian-keyring installs. */
    private static List<byte[]> certificates() throws IOException {
        List<byte[]> all = new ArrayList<>();
        try (Stream<Path> keyrings = Files.exists(KEYRINGS) ? Files.list(KEYRINGS) : Stream.empty()) {
            for (Path keyring : keyrings.filter(DebianKeyringIT::isOfPackage).sorted().toList()) {
                all.addAll(split(Files.readAllBytes(keyring)));
            }
        }
        if (all.isEmpty()) {
            String message = "needs the keyrings of debian-keyring: apt-get install debian-keyring";
            return System.getProperty("oks.skips", "allowed").equals("forbidden") ? fail(message) : abort(message);
        }
        return all;
    }

    private static boolean isOfPackage(Path file) {
        String name = file.getFileName().toString();
        return name.matches("debian-(keyring|maintainers|nonupload|role-keys)\\.(gpg|pgp)") && !Files.isSymbolicLink(file);
    }

    /** Cuts a keyring before each primary key packet; packet headers as in RFC 9580, section 4.2. */
    private static List<byte[]> split(byte[] keyring) {
        List<byte[]> parts = new ArrayList<>();
        int begin = 0;
        for (int at = 0; at < keyring.length; ) {
            int first = keyring[at] & 0xFF;
            boolean newFormat = (first & 0x40) != 0;
            int tag = newFormat ? first & 0x3F : (first >> 2) & 0xF;
            if (tag == PUBLIC_KEY && at > begin) {
                parts.add(Arrays.copyOfRange(keyring, begin, at));
                begin = at;
            }
            at = newFormat ? endOfNewFormat(keyring, at + 1) : endOfOldFormat(keyring, at + 1, 1 << (first & 3));
        }
        parts.add(Arrays.copyOfRange(keyring, begin, keyring.length));
        return parts;
    }

    private static int endOfOldFormat(byte[] from, int at, int lengthBytes) {
        return at + lengthBytes + number(from, at, lengthBytes);
    }

    private static int endOfNewFormat(byte[] from, int at) {
        int first = from[at] & 0xFF;
        if (first < 192) {
            return at + 1 + first;
        }
        if (first < 224) {
            return at + 2 + ((first - 192) << 8) + (from[at + 1] & 0xFF) + 192;
        }
        return at + 5 + number(from, at + 1, 4);
    }

    private static int number(byte[] from, int at, int bytes) {
        int number = 0;
        for (int i = 0; i < bytes; i++) {
            number = number << 8 | from[at + i] & 0xFF;
        }
        return number;
    }
}
