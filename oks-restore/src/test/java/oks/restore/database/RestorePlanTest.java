package oks.restore.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import oks.archive.Compression;
import oks.cli.OutputOptions;
import oks.durable.Disk;
import oks.durable.ForwardingDisk;
import oks.durable.RealDisk;
import oks.recovery.DatabaseDirectory;
import oks.recovery.RecoveryDirectory;
import oks.restore.RestoreScene;
import oks.restore.log.RecoverySources;
import oks.restore.log.RecoveryTarget;
import oks.restore.log.Target;
import oks.testing.CommandRun;
import oks.testing.ExternalProgram;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.Test;
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

    private Path byHand() throws Exception {
        ExternalProgram.require("tar", "tar");
        SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1);
        database.put(1, 2).flush().put(3).kill();
        Path archive = scratch.resolve("by-hand.tar");
        assertThat(new ProcessBuilder("tar", "-c", "-f", archive.toString(), "-C", scratch.toString(), "db")
                        .start()
                        .waitFor())
                .isZero();
        return archive;
    }

    @Test
    void aPlanOfAnArchiveMadeByHandSaysWhatItCouldNotCheck() throws Exception {
        Path archive = byHand();
        CommandRun told = from(new RealDisk(), archive, "--db", target, "--plan", "-q");
        assertThat(told.status()).isZero();
        assertThat(told.stdout())
                .contains("  not checked     recovery files inside this archive are read only when it is unpacked");
        CommandRun json = from(new RealDisk(), archive, "--db", target, "--plan", "-q", "--json");
        assertThat(json.json().get("recovery_checked").isBoolean()).isTrue();
        assertThat(json.json().get("recovery_checked").booleanValue()).isFalse();
        Path whole;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("other"), 2)) {
            whole = archive(database.put(1), Compression.NONE);
        }
        CommandRun checked = from(new RealDisk(), whole, "--db", target, "--plan", "-q", "--json");
        assertThat(checked.json().get("recovery_checked").booleanValue()).isTrue();
    }

    @Test
    void theSpaceForRecoveryFilesOfAnArchiveMadeByHandIsComparedWhenItIsUnpacked() throws Exception {
        Path archive = byHand();
        Disk full = new ForwardingDisk(new RealDisk()) {
            @Override
            public long usableBytes(Path path) throws IOException {
                return exists(scratch.resolve("restored.restoring/store")) ? 1 : super.usableBytes(path);
            }
        };
        CommandRun run = from(full, archive, "--db", target, "-q");
        assertThat(run.status()).isEqualTo(1);
        assertThat(run.stderr()).contains("the restore needs about", "has 1").contains("kept: nothing was changed");
        assertThat(target).doesNotExist();
        assertThat(scratch.resolve("restored.restoring")).doesNotExist();
    }

    @Test
    void theSpaceOfAnArchiveFromStandardInputIsComparedWhenItIsUnpacked() throws IOException {
        Path archive;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1).rotate(), Compression.NONE);
            database.put(2).copyRecoveryFiles(copies);
        }
        Disk full = Obstacle.NO_SPACE.disk();
        try (InputStream in = Files.newInputStream(archive)) {
            CommandRun run = CommandRun.of(
                    "oks-restore",
                    () -> new OnDisk(full, ArchiveInput.of(full, "-", in), List.of(copies), target, false),
                    "-q");
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.stderr())
                    .contains("the restore needs about", "has 1")
                    .contains("kept: nothing was changed");
        }
        assertThat(target).doesNotExist();
        assertThat(scratch.resolve("restored.restoring")).doesNotExist();
    }

    @Test
    void aDamagedArchiveNamesTheOneBeforeItWhateverItsDirectoryIsCalled() throws IOException {
        Path backups = Files.createDirectory(scratch.resolve("copies.recovery"));
        Path newest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            Files.move(
                    archive(database.put(1).rotate(), Compression.NONE),
                    backups.resolve("sample-20261123000000-1.full.tar"));
            newest = Files.move(
                    archive(database.put(2).rotate(), Compression.NONE),
                    backups.resolve("sample-20261124000000-2.full.tar"));
            database.put(3).rotate().put(4).copyRecoveryFiles(backups);
        }
        byte[] bytes = Files.readAllBytes(newest);
        byte[] damaged = bytes.clone();
        damaged[bytes.length / 2] ^= 1;
        Files.write(newest, damaged);
        CommandRun run = from(new RealDisk(), backups, "--db", target, "-q");
        assertThat(run.status()).isEqualTo(5);
        assertThat(run.stderr()).contains("take the archive before it", "sample-20261123000000-1.full.tar");

        Files.write(newest, bytes);
        Path file = new RecoveryDirectory(new RealDisk(), backups).paths().get(2);
        byte[] record = Files.readAllBytes(file);
        record[record.length / 2] ^= 1;
        assertThat(file.toFile().setWritable(true)).isTrue();
        Files.write(file, record);
        CommandRun recovery = from(new RealDisk(), backups, "--db", target, "-q");
        assertThat(recovery.status()).isEqualTo(5);
        assertThat(recovery.stderr()).contains(file.toString()).doesNotContain("take the archive before it");
    }

    private static CommandRun from(Disk disk, Object... args) {
        return CommandRun.of(
                "oks-restore",
                () -> new FromCommand(disk),
                Stream.of(args).map(Object::toString).toArray(String[]::new));
    }

    private CommandRun run(Disk disk, Path archive, boolean plan) {
        return CommandRun.of(
                "oks-restore",
                () -> new OnDisk(disk, ArchiveInput.of(disk, archive.toString(), System.in), List.of(), target, plan),
                "-q");
    }

    /** The command on a disk of the test's own. */
    @Command(name = "oks-restore")
    static final class OnDisk implements Callable<Integer> {
        private final Disk disk;
        private final ArchiveInput archive;
        private final List<Path> recovery;
        private final Path directory;
        private final boolean plan;

        @Mixin
        private OutputOptions options;

        OnDisk(Disk disk, ArchiveInput archive, List<Path> recovery, Path directory, boolean plan) {
            this.disk = disk;
            this.archive = archive;
            this.recovery = recovery;
            this.directory = directory;
            this.plan = plan;
        }

        @Override
        public Integer call() throws IOException {
            try (TargetDirectory place = TargetDirectory.of(disk, directory, false)) {
                RestoreRequest request = new RestoreRequest(
                        archive,
                        RecoverySources.of(disk, recovery),
                        new RecoveryTarget(new Target.Latest(), Optional.empty(), true),
                        place);
                return FromCommand.run(disk, request, options, plan);
            }
        }
    }
}
