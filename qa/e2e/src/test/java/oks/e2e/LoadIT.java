package oks.e2e;

import static oks.testing.SampleCertificates.certificate;
import static oks.testing.SampleCertificates.fingerprint;
import static oks.testing.SampleCertificates.revocation;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import oks.openpgp.Armor;
import oks.testing.SampleCertificates;
import oks.testing.SampleKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** oksctl load, delete, unblock, history and point against a real oksd. */
class LoadIT {
    @TempDir
    private Path scratch;

    private static byte[] keyring(int from, int to) {
        ByteArrayOutputStream keyring = new ByteArrayOutputStream();
        for (int seed = from; seed <= to; seed++) {
            keyring.writeBytes(certificate(seed));
        }
        return keyring.toByteArray();
    }

    private static JsonNode json(Finished finished) throws Exception {
        return Keyserver.json(finished.done().stdout());
    }

    @Test
    void everyCertificateOfADumpIsAccountedFor() throws Exception {
        Path dump = Files.createDirectories(scratch.resolve("dump/sub"));
        Files.write(dump.resolve("a.pgp"), keyring(1, 200));
        Files.write(dump.resolve("b.asc"), Armor.certificates(List.of(keyring(201, 250))));
        ByteArrayOutputStream damaged = new ByteArrayOutputStream();
        damaged.writeBytes(keyring(251, 252));
        damaged.writeBytes(Arrays.copyOf(certificate(253), 60));
        damaged.writeBytes(keyring(254, 300));
        Files.write(dump.resolve("c.GPG"), damaged.toByteArray());
        Files.writeString(dump.resolve("README"), "not a keyring");
        Path report = scratch.resolve("report");

        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            JsonNode first = json(keyserver.oksctl(
                    "load",
                    "--json",
                    "--report",
                    report.toString(),
                    scratch.resolve("dump").toString()));
            assertThat(first.path("new").asInt()).isEqualTo(299);
            assertThat(first.path("refused").asInt()).isPositive();
            int reasons = 0;
            for (JsonNode count : first.path("reasons")) {
                reasons += count.asInt();
            }
            assertThat(reasons)
                    .as("%s", first.path("reasons"))
                    .isEqualTo(first.path("refused").asInt());
            List<String> lines = Files.readAllLines(report);
            assertThat(lines).hasSize(299 + first.path("refused").asInt());
            assertThat(Keyserver.json(lines.get(0)).path("fingerprint").asText())
                    .isEqualTo(fingerprint(1));
            assertThat(keyserver.status().path("certificates").asInt()).isEqualTo(299);

            Finished again = keyserver
                    .oksctl("load", "--trusted", dump.resolve("a.pgp").toString())
                    .done();
            assertThat(again.stdout())
                    .isEqualTo("oksd leaves out: signatures by other keys that the owner did not attest "
                            + "(upload.third_party = attested), photos and other user attributes (upload.max_user_attribute = 0), and what is above "
                            + "its limits\nloaded 200 certificates: 0 new, 0 merged, 200 unchanged, 0 refused\n");
            keyserver.oksctl("check").done();
        }
    }

    @Test
    void whatWasLeftOutIsToldWithItsSettings() throws Exception {
        SampleKey key = new SampleKey(1);
        byte[] bySomebody = new SampleKey(2)
                .signature(SampleKey.POSITIVE_CERTIFICATION, new byte[0], key.hashed(), SampleKey.hashedUserId("One"));
        byte[] photo = {(byte) 0xd1, 3, 2, 1, 0};
        Path file =
                Files.write(scratch.resolve("one.pgp"), SampleKey.concat(key.certificate("One"), bySomebody, photo));
        Path report = scratch.resolve("report");
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            assertThat(keyserver
                            .oksctl("load", "--report", report.toString(), file.toString())
                            .done()
                            .stdout())
                    .endsWith("""
                    loaded 1 certificate: 1 new, 0 merged, 0 unchanged, 0 refused
                    left out: 1 signature by other keys (upload.third_party = attested)
                    left out: 1 user attribute such as photos (upload.max_user_attribute = 0)
                    """);
            String counts = "{\"signatures\":{\"third_party\":1},\"parts\":{\"user_attribute_not_kept\":1}}";
            assertThat(json(keyserver.oksctl("load", "--json", file.toString()))
                            .path("left_out")
                            .toString())
                    .isEqualTo(counts);
            JsonNode line = Keyserver.json(Files.readAllLines(report).get(0));
            assertThat(line.path("left_out").toString()).isEqualTo(counts);
            assertThat(line.path("examples"))
                    .extracting(JsonNode::asText)
                    .containsExactly(
                            "user attribute: photos and other user attributes are not kept here (upload.max_user_attribute = 0)",
                            "user ID \"One\": 1 signature: made by another key, not attested (upload.third_party = attested)");
            assertThat(keyserver
                            .oksctl("load", "--quiet", file.toString())
                            .done()
                            .stdout())
                    .isEmpty();
        }
    }

    @Test
    void anInterruptedLoadGoesOnWhereItWas() throws Exception {
        Path file = Files.write(scratch.resolve("all.pgp"), keyring(1, 50));
        Path state = scratch.resolve("state");
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            Files.writeString(
                    state,
                    "{\"files\":[{\"file\":\"" + file + "\",\"bytes\":" + Files.size(file) + ",\"modified\":"
                            + Files.getLastModifiedTime(file).toMillis()
                            + ",\"done\":40}],\"totals\":{\"new\":39,\"refused\":1,"
                            + "\"reasons\":{\"blocked\":1}}}");
            JsonNode result = json(keyserver.oksctl("load", "--json", "--resume", state.toString(), file.toString()));
            assertThat(result.path("new").asInt()).isEqualTo(49);
            assertThat(result.path("reasons").path("blocked").asInt()).isEqualTo(1);
            assertThat(keyserver.status().path("certificates").asInt()).isEqualTo(10);
            assertThat(state).doesNotExist();

            Files.writeString(state, "{\"files\":[],\"totals\":{}}");
            keyserver
                    .oksctl("load", "--resume", state.toString(), file.toString())
                    .ended(2);
        }
        Finished unreachable = Keyserver.in(scratch)
                .oksctl("load", "--resume", scratch.resolve("s").toString(), file.toString());
        assertThat(unreachable.ended(3).stderr()).contains("oksd cannot be reached");
    }

    /** Alone at the beginning, or behind another certificate; the last one revokes nothing that is here. */
    @Test
    void aRevocationBeforeItsCertificateIsTakenAtTheEnd() throws Exception {
        Path file = scratch.resolve("all.pgp");
        Files.write(
                file,
                SampleKey.concat(
                        revocation(1), certificate(2), revocation(3), certificate(1), certificate(3), revocation(4)));
        Path report = scratch.resolve("report");
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            JsonNode first = json(keyserver.oksctl("load", "--json", "--report", report.toString(), file.toString()));
            assertThat(first.path("new").asInt()).isEqualTo(3);
            assertThat(first.path("merged").asInt()).isEqualTo(2);
            assertThat(first.path("refused").asInt()).isEqualTo(1);
            assertThat(first.path("reasons")
                            .path("revocation_without_certificate")
                            .asInt())
                    .isEqualTo(1);
            assertThat(Files.readAllLines(report)).hasSize(6);

            Path state = scratch.resolve("state");
            Files.writeString(
                    state,
                    "{\"files\":[{\"file\":\"" + file + "\",\"bytes\":" + Files.size(file) + ",\"modified\":"
                            + Files.getLastModifiedTime(file).toMillis() + ",\"done\":2,\"put_off\":{\"1\":[],\"2\":[\""
                            + fingerprint(2)
                            + "\"]}}],\"totals\":{\"new\":1}}");
            JsonNode interrupted =
                    json(keyserver.oksctl("load", "--json", "--resume", state.toString(), file.toString()));
            assertThat(interrupted.path("new").asInt()).isEqualTo(1);
            assertThat(interrupted.path("unchanged").asInt()).isEqualTo(4);
            assertThat(interrupted.path("refused").asInt()).isEqualTo(1);
        }
    }

    @Test
    void aCompressedDumpIsLoadedAndALoadOfWhichNothingIsTakenFailsAloud() throws Exception {
        Path dump = scratch.resolve("dump.pgp.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(dump))) {
            out.write(keyring(1, 20));
        }
        Path text = Files.writeString(scratch.resolve("text.pgp"), "hello\n");
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            assertThat(json(keyserver.oksctl("load", "--json", dump.toString()))
                            .path("new")
                            .asInt())
                    .isEqualTo(20);
            Finished refused = keyserver.oksctl("load", "-q", text.toString()).ended(1);
            assertThat(refused.stdout()).isEmpty();
            assertThat(refused.stderr())
                    .contains(
                            "refused: 1 not openpgp (neither binary OpenPGP nor an armored block, in \"" + text,
                            "oksctl: error: everything was refused");
            Finished some = keyserver
                    .oksctl("load", "--quiet", text.toString(), dump.toString())
                    .ended(0);
            assertThat(some.stdout()).isEmpty();
            assertThat(some.stderr()).startsWith("refused: 1 not openpgp");
        }
    }

    @Test
    void aLoadWaitsOutAPause() throws Exception {
        Path file = Files.write(scratch.resolve("all.pgp"), keyring(1, 20));
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            keyserver.oksctl("pause", "--max", "4s").done();
            JsonNode result = json(keyserver.oksctl("load", "--json", file.toString()));
            assertThat(result.path("new").asInt()).isEqualTo(20);
        }
    }

    @Test
    void aDeletedCertificateStaysAwayAndItsHistoryStays() throws Exception {
        Path one = Files.write(scratch.resolve("one.pgp"), certificate(1));
        Path revoked = Files.write(scratch.resolve("revoked.pgp"), SampleCertificates.revoked(1));
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            keyserver.oksctl("load", one.toString()).done();
            assertThat(keyserver.oksctl("point", "before").done().stdout()).contains("LSN 2");
            keyserver
                    .oksctl("delete", fingerprint(1), "--reason", "asked by its owner", "--block")
                    .done();
            JsonNode refused = Keyserver.json(
                    keyserver.oksctl("load", "--json", one.toString()).ended(1).stdout());
            assertThat(refused.path("reasons").path("blocked").asInt()).isEqualTo(1);
            assertThat(json(keyserver.oksctl("load", "--json", revoked.toString()))
                            .path("new")
                            .asInt())
                    .isEqualTo(1);
            keyserver.oksctl("unblock", fingerprint(1)).done();
            keyserver.oksctl("load", one.toString()).done();

            Finished history = keyserver.oksctl("history", fingerprint(1)).done();
            assertThat(history.stdout())
                    .contains(
                            "LSN 1 ",
                            "load, ",
                            "deleted and blocked by ",
                            "asked by its owner",
                            "unblocked",
                            "    + user ID \"Name 1 <name1@example.org>\"",
                            "the database has LSN 6");
            Path exported = scratch.resolve("exported.asc");
            keyserver
                    .oksctl("history", fingerprint(1), "--export", "1", "--out", exported.toString())
                    .done();
            assertThat(Files.readString(exported, StandardCharsets.US_ASCII))
                    .isEqualTo(new String(Armor.certificates(List.of(certificate(1))), StandardCharsets.US_ASCII));
            keyserver.oksctl("history", fingerprint(2)).ended(1);
            keyserver.oksctl("check").done();
        }
    }

    @Test
    void anExportIsOfOneMomentAndEqualContentsGiveEqualBytes() throws Exception {
        Path file = Files.write(scratch.resolve("all.pgp"), keyring(1, 120));
        try (Keyserver keyserver = Keyserver.in(Files.createDirectories(scratch.resolve("first")))
                        .startOksd();
                Keyserver other = Keyserver.in(Files.createDirectories(scratch.resolve("second")))
                        .startOksd()) {
            keyserver.oksctl("load", file.toString()).done();
            JsonNode all = json(
                    keyserver.oksctl("export", "--json", scratch.resolve("out").toString()));
            assertThat(all.path("certificates").asInt()).isEqualTo(120);
            assertThat(all.path("digest").asText())
                    .isEqualTo(keyserver.status().path("digest").asText());
            Finished.run(scratch.resolve("out"), "sha256sum", "--check", "--strict", "SHA256SUMS")
                    .done();

            other.oksctl("load", scratch.resolve("out").toString()).done();
            Path one = scratch.resolve("one.pgp");
            other.oksctl("export", one.toString()).done();
            assertThat(Files.readAllBytes(one))
                    .isEqualTo(Files.readAllBytes(scratch.resolve("out/keyring-000001.pgp")));
            assertThat(other.status().path("digest"))
                    .isEqualTo(keyserver.status().path("digest"));
            Finished.run(scratch, "sha256sum", "--check", "--strict", "one.pgp.sha256")
                    .done();

            JsonNode some = json(keyserver.oksctl(
                    "export",
                    "--json",
                    "--since",
                    "110",
                    scratch.resolve("some.pgp").toString()));
            assertThat(some.path("certificates").asInt()).isEqualTo(10);
            JsonNode none = json(keyserver.oksctl(
                    "export",
                    "--json",
                    "--since",
                    "2999-01-01T00:00:00Z",
                    scratch.resolve("none.pgp").toString()));
            assertThat(none.path("certificates").asInt()).isZero();
            keyserver.oksctl("export", one.toString()).ended(1);
            keyserver
                    .oksctl(
                            "export",
                            "--since",
                            "yesterday",
                            scratch.resolve("x.pgp").toString())
                    .ended(2);
        }
    }
}
