package oks.e2e;

import static oks.testing.SampleKey.concat;
import static oks.testing.SampleKey.subpacket;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Revocations in any order, spoiled copies and an expiry that was taken back, as gpg and sq judge what is served. */
@Timeout(240)
final class RevocationsIT {
    private static final HexFormat HEX = HexFormat.of();

    @TempDir
    private Path directory;

    private Keyserver keyserver;
    private int numbers = 4000;

    @BeforeEach
    void start() throws Exception {
        ExternalProgram.require("gpg", "gnupg");
        ExternalProgram.require("sq", "sq");
        keyserver = Keyserver.in(directory.resolve("keyserver")).startOksd().startHttp();
    }

    @AfterEach
    void stop() {
        keyserver.close();
    }

    private SampleKey key() {
        return new SampleKey(numbers++);
    }

    /** A revocation after which a certificate is still given out whole; the others are for {@link HardRevokedIT}. */
    private static byte[] retired(SampleKey key) {
        return key.signature(SampleKey.KEY_REVOCATION, subpacket(29, 3), key.hashed());
    }

    /** What both say of a certificate as it is served, once gpg has these other certificates, too. */
    private record Judgement(String gpg, String sq) {
        boolean gpgRevoked() {
            return gpg.lines().anyMatch(line -> line.startsWith("pub:r:"));
        }

        boolean gpgValid() {
            return gpg.lines()
                    .anyMatch(line ->
                            line.startsWith("pub:") && !line.startsWith("pub:r:") && !line.startsWith("pub:e:"));
        }

        boolean sqRevoked() {
            return sq.contains("Revoked:") || sq.contains("Possibly revoked:");
        }
    }

    private Judgement judged(SampleKey key, SampleKey... others) throws Exception {
        try (Gnupg gnupg = Gnupg.create()) {
            for (SampleKey other : others) {
                gnupg.gpg("--import", served(other).toString());
            }
            Path file = served(key);
            gnupg.gpg("--import", file.toString()).done();
            String listed = gnupg.gpg("--with-colons", "--list-keys", key.fingerprint())
                    .done()
                    .stdout();
            return new Judgement(
                    listed,
                    Finished.run(directory, "sq", "inspect", file.toString())
                            .done()
                            .stdout());
        }
    }

    private Path served(SampleKey key) throws Exception {
        HttpResponse<String> answer = keyserver.get("/pks/lookup?op=get&search=0x" + key.fingerprint());
        assertThat(answer.statusCode()).isEqualTo(200);
        return Files.writeString(directory.resolve(key.fingerprint() + ".asc"), answer.body());
    }

    private void assertRevoked(SampleKey key, SampleKey... others) throws Exception {
        Judgement judgement = judged(key, others);
        assertThat(judgement.gpgRevoked()).as(judgement.gpg()).isTrue();
        assertThat(judgement.sqRevoked()).as(judgement.sq()).isTrue();
        assertThat(keyserver
                        .get("/pks/lookup?op=index&options=mr&search=0x" + key.fingerprint())
                        .body())
                .containsPattern("(?m)^pub:.*:r$");
    }

    @Test
    void anOwnersRevocationCountsAfterItsCertificateAloneAndInOneFile() throws Exception {
        SampleKey apart = key();
        assertThat(keyserver.add(retired(apart)).statusCode())
                .as("nothing is here that it revokes")
                .isEqualTo(422);
        keyserver.add(apart.certificate("Apart"));
        assertThat(judged(apart).gpgValid()).isTrue();
        keyserver.add(retired(apart));
        assertRevoked(apart);
        SampleKey together = key();
        keyserver.add(concat(together.certificate("Together"), retired(together)));
        assertRevoked(together);
        SampleKey loaded = key();
        Path first = Files.write(directory.resolve("1.pgp"), retired(loaded));
        Path second = Files.write(directory.resolve("2.pgp"), loaded.certificate("Loaded"));
        keyserver.oksctl("load", first.toString(), second.toString()).done();
        assertRevoked(loaded);
    }

