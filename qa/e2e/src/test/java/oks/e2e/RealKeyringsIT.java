package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.service.ServiceRequest.By;
import oks.testing.ExternalProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every certificate of Debian's keyring packages: goes in, is found under everything it has, comes out, and is the same
 * for gpg.
 */
class RealKeyringsIT {
    /** Each keyring with its package. */
    private static final Map<String, String> KEYRINGS = keyrings();

    private static final Pattern IN_ANGLES = Pattern.compile("<([^<>@\\s]+@[^<>@\\s]+)>$");
    /** Of more certificates than this only the number is asked for. */
    private static final int FEW = 40;

    @TempDir
    private Path scratch;

    private static Map<String, String> keyrings() {
        Map<String, String> keyrings = new LinkedHashMap<>();
        for (String name : List.of("debian-keyring", "debian-maintainers", "debian-nonupload", "debian-role-keys")) {
            keyrings.put("/usr/share/keyrings/" + name + ".gpg", "debian-keyring");
        }
        keyrings.put("/usr/share/keyrings/debian-archive-keyring.gpg", "debian-archive-keyring");
        keyrings.put("/usr/share/keyrings/debian-archive-removed-keys.gpg", "debian-archive-keyring");
        keyrings.put("/usr/share/keyrings/debian-ports-archive-keyring.gpg", "debian-ports-archive-keyring");
        keyrings.put("/usr/share/keyrings/debian-ports-archive-keyring-removed.gpg", "debian-ports-archive-keyring");
        keyrings.put("/usr/share/keyrings/archlinux.gpg", "archlinux-keyring");
        keyrings.put("/usr/share/keyrings/elbe-archive-keyring.gpg", "elbe-archive-keyring");
        keyrings.put("/etc/apt/trusted.gpg.d/fasttrack-archive-keyring.gpg", "fasttrack-archive-keyring");
        keyrings.put("/etc/apt/trusted.gpg.d/mobian-archive-keyring.gpg", "mobian-archive-keyring");
        keyrings.put("/etc/apt/trusted.gpg.d/neurodebian-archive-keyring.gpg", "neurodebian-archive-keyring");
        return keyrings;
    }

    @Test
    void everyRealCertificateIsFoundAndIsTheSameForGpg() throws Exception {
        List<String> files = KEYRINGS.entrySet().stream()
                .map(keyring -> ExternalProgram.requireFile(Path.of(keyring.getKey()), keyring.getValue())
                        .toString())
                .toList();
        try (Keyserver keyserver = Keyserver.in(scratch)
                        .with("[certificates]\nhard_revoked = \"all\"\n") // what is kept, not what is given out of it
                        .startOksd();
                Gnupg original = Gnupg.create();
                Gnupg ours = Gnupg.create()) {
            JsonNode loaded = load(keyserver, files);
            System.out.println("RealKeyringsIT: load: " + loaded);
            Map<String, GpgListing> before = imported(original, files);
            assertThat(keyserver.status().path("certificates").asInt()).isEqualTo(before.size());

            Path export = scratch.resolve("export.pgp");
            keyserver.oksctl("export", export.toString()).done();
            Map<String, GpgListing> after = imported(ours, List.of(export.toString()));
            RealDifferences differences = RealDifferences.between(before, after);
            System.out.println("RealKeyringsIT: gpg: " + differences.table());
            assertThat(differences.unexplained()).isEmpty();

            try (Lookups lookups = new Lookups(scratch.resolve("var/run/oksd.sock"))) {
                System.out.println("RealKeyringsIT: " + assertEverythingIsFound(lookups, after) + " lookups of "
                        + after.size() + " certificates");
            }
            keyserver.oksctl("check").done();
        }
    }

