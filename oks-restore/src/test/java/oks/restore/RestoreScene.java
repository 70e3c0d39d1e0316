package oks.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import oks.archive.ArchiveSource;
import oks.archive.ArchiveWriter;
import oks.archive.ArchivedState;
import oks.archive.Compression;
import oks.archive.SharedFiles;
import oks.durable.RealDisk;
import oks.recovery.Digest;
import oks.recovery.LogPosition;
import oks.store.CertificateStore;
import oks.store.StoreOptions;
import oks.testing.CommandRun;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of restores share: archives as oks-backup makes them, and a place to restore to. */
public abstract class RestoreScene {
    @TempDir
    protected Path scratch;

    protected Path target;
    protected Path copies;

    @BeforeEach
    void directories() throws IOException {
        target = scratch.resolve("restored");
        copies = Files.createDirectory(scratch.resolve("copies"));
    }

    static CommandRun restore(Object... args) {
        String[] line = Stream.concat(Stream.of("from"), Stream.of(args).map(Object::toString))
                .toArray(String[]::new);
        return CommandRun.of("oks-restore", OksRestore::new, line);
    }

    /** An archive as oks-backup makes it. */
    protected Path archive(SampleDatabase database, Compression compression) throws IOException {
        Path snapshot = Files.createTempDirectory(scratch, "snapshot");
        LogPosition position = database.position();
        database.snapshot(snapshot);
        Path file = scratch.resolve("archive-" + position.last() + compression.suffix());
        try (OutputStream out = Files.newOutputStream(file)) {
            ArchiveWriter.write(
                    ArchiveSource.of(snapshot.resolve("IDENTITY"), snapshot.resolve("store")),
                    new ArchivedState(
                            database.identity(),
                            position.last(),
                            position.digest(),
                            position.chain(),
                            database.certificates(),
                            Math.max(1, position.ordinal())),
                    out,
                    compression,
                    "oks-backup of a test",
                    database.now(),
                    bytes -> {},
                    ArchiveWriter.UNSEEN,
                    SharedFiles.NONE);
        }
        return file;
    }

    void assertRestored(Digest digest, long certificates) throws IOException {
        assertThat(scratch.resolve("restored.restoring")).doesNotExist();
        assertThat(target.resolve("RESTORING")).doesNotExist();
        assertThat(new RealDisk().list(target))
                .extracting(path -> path.getFileName().toString())
                .containsExactly("IDENTITY", "LOCK", "store");
        try (CertificateStore store = CertificateStore.open(target.resolve("store"), StoreOptions.standard())) {
            assertThat(store.position().digest()).isEqualTo(digest);
            assertThat(store.certificates()).isEqualTo(certificates);
            assertThat(store.check(read -> {}).differences()).isEmpty();
        }
    }

    void assertNothingLeft() {
        assertThat(target).doesNotExist();
        assertThat(scratch.resolve("restored.restoring")).doesNotExist();
    }

    static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