    @Test
    void aDesignatedRevokersRevocationCountsInEveryOrderOfThreeUploads() throws Exception {
        for (String order : List.of("012", "021", "102", "120", "201", "210", "03 2", "0 23", "2 03")) {
            SampleKey owner = key();
            SampleKey revoker = key();
            byte[] named = owner.signature(SampleKey.DIRECT_KEY, owner.revoker(revoker), owner.hashed());
            byte[] revocation = revoker.signature(SampleKey.KEY_REVOCATION, subpacket(29, 1), owner.hashed());
            List<byte[]> parts = List.of(
                    concat(owner.packet(), named, owner.userIdWithSignature("Owner")),
                    concat(owner.packet(), named, revocation, owner.userIdWithSignature("Owner")),
                    revoker.certificate("Revoker"),
                    revocation);
            for (char part : order.replace(" ", "").toCharArray()) {
                assertThat(keyserver.add(parts.get(part - '0')).statusCode())
                        .as(order)
                        .isEqualTo(200);
            }
            assertRevoked(owner, revoker);
            assertThat(keyserver
                            .get("/pks/lookup?op=index&options=json&search=0x" + owner.fingerprint())
                            .body())
                    .contains("\"revokedBy\":\"" + revoker.fingerprint().toLowerCase(Locale.ROOT) + "\"");
        }
    }

    @Test
    void aSpoiledCopyTakesNoGoodSignatureAlong() throws Exception {
        SampleKey key = key();
        byte[] good = key.signature(
                SampleKey.POSITIVE_CERTIFICATION, subpacket(27, 3), key.hashed(), SampleKey.hashedUserId("Twin"));
        byte[] twin = new SampleKey(1).issuer(); // another issuer where the signature hashes nothing
        byte[] spoiled = HEX.parseHex(HEX.formatHex(good).replace(HEX.formatHex(key.issuer()), HEX.formatHex(twin)));
        byte[] userId = SampleKey.packet(13, "Twin".getBytes(StandardCharsets.US_ASCII));
        assertThat(spoiled).isNotEqualTo(good);
        for (byte[] upload :
                List.of(concat(key.packet(), userId, spoiled, good), concat(key.packet(), userId, good, spoiled))) {
            keyserver.add(upload);
            Judgement judgement = judged(key);
            assertThat(judgement.gpgValid()).isTrue();
            assertThat(judgement.gpg()).contains(":Twin:");
            assertThat(judgement.sq()).contains("UserID: Twin").doesNotContain("Invalid");
        }
    }

    @Test
    void anExpiryThatWasTakenBackExpiresNothing() throws Exception {
        SampleKey key = key();
        byte[] anHour = {5, 9, 0, 0, 14, 16};
        byte[] userId = SampleKey.packet(13, "Back".getBytes(StandardCharsets.US_ASCII));
        byte[] limited =
                key.signature(SampleKey.POSITIVE_CERTIFICATION, anHour, key.hashed(), SampleKey.hashedUserId("Back"));
        keyserver.add(concat(key.packet(), userId, limited));
        assertThat(judged(key).gpgValid()).as("expired").isFalse();
        byte[] later = concat(
                new byte[] {5, 2},
                ByteBuffer.allocate(4).putInt(SampleKey.CREATED + 7200).array(),
                new byte[] {22, 33, 4},
                HEX.parseHex(key.fingerprint()));
        byte[] unlimited = key.signature(SampleKey.POSITIVE_CERTIFICATION, later, key.issuer(), new byte[][] {
            key.hashed(), SampleKey.hashedUserId("Back")
        });
        keyserver.add(concat(key.packet(), userId, unlimited));
        assertThat(judged(key).gpgValid()).isTrue();
        assertThat(keyserver
                        .get("/pks/lookup?op=index&options=mr&search=0x" + key.fingerprint())
                        .body())
                .containsPattern("(?m)^pub:[^:]*:[^:]*:[^:]*:[^:]*::$");
    }
}
