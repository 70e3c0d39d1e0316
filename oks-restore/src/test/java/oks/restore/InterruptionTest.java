package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import oks.archive.Compression;
import oks.cli.OutputOptions;
import oks.durable.Disk;
import oks.durable.RealDisk;
import oks.recovery.DatabaseDirectory;
import oks.recovery.Digest;
import oks.recovery.Lsn;
import oks.restore.database.ArchiveInput;
import oks.restore.database.Restore;
import oks.restore.database.RestoreRequest;
import oks.restore.database.TargetDirectory;
import oks.restore.log.RecoverySources;
import oks.restore.log.RecoveryTarget;
import oks.restore.log.Target;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * A restore that ends at any step leaves nothing that passes for a database, and the next one comes to the same end.
 */
final class InterruptionTest extends RestoreScene {
    private static final int GOAL = 4;
    private static final Set<String> CHANGING = Set.of("create", "rename", "delete", "makeReadOnly", "syncDirectory");

    private Path archive;
    private Digest whole;

    /** The target lies inside a group and a deletion follows it, so that every kind of step is there. */
    @BeforeEach
    void make() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1), Compression.GZIP);
            database.put(2).rotate().putTogether(3, 4, 5).delete(2, true).rotate();
            database.copyRecoveryFiles(copies);
        }
        CommandRun run = untilGoal(scratch.resolve("undisturbed"));
        assertThat(run.status()).as(run.stderr()).isZero();
        whole = certificates(scratch.resolve("undisturbed"));
    }

    private CommandRun untilGoal(Path directory) {
        return restore(archive, "--db", directory, "--recovery", copies, "-q", "--move-aside", "--until-lsn", GOAL);
    }

    /** What must be the same however often a restore is begun; tombstones keep the time of the deletion. */
    private static Digest certificates(Path directory) throws IOException {
        try (CertificateStore store = CertificateStore.open(directory.resolve("store"), StoreOptions.standard())) {
            assertThat(store.check(read -> {}).differences()).isEmpty();
            assertThat(store.certificates()).isEqualTo(3);
            assertThat(store.position().last()).isEqualTo(new Lsn(GOAL + 1));
            return store.position().digest();
        }
    }

    @Test
    void killedBeforeAnyStepOnDiskTheNextRestoreIsTheSame(TestReporter reporter) throws IOException {
        Path place = Files.createDirectory(scratch.resolve("place"));
        Path directory = Files.createDirectory(place.resolve("restored"));
        Files.writeString(directory.resolve("precious"), "data");
        List<Path> killed = new ArrayList<>();
        // What kill -9 leaves is what the files hold at that moment: locks and memory are gone.
        Disk disk = beforeEachChange(() -> {
            Path left = scratch.resolve("killed-" + killed.size());
            PathUtils.copyDirectory(place, left);
            killed.add(left);
        });
        assertThat(run(disk, directory).status()).isZero();
        assertThat(certificates(directory)).isEqualTo(whole);
        for (Path left : killed) {
            assertThat(left.resolve("restored"))
                    .satisfiesAnyOf(
                            old -> assertThat(old.resolve("precious")).hasContent("data"),
                            gone -> assertThat(gone).doesNotExist(),
                            done -> assertThat(certificates(done)).isEqualTo(whole));
            CommandRun again = untilGoal(left.resolve("restored"));
            assertThat(again.status()).as(left + again.stderr()).isZero();
            assertThat(certificates(left.resolve("restored"))).isEqualTo(whole);
            assertThat(left.resolve("restored.restoring")).doesNotExist();
            try (var kept = Files.walk(left)) {
                assertThat(kept.filter(file -> file.endsWith("precious"))).hasSize(1);
            }
        }
        assertThat(killed).hasSizeGreaterThan(15);
        reporter.publishEntry("kill -9", killed.size() + " steps of a restore, each begun again with the same result");
    }

    private interface Step {
        void run() throws IOException;
    }

    private static Disk beforeEachChange(Step step) {
        Disk real = new RealDisk();
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, args) -> {
                    if (CHANGING.contains(method.getName())) {
                        step.run();
                    }
                    try {
                        return method.invoke(real, args);
                    } catch (java.lang.reflect.InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private CommandRun run(Disk disk, Path directory) {
        return CommandRun.of("oks-restore", () -> new OnDisk(disk, directory, archive, copies), "-q");
    }

    /** The command on a disk of the test's own. */
    @Command(name = "oks-restore")
    static final class OnDisk implements Callable<Integer> {
        private final Disk disk;
        private final Path directory;
        private final Path archive;
        private final Path copies;

        @Mixin
        private OutputOptions options;

        OnDisk(Disk disk, Path directory, Path archive, Path copies) {
            this.disk = disk;
            this.directory = directory;
            this.archive = archive;
            this.copies = copies;
        }

        @Override
        public Integer call() throws IOException {
            try (TargetDirectory target = TargetDirectory.of(disk, directory, true)) {
                new Restore(disk, options, InstantSource.system(), UUID::randomUUID)
                        .run(new RestoreRequest(
                                ArchiveInput.of(disk, archive.toString(), System.in),
                                RecoverySources.of(disk, List.of(copies)),
                                new RecoveryTarget(new Target.AtLsn(new Lsn(GOAL)), Optional.empty(), true),
                                target));
            }
            return 0;
        }
    }

    @Test
    void anErrorAtAnyStepOnDiskLeavesTheOldDirectoryOrTheNewOne(TestReporter reporter) throws IOException {
        int failed = 0;
        for (boolean ended = false; !ended; failed++) {
            Path place = Files.createDirectory(scratch.resolve("place-" + failed));
            Path directory = place.resolve("restored");
            int[] left = {failed};
            Disk disk = beforeEachChange(() -> {
                if (left[0]-- == 0) {
                    throw new IOException("No space left on device");
                }
            });
            CommandRun run = run(disk, directory);
            ended = left[0] >= 0;
            // Cleaning up is a step too, and its failure is none of the restore's.
            assertThat(run.status() == 0 || run.stderr().contains("No space left on device"))
                    .as(run.stderr())
                    .isTrue();
            assertThat(untilGoal(directory).status()).as("step %d", failed).isZero();
            assertThat(certificates(directory)).isEqualTo(whole);
        }
        reporter.publishEntry("ENOSPC", failed - 1 + " steps of a restore, each begun again with the same result");
        assertThat(failed).isGreaterThan(15);
    }

    @Test
    void aFullFileSystemLeavesNothingThatPassesForADatabase(TestReporter reporter) throws Exception {
        assumeThat("root".equals(System.getProperty("user.name")))
                .as("only root can mount a small tmpfs")
                .isTrue();
        Path mount = Files.createDirectory(scratch.resolve("small"));
        int refused = 0;
        boolean done = false;
        for (int kib = 8; kib <= 16_384 && !done; kib += Math.max(8, kib / 4)) {
            run("mount", "-t", "tmpfs", "-o", "size=" + kib + "k", "tmpfs", mount.toString());
            try {
                Path directory = mount.resolve("restored");
                CommandRun run = fromStandardInput(directory);
                done = run.status() == 0;
                if (done) {
                    assertThat(certificates(directory)).isEqualTo(whole);
                } else {
                    assertThat(run.stderr()).as("%d KiB", kib).startsWith("oks-restore: error: ");
                    assertThat(new DatabaseDirectory(new RealDisk(), directory).hasIdentity())
                            .isFalse();
                    refused++;
                    run("mount", "-o", "remount,size=64m", mount.toString());
                    CommandRun again = fromStandardInput(directory);
                    assertThat(again.status())
                            .as("%d KiB, then room: %s", kib, again.stderr())
                            .isZero();
                    assertThat(certificates(directory)).isEqualTo(whole);
                }
            } finally {
                run("umount", mount.toString());
            }
        }
        assertThat(done).isTrue();
        reporter.publishEntry(
                "ENOSPC",
                refused
                        + " sizes of a file system that is too small, each refused, and restored to when there was room");
    }

    /** Not compared with the free space first. */
    private CommandRun fromStandardInput(Path directory) throws IOException {
        java.io.InputStream before = System.in;
        try (java.io.InputStream in = Files.newInputStream(archive)) {
            System.setIn(in);
            return restore("-", "--db", directory, "--recovery", copies, "-q", "--until-lsn", GOAL);
        } finally {
            System.setIn(before);
        }
    }
}