    /** Nothing is refused, and every certificate has its line in the report. */
    private JsonNode load(Keyserver keyserver, List<String> files) throws Exception {
        Path report = scratch.resolve("report");
        List<String> command = new ArrayList<>(List.of("load", "--json", "--report", report.toString()));
        command.addAll(files);
        JsonNode loaded = Keyserver.json(
                keyserver.oksctl(command.toArray(String[]::new)).done().stdout());
        assertThat(loaded.path("refused").asInt()).as("%s", loaded).isZero();
        int all = 0;
        for (String result : List.of("new", "merged", "unchanged")) {
            all += loaded.path(result).asInt();
        }
        assertThat(Files.readAllLines(report)).hasSize(all);
        return loaded;
    }

    /**
     * As gpg lists it after it has imported and verified it; signatures by others are left out, which oksd does, too.
     */
    private static Map<String, GpgListing> imported(Gnupg gnupg, List<String> files) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("--no-auto-check-trustdb", "--import-options", "self-sigs-only", "--import"));
        command.addAll(files);
        gnupg.gpg(command.toArray(String[]::new));
        return GpgListing.of(gnupg.gpg("--no-auto-check-trustdb", "--with-colons", "--list-keys")
                .done()
                .stdout());
    }

    private static int assertEverythingIsFound(Lookups lookups, Map<String, GpgListing> certificates) {
        Map<By, Map<String, Set<String>>> expected = new TreeMap<>();
        certificates.values().forEach(certificate -> expect(certificate, expected));
        List<CompletableFuture<Void>> checks = new ArrayList<>();
        expected.forEach((by, values) -> values.forEach((value, primaries) ->
                checks.add(lookups.ask(by, bytes(by, value), primaries.size() <= FEW ? FEW : 0)
                        .thenAccept(answer -> {
                            assertThat(answer.total()).as("%s %s", by, value).isEqualTo(primaries.size());
                            if (primaries.size() <= FEW) {
                                assertThat(answer.fingerprints())
                                        .as("%s %s", by, value)
                                        .containsExactlyInAnyOrderElementsOf(primaries);
                            }
                        }))));
        checks.forEach(CompletableFuture::join);
        return checks.size();
    }

    private static void expect(GpgListing certificate, Map<By, Map<String, Set<String>>> expected) {
        List<String> keys = new ArrayList<>(certificate.subkeys());
        keys.add(certificate.primary());
        for (String key : keys) {
            expect(By.FINGERPRINT, key, certificate, expected);
            expect(By.KEY_ID, key.substring(key.length() - 16), certificate, expected);
        }
        for (String userId : certificate.userIds()) {
            if (userId.indexOf('\ufffd') >= 0) {
                continue; // Latin-1, of which gpg's list as text has not all letters
            }
            Matcher email = IN_ANGLES.matcher(userId);
            if (email.find() && userId.indexOf('@') == userId.lastIndexOf('@')) {
                expect(By.EMAIL, email.group(1).toLowerCase(Locale.ROOT), certificate, expected);
            }
            String plain = Normalizer.normalize(userId, Normalizer.Form.NFKC)
                    .toLowerCase(Locale.ROOT)
                    .replace("ß", "ss");
            Arrays.stream(plain.split("[^\\p{L}\\p{N}\\p{M}]+"))
                    .map(word -> word.replaceFirst("^\\p{M}+", "")) // an accent alone, as in "Ann´s", begins no word
                    .filter(word -> !word.isEmpty())
                    .forEach(word -> expect(By.WORDS, word, certificate, expected));
        }
    }

    private static void expect(
            By by, String value, GpgListing certificate, Map<By, Map<String, Set<String>>> expected) {
        expected.computeIfAbsent(by, b -> new TreeMap<>())
                .computeIfAbsent(value, v -> new TreeSet<>())
                .add(certificate.primary());
    }

    private static byte[] bytes(By by, String value) {
        return switch (by) {
            case FINGERPRINT -> HexFormat.of().parseHex(value.toLowerCase(Locale.ROOT));
            case KEY_ID ->
                ByteBuffer.allocate(8)
                        .putLong(Long.parseUnsignedLong(value, 16))
                        .array();
            default -> value.getBytes(StandardCharsets.UTF_8);
        };
    }
}
