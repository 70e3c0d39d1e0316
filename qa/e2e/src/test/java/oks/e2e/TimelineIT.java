package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import oks.testing.SampleCertificates;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restore to an earlier state in the life of a keyserver: everything goes on, into the same backup directory. */
class TimelineIT {
    @TempDir
    private Path scratch;

    @Test
    void aKeyserverGoesOnAfterARestoreToAnEarlierStateAndCanBeRestoredAgain() throws Exception {
        Path prefix = Files.createDirectory(scratch.resolve("oks"));
        Path backups = Files.createDirectory(scratch.resolve("backups"));
        try (Keyserver keyserver = Keyserver.in(prefix).startOksd().startHttp()) {
            String conf = keyserver.conf("oksd");
            add(keyserver, 1, 5);
            keyserver
                    .oksBackup("full", "--out", backups.toString(), "--conf", conf)
                    .done();
            add(keyserver, 6, 10);
            keyserver.oksctl("rotate", "--conf", conf).done();
            add(keyserver, 11, 12);
            keyserver
                    .oksBackup("recovery", "--out", backups.toString(), "--rotate", "--conf", conf)
                    .done();
            Path first = archives(backups).get(0);

            restoreTo(keyserver, first, backups, "--until-lsn", "7");
            keyserver.startOksd();
            keyserver.awaitGateway();
            assertThat(keyserver.status().path("certificates").asLong()).isEqualTo(7);
            assertThat(keyserver.has(SampleCertificates.fingerprint(8))).isFalse();
            add(keyserver, 20, 22);
            keyserver.oksctl("rotate", "--conf", conf).done();
            add(keyserver, 23, 24);
            keyserver
                    .oksBackup("recovery", "--out", backups.toString(), "--rotate", "--conf", conf)
                    .done();
            keyserver
                    .oksBackup("full", "--out", backups.toString(), "--conf", conf)
                    .done();
            String digest = keyserver.status().path("digest").asText();

            JsonNode newest = restoreTo(keyserver, first, backups);
            assertThat(newest.path("digest").asText()).isEqualTo(digest);
            keyserver.startOksd();
            keyserver.awaitGateway();
            for (int seed : List.of(1, 7, 20, 24)) {
                assertThat(keyserver.has(SampleCertificates.fingerprint(seed)))
                        .as("%d", seed)
                        .isTrue();
            }
            keyserver.oksctl("check", "--conf", conf).done();
            add(keyserver, 30, 30);
            keyserver
                    .oksBackup("recovery", "--out", backups.toString(), "--rotate", "--conf", conf)
                    .done();
            JsonNode old = restoreTo(keyserver, first, backups, "--timeline", "1");
            assertThat(old.path("lsn").asLong()).isEqualTo(12);
            assertThat(old.path("timeline").asInt()).isEqualTo(4);
        }
    }

    private static void add(Keyserver keyserver, int from, int to) throws Exception {
        for (int seed = from; seed <= to; seed++) {
            assertThat(keyserver.add(SampleCertificates.certificate(seed)).statusCode())
                    .isEqualTo(200);
        }
    }

    /** Loses the database and brings it back. */
    private static JsonNode restoreTo(Keyserver keyserver, Path archive, Path backups, String... target)
            throws Exception {
        keyserver.killHard();
        FileUtils.deleteDirectory(keyserver.database().toFile());
        String[] arguments = Stream.concat(
                        Stream.of(
                                "from",
                                archive.toString(),
                                "--db",
                                keyserver.database().toString(),
                                "--recovery",
                                backups.toString(),
                                "--json",
                                "-q"),
                        Stream.of(target))
                .toArray(String[]::new);
        return Keyserver.json(keyserver.oksRestore(arguments).done().stdout());
    }

    private static List<Path> archives(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches(".*\\.full\\.tar(\\.(gz|zst))?"))
                    .sorted()
                    .toList();
        }
    }
}
