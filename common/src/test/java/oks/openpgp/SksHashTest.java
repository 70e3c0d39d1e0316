package oks.openpgp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.openpgp.ParsedUpload.Accepted;
import oks.testing.ExternalProgram;
import oks.testing.FreePort;
import oks.testing.SampleCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real SKS keyserver knows certificates by the hashes by which we know them. */
class SksHashTest {
    private static final Pattern HASH = Pattern.compile("op=hget&amp;search=([0-9A-F]{32})");
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    @Test
    void sksComputesTheSameHashes() throws IOException, InterruptedException {
        Path sks = ExternalProgram.require("sks", "sks");
        Path keyring =
                ExternalProgram.requireFile(Path.of("/usr/share/keyrings/debian-role-keys.gpg"), "debian-keyring");
        List<Certificate> certificates = new ArrayList<>();
        for (Accepted accepted : new UploadParser(
                        Limits.standard(), Policy.standard().withThirdParty(ThirdParty.ALL))
                .parse(Files.readAllBytes(keyring))
                .accepted()) {
            certificates.add(accepted.certificate());
        }
        for (String name :
                List.of("rsa.pgp", "dsa-elgamal.pgp", "ed25519.pgp", "nistp.pgp", "brainpool.pgp", "third-party.pgp")) {
            certificates.add(Samples.certificate(name));
        }
        certificates.add(Samples.certificate(SampleCertificates.updated(1, 1)));
        build(sks, certificates);

        int port = FreePort.tcp();
        Process server = sks(sks, "db", "-hkp_address", "127.0.0.1", "-hkp_port", Integer.toString(port))
                .start();
        try {
            for (Certificate certificate : certificates) {
                assertThat(hash(server, port, certificate.fingerprint()))
                        .as(certificate.toString())
                        .isEqualTo(HexFormat.of()
                                .withUpperCase()
                                .formatHex(IndexTerms.of(certificate).sksHash()));
            }
        } finally {
            server.destroyForcibly().onExit().join();
        }
    }

    private void build(Path sks, List<Certificate> certificates) throws IOException, InterruptedException {
        for (String place : List.of("etc/sks", "var/lib/sks", "var/log/sks", "var/run/sks", "var/spool/sks")) {
            Files.createDirectories(directory.resolve(place));
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        certificates.forEach(certificate -> all.writeBytes(certificate.bytes()));
        Path dump = Files.write(directory.resolve("dump.pgp"), all.toByteArray());
        Process build =
                sks(sks, "build", dump.toString(), "-n", "10", "-cache", "10").start();
        String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(build.waitFor()).as(said).isZero();
    }

    private ProcessBuilder sks(Path program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-basedir", directory.toString()));
        return new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    }

    private String hash(Process server, int port, Fingerprint fingerprint) throws InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + "/pks/lookup?op=vindex&hash=on&search=0x"
                + fingerprint.toString().toUpperCase(Locale.ROOT));
        for (long end = System.nanoTime() + PATIENCE_NANOS; System.nanoTime() < end && server.isAlive(); ) {
            try {
                String page = http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                        .body();
                Matcher matcher = HASH.matcher(page);
                return matcher.find() ? matcher.group(1) : page;
            } catch (IOException notYet) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
        return "no answer from sks";
    }
}
