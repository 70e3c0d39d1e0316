package oks.restore;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;
import oks.archive.Compression;
import oks.archive.Manifest;
import oks.durable.RealDisk;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.Digest;
import oks.recovery.Hash;
import oks.recovery.RecoveryDirectory;
import oks.recovery.Timeline;
import oks.testing.SampleDatabase;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;

/** A backup set of an archive and recovery files, and everything that can be wrong with one of its files. */
abstract class BackupSets extends RestoreScene {
    static final int RECOVERY_FILES = 4;

    private static final String HASH = "  \"sha256\" : \"";

    /** What is done to one file; statuses for the archive, a recovery file in the middle, and the last one. */
    enum Damage {
        SHORTENED(5, 5, 0),
        EMPTIED(5, 5, 5),
        REMOVED(2, 6, 0),
        SWAPPED(5, 6, 6),
        DUPLICATED(0, 0, 0),
        FLIPPED_IN_THE_HEAD(5, 5, 5),
        FLIPPED_IN_THE_MIDDLE(5, 5, 5),
        FOREIGN_DATABASE(6, 6, 6),
        FOREIGN_TIMELINE(0, 6, 6),
        TOO_NEW(1, 1, 1);

        final int archive;
        final int middle;
        final int last;

        Damage(int archive, int middle, int last) {
            this.archive = archive;
            this.middle = middle;
            this.last = last;
        }

        /** @param file 0 for the archive */
        int status(int file) {
            return file == 0 ? archive : file == RECOVERY_FILES ? last : middle;
        }
    }

    Path archive;
    /** After each change. */
    final List<Digest> states = new ArrayList<>();

    private Path foreign;
    private Path foreignArchive;
    private Path otherHistory;

    @BeforeEach
    void make() throws IOException {
        Path set = Files.createDirectory(scratch.resolve("set"));
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1)) {
            archive = Files.move(archive(database, Compression.ZSTD), set.resolve("backup.full.tar.zst"));
            states.add(database.digest());
            for (int i = 1; i <= RECOVERY_FILES; i++) {
                states.add(database.put(i).digest());
                states.add(database.put(10 + i).rotate().digest());
            }
            for (Path file : database.recoveryFiles().subList(0, RECOVERY_FILES)) {
                Files.copy(file, set.resolve(file.getFileName()));
            }
        }
        foreign = Files.createDirectory(scratch.resolve("foreign"));
        try (SampleDatabase other = SampleDatabase.create(scratch.resolve("other"), 2)) {
            foreignArchive = archive(other, Compression.ZSTD);
            fill(other, foreign);
        }
        otherHistory = Files.createDirectory(scratch.resolve("history"));
        try (SampleDatabase other =
                SampleDatabase.create(scratch.resolve("same"), 1, Instant.parse("2026-11-21T00:00:00Z"))) {
            fill(other, otherHistory);
        }
    }

    private static void fill(SampleDatabase database, Path copies) throws IOException {
        for (int i = 1; i <= RECOVERY_FILES; i++) {
            database.put(70 + i, 80 + i).rotate();
        }
        database.copyRecoveryFiles(copies);
    }

    /** @param number 0 for the archive */
    static Path file(Path set, int number) throws IOException {
        if (number > 0) {
            return recovery(set, number);
        }
        return new RealDisk()
                .list(set).stream()
                        .filter(path -> path.toString().contains(".full."))
                        .findFirst()
                        .orElseThrow();
    }

    private static Path recovery(Path directory, int number) throws IOException {
        return new RecoveryDirectory(new RealDisk(), directory).paths().get(number - 1);
    }

    void inflict(Damage damage, int number, Path file, Path set) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        switch (damage) {
            case SHORTENED -> replace(file, Arrays.copyOf(bytes, bytes.length - 200));
            case EMPTIED -> replace(file, new byte[0]);
            case REMOVED -> Files.delete(file);
            case SWAPPED -> {
                Path other = set.resolve(
                        file(archive.getParent(), number % RECOVERY_FILES + 1).getFileName());
                if (Files.exists(other)) {
                    replace(file, Files.readAllBytes(other));
                    replace(other, bytes);
                } else {
                    Files.move(file, other);
                }
            }
            case DUPLICATED -> {
                Path second = Files.createDirectories(set.resolve("again"));
                Files.copy(file, second.resolve(file.getFileName()));
            }
            case FLIPPED_IN_THE_HEAD -> flip(file, bytes, 20);
            case FLIPPED_IN_THE_MIDDLE -> flip(file, bytes, number == 0 ? bytes.length / 2 : 4200);
            case FOREIGN_DATABASE -> replace(file, number == 0 ? foreignArchive : recovery(foreign, number));
            case FOREIGN_TIMELINE -> foreignTimeline(file, number);
            case TOO_NEW -> tooNew(file, bytes, number);
        }
    }

    /** For the archive: the same state on a timeline of its own, as after a restore. */
    private void foreignTimeline(Path file, int number) throws IOException {
        if (number > 0) {
            replace(file, recovery(otherHistory, number));
            return;
        }
        Path directory = Files.createTempDirectory(scratch, "timeline").resolve("db");
        try (SampleDatabase same = SampleDatabase.create(directory, 1)) {
            DatabaseIdentity identity = same.identity();
            new DatabaseDirectory(new RealDisk(), directory)
                    .write(new DatabaseIdentity(
                            identity.name(),
                            identity.database(),
                            new Timeline(
                                    2,
                                    new UUID(7, 7),
                                    Optional.of(new Timeline.Fork(
                                            identity.timeline().id(), same.lsn(), same.digest())))));
        }
        try (SampleDatabase restored = SampleDatabase.open(directory, 99)) {
            replace(file, archive(restored, Compression.ZSTD));
        }
    }

    /** Format 2 with right checksums. */
    private static void tooNew(Path file, byte[] bytes, int number) throws IOException {
        if (number == 0) {
            replace(file, newer(bytes));
            return;
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        header.putShort(8, (short) 2);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 4092);
        header.putInt(4092, (int) crc.getValue());
        replace(file, bytes);
    }

    private static byte[] newer(byte[] archive) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveInputStream in =
                        new TarArchiveInputStream(new ZstdInputStream(new ByteArrayInputStream(archive)));
                TarArchiveOutputStream out = new TarArchiveOutputStream(bytes)) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = in.readAllBytes();
                if (entry.getName().endsWith(Manifest.FILE)) {
                    content = newerManifest(new String(content, StandardCharsets.UTF_8))
                            .getBytes(StandardCharsets.UTF_8);
                    entry.setSize(content.length);
                }
                out.putArchiveEntry(entry);
                out.write(content);
                out.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static String newerManifest(String manifest) {
        String hashed = manifest.substring(0, manifest.lastIndexOf(HASH))
                .replace("\"format\" : 1", "\"format\" : " + (Manifest.FORMAT + 1));
        return hashed + HASH + Hash.of(Hash.sha256().digest(hashed.getBytes(StandardCharsets.UTF_8))) + "\"\n}\n";
    }

    private static void flip(Path file, byte[] bytes, int at) throws IOException {
        bytes[at] ^= 0x10;
        replace(file, bytes);
    }

    /** A foreign recovery file comes with its own name. */
    private static void replace(Path file, Path by) throws IOException {
        Files.delete(file);
        Files.copy(by, file.toString().contains(".full.") ? file : file.resolveSibling(by.getFileName()));
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Files.write(file, bytes);
    }
}
