package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import oks.recovery.Hash;
import oks.testing.ExternalProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page on backup in the manual of 1999, word for word: signals, tar, gzip, cp, and back. */
class ManualPageIT {
    @TempDir
    private Path scratch;

    @Test
    void aPausedArchiveMadeByHandAndTheRecoveryFilesBringTheKeyserverBack() throws Exception {
        ExternalProgram.require("tar", "tar");
        ExternalProgram.require("gzip", "gzip");
        Path prefix = Files.createDirectory(scratch.resolve("oks"));
        try (Keyserver keyserver = Keyserver.in(prefix).startOksd().startHttp();
                Gnupg sender = Gnupg.create();
                Gnupg receiver = Gnupg.create()) {
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                keys.add(sender.makeKey("Tester " + i + " <tester" + i + "@example.org>"));
            }
            sender.send(keyserver, keys.subList(0, 5)).done();

            archiveByHand(keyserver, sender, keys);
            sender.send(keyserver, keys.subList(5, 10)).done();
            Path copies = rotateAndCopy(keyserver);

            keyserver.killHard();
            Finished.run(scratch, "rm", "-r", "oks/var/db").done();
            Finished restored = keyserver
                    .oksRestore(
                            "from",
                            scratch.resolve("oksdb.tar.gz").toString(),
                            "--db",
                            keyserver.database().toString(),
                            "--recovery",
                            copies.toString())
                    .done();
            assertThat(restored.stdout()).contains("10");

            keyserver.startOksd().awaitGateway();
            receiver.receive(keyserver, keys).done();
            assertThat(receiver.fingerprints()).containsExactlyInAnyOrderElementsOf(keys);
        }
    }

    /** "kill -USR1", tar, gzip, "kill -CONT", with a lookup and an upload in between. */
    private void archiveByHand(Keyserver keyserver, Gnupg sender, List<String> keys) throws Exception {
        keyserver.kill("USR1");
        Await.until(
                "oksd is paused",
                () -> keyserver.status().path("state").asText().equals("paused"));
        Map<String, String> before = checksums(keyserver.database());
        assertThat(keyserver.has(keys.get(0))).as("lookups go on").isTrue();
        assertThat(sender.send(keyserver, keys.subList(5, 6)).status())
                .as("uploads are refused")
                .isNotZero();
        Await.pass(Duration.ofSeconds(3));
        assertThat(checksums(keyserver.database())).as("byte for byte still").isEqualTo(before);

        Finished.run(scratch, "tar", "cf", "oksdb.tar", "oks/var/db").done();
        Finished.run(scratch, "gzip", "oksdb.tar").done();
        assertThat(checksums(keyserver.database())).isEqualTo(before);
        keyserver.kill("CONT");
        Await.until("oksd runs", () -> keyserver.status().path("state").asText().equals("running"));
        assertThat(keyserver.has(keys.get(5))).as("refused means not stored").isFalse();
    }

    /** "kill -USR2", then "cp" of every recovery file. */
    private Path rotateAndCopy(Keyserver keyserver) throws Exception {
        List<Path> before = keyserver.recoveryFiles();
        Path old = before.get(before.size() - 1);
        keyserver.kill("USR2");
        Await.until("a new recovery file", () -> keyserver.recoveryFiles().size() > before.size());
        List<Path> after = keyserver.recoveryFiles();
        Path current = after.get(after.size() - 1);
        assertThat(current.getFileName().toString())
                .isGreaterThan(old.getFileName().toString());
        Await.until(
                "the old one is sealed",
                () -> !Files.isWritable(old)
                        || !Files.getPosixFilePermissions(old).toString().contains("OWNER_WRITE"));

        Path copies = Files.createDirectory(scratch.resolve("copies"));
        for (Path file : after) {
            Finished.run(scratch, "cp", file.toString(), copies.toString()).done();
        }
        return copies;
    }

    private static Map<String, String> checksums(Path directory) throws IOException {
        Map<String, String> checksums = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] hash = Hash.sha256().digest(Files.readAllBytes(file));
                checksums.put(
                        directory.relativize(file).toString(), HexFormat.of().formatHex(hash));
            }
        }
        return checksums;
    }
}
