package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import oks.archive.Compression;
import oks.cli.OutputOptions;
import oks.durable.DurableFile;
import oks.durable.ForwardingDisk;
import oks.durable.RealDisk;
import oks.recovery.Digest;
import oks.recovery.Lsn;
import oks.recovery.RecoveryFileName;
import oks.restore.database.ArchiveInput;
import oks.restore.database.Restore;
import oks.restore.database.RestoreRequest;
import oks.restore.database.TargetDirectory;
import oks.restore.log.RecoverySources;
import oks.restore.log.RecoveryTarget;
import oks.restore.log.Target;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** How often a restore opens what it reads: on a disk far away, each opening takes its time. */
final class RestoreOpensTest extends RestoreScene {
    private static final int MOST = 2;

    private final CountingDisk disk = new CountingDisk();

    /** Counts how often each recovery file is opened. */
    private static final class CountingDisk extends ForwardingDisk {
        private final Map<String, Integer> openings = new TreeMap<>();

        CountingDisk() {
            super(new RealDisk());
        }

        @Override
        public DurableFile openForReading(Path file) throws IOException {
            RecoveryFileName.ofPartial(file)
                    .ifPresent(name -> openings.merge(file.getFileName().toString(), 1, Integer::sum));
            return super.openForReading(file);
        }
    }

    /** The command on that disk. */
    @Command(name = "oks-restore")
    private final class OnDisk implements Callable<Integer> {
        private final Path archive;
        private final Target until;

        @Mixin
        private OutputOptions options;

        OnDisk(Path archive, Target until) {
            this.archive = archive;
            this.until = until;
        }

        @Override
        public Integer call() throws IOException {
            try (TargetDirectory place = TargetDirectory.of(disk, target, false)) {
                new Restore(disk, options, InstantSource.system(), UUID::randomUUID)
                        .run(new RestoreRequest(
                                ArchiveInput.of(archive.toString(), System.in),
                                RecoverySources.of(disk, List.of(copies)),
                                new RecoveryTarget(until, Optional.empty(), false),
                                place));
            }
            return 0;
        }
    }

    private void restore(Path archive, Target until) {
        CommandRun run = CommandRun.of("oks-restore", () -> new OnDisk(archive, until), "-q");
        assertThat(run.stderr()).isEmpty();
        assertThat(run.status()).isZero();
    }

    @Test
    void aRecoveryFileIsOpenedAtMostTwice() throws IOException {
        Path archive;
        Digest digest;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = archive(database.put(1).rotate().put(2), Compression.NONE);
            for (long seed = 3; seed < 9; seed++) {
                database.put(seed).rotate();
            }
            database.copyRecoveryFiles(copies);
            digest = database.digest();
        }
        restore(archive, new Target.Latest());
        assertRestored(digest, 8);
        assertThat(disk.openings).hasSizeGreaterThan(6);
        assertThat(disk.openings.values()).allMatch(times -> times <= MOST);
    }

    @Test
    void toAnEarlierChangeTooAndWhereTheArchiveHasMoreThanTheFiles() throws IOException {
        Path archive;
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            database.put(1, 2).rotate().put(3).rotate().copyRecoveryFiles(copies);
            archive = archive(database.put(4), Compression.NONE);
        }
        restore(archive, new Target.AtLsn(new Lsn(4)));
        assertThat(disk.openings).isNotEmpty();
        assertThat(disk.openings.values()).allMatch(times -> times <= MOST);
    }
}
