package oks.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import oks.durable.RealDisk;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.Lsn;
import oks.recovery.Timeline;

/** A snapshot whose store is no store, only bytes: what archives are concerned with. */
final class SampleSnapshot {
    static final Instant CREATED = Instant.parse("2026-11-22T10:49:02.123456Z");
    static final String LONG_NAME = "a-name-that-is-longer-than-the-hundred-bytes-".repeat(3) + "ü.sst";

    private static final UUID DATABASE = UUID.fromString("7b0c2a3e-2f3b-4a51-9d57-111111111111");
    private static final DatabaseIdentity IDENTITY = new DatabaseIdentity(
            "sample", DATABASE, Timeline.first(UUID.fromString("7b0c2a3e-2f3b-4a51-9d57-222222222222")));

    private final Path directory;

    private SampleSnapshot(Path directory) {
        this.directory = directory;
    }

    /** Three files in the store: several blocks of gzip, an empty one, one with a long name. */
    static SampleSnapshot in(Path directory) throws IOException {
        return make(directory, 3 * GzipMember.BLOCK + 17);
    }

    static SampleSnapshot small(Path directory) throws IOException {
        return make(directory, 300);
    }

    private static SampleSnapshot make(Path directory, int bytes) throws IOException {
        Path store = Files.createDirectories(directory.resolve(DatabaseDirectory.STORE));
        byte[] content = new byte[bytes];
        new Random(7).nextBytes(content);
        Files.write(store.resolve("000012.sst"), content);
        Files.write(store.resolve("CURRENT"), new byte[0]);
        Files.writeString(store.resolve(LONG_NAME), "long");
        new DatabaseDirectory(new RealDisk(), directory).write(IDENTITY);
        return new SampleSnapshot(directory);
    }

    Path directory() {
        return directory;
    }

    ArchivedState state() {
        return new ArchivedState(IDENTITY, new Lsn(12), Digest.EMPTY.plus(hash("x")), hash("chain"), 10, 3);
    }

    private static Hash hash(String text) {
        return Digest.certificateElement(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), new byte[0]);
    }

    ArchiveSource source() throws IOException {
        return ArchiveSource.of(
                directory.resolve(DatabaseDirectory.IDENTITY), directory.resolve(DatabaseDirectory.STORE));
    }

    byte[] archive(Compression compression) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ArchiveWriter.write(
                source(),
                state(),
                out,
                compression,
                "oks-backup 2.0.0",
                CREATED,
                bytes -> {},
                ArchiveWriter.UNSEEN,
                SharedFiles.NONE);
        return out.toByteArray();
    }
}
