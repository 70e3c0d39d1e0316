package oks.restore.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import oks.archive.Compression;
import oks.cli.OutputOptions;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.recovery.DatabaseDirectory;
import oks.restore.RestoreScene;
import oks.restore.log.RecoverySources;
import oks.restore.log.RecoveryTarget;
import oks.restore.log.Target;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A plan ends as the restore would, with the same words. */
final class RestorePlanTest extends RestoreScene {
    /** What stands in the way of a restore beside the archive and the recovery files. */
    enum Obstacle {
        SOMETHING_ELSE_HAS_THE_NAME(1, "is in the way"),
        ANOTHER_RESTORE_IS_AT_WORK(4, "is open"),
        NO_SPACE(1, "the restore needs about");

        private final int status;
        private final String said;

        Obstacle(int status, String said) {
            this.status = status;
            this.said = said;
        }

        /** Puts it in the way, until what is returned is closed. */
        Closeable putInto(Path staging) throws IOException {
            return switch (this) {
                case NO_SPACE -> () -> {};
                case SOMETHING_ELSE_HAS_THE_NAME -> {
                    Files.writeString(Files.createDirectory(staging).resolve("mine"), "x");
                    yield () -> {};
                }
                case ANOTHER_RESTORE_IS_AT_WORK -> {
                    Files.writeString(Files.createDirectory(staging).resolve("RESTORING"), "x");
                    yield new DatabaseDirectory(new RealDisk(), staging).lock("oks-restore");
                }
            };
        }

        Disk disk() {
            RealDisk real = new RealDisk();
            return this != NO_SPACE
                    ? real
                    : (Disk) Proxy.newProxyInstance(
                            Disk.class.getClassLoader(),
                            new Class<?>[] {Disk.class},
                            (proxy, method, args) ->
                                    method.getName().equals("usableBytes") ? (Object) 1L : method.invoke(real, args));
        }
    }

    @ParameterizedTest
    @EnumSource(Obstacle.class)
    void aPlanEndsAsTheRestoreWould(Obstacle obstacle) throws IOException {
        Path archive;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1, 2), Compression.NONE);
        }
        CommandRun restore;
        CommandRun plan;
        try (Closeable held = obstacle.putInto(scratch.resolve("restored.restoring"))) {
            assertThat(held).isNotNull();
            restore = run(obstacle.disk(), archive, false);
            plan = run(obstacle.disk(), archive, true);
        }
        assertThat(restore.stderr()).contains(obstacle.said);
        assertThat(restore.status()).isEqualTo(obstacle.status);
        assertThat(plan.stderr()).isEqualTo(restore.stderr());
        assertThat(plan.status()).isEqualTo(obstacle.status);
        assertThat(plan.stdout()).contains("nothing was written");
        assertThat(target).doesNotExist();
    }

    private CommandRun run(Disk disk, Path archive, boolean plan) {
        return CommandRun.of("oks-restore", () -> new OnDisk(disk, archive, target, plan), "-q");
    }

    /** The command on a disk of the test's own. */
    @Command(name = "oks-restore")
    static final class OnDisk implements Callable<Integer> {
        private final Disk disk;
        private final Path archive;
        private final Path directory;
        private final boolean plan;

        @Mixin
        private OutputOptions options;

        OnDisk(Disk disk, Path archive, Path directory, boolean plan) {
            this.disk = disk;
            this.archive = archive;
            this.directory = directory;
            this.plan = plan;
        }

        @Override
        public Integer call() throws IOException {
            try (TargetDirectory place = TargetDirectory.of(disk, directory, false)) {
                RestoreRequest request = new RestoreRequest(
                        ArchiveInput.of(archive.toString(), System.in),
                        RecoverySources.of(disk, List.of()),
                        new RecoveryTarget(new Target.Latest(), Optional.empty(), true),
                        place);
                return FromCommand.run(disk, request, options, plan);
            }
        }
    }
}
