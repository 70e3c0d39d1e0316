package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import oks.archive.Compression;
import oks.recovery.Digest;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A restore finds the backup directory in the ways in which oks-backup finds it. */
final class BackupDirectoryTest extends RestoreScene {
    private static final String VARIABLE = "OKS_BACKUP_DIRECTORY";

    enum Way {
        OUT,
        ALONE,
        BOTH,
        VARIABLE,
        SETTING
    }

    private CommandRun run(Map<String, String> environment, List<Object> line) {
        return CommandRun.with(
                environment,
                "oks-restore",
                OksRestore::new,
                line.stream().map(Object::toString).toArray(String[]::new));
    }

    private CommandRun run(Way way, String command, Object... more) throws IOException {
        Path conf = scratch.resolve("etc/oksd.conf");
        Files.createDirectories(conf.getParent());
        Files.writeString(conf, way == Way.SETTING ? "backup.directory = \"" + copies + "\"\n" : "");
        List<Object> named = switch (way) {
            case OUT -> List.of("--out", copies);
            case ALONE -> List.of(copies);
            case BOTH -> List.of("--out", copies, copies);
            case VARIABLE, SETTING -> List.of();
        };
        return run(
                way == Way.VARIABLE ? Map.of(VARIABLE, copies.toString()) : Map.of(),
                Stream.of(List.of(command, "--conf", conf, "-q"), named, List.of(more))
                        .<Object>flatMap(List::stream)
                        .toList());
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void fromAndReplayTakeTheBackupDirectory(Way way) throws IOException {
        Digest digest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            Files.move(
                    archive(database.put(1).rotate(), Compression.NONE),
                    copies.resolve("sample-20261123000000-1.full.tar"));
            database.put(2).rotate().copyRecoveryFiles(copies);
            digest = database.digest();
        }
        CommandRun run = run(way, "from", "--db", target);
        assertThat(run.status()).as(run.stderr()).isZero();
        assertRestored(digest, 2);
        Path stopped = scratch.resolve("stopped");
        assertThat(run(way, "from", "--db", stopped, "--until-lsn", "1").status())
                .isZero();
        CommandRun replay = run(way, "replay", "--db", target);
        assertThat(replay.status()).as(replay.stderr()).isZero();
    }

    @Test
    void twoDirectoriesOrNoneAreAMistake() {
        for (String command : List.of("from", "replay")) {
            CommandRun none = run(Map.of(), List.of(command, "--db", target));
            assertThat(none.status()).isEqualTo(2);
            assertThat(none.stderr()).contains("no backup directory is named");
            CommandRun two = run(Map.of(), List.of(command, "--db", target, "--out", copies, scratch));
            assertThat(two.status()).isEqualTo(2);
            assertThat(two.stderr())
                    .contains("option --out names \"" + copies + "\", but \"" + scratch + "\" is named as well");
        }
        assertThat(target).doesNotExist();
    }
}
