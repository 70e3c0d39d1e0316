package oks.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import oks.backup.recovery.Follower;
import oks.durable.RealDisk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.LogPosition;
import oks.recovery.Lsn;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryDirectory;
import oks.testing.CommandRun;
import oks.testing.RecoveryFiles;
import oks.testing.SampleDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FollowTest {
    private static final RealDisk DISK = new RealDisk();

    @TempDir
    private Path scratch;

    private Path out;
    private final List<Long> completed = new ArrayList<>();

    @BeforeEach
    void makeDirectory() throws IOException {
        out = Files.createDirectory(scratch.resolve("out"));
    }

    private Follower follower() {
        return new Follower(
                new RecoveryDirectory(DISK, scratch.resolve("db")),
                "sample",
                new RecoveryDirectory(DISK, out),
                InstantSource.system(),
                completed::add);
    }

    private static Path partial(Path out, Path file) {
        return out.resolve(file.getFileName() + ".partial");
    }

    private void assertCopied(Path file) throws IOException {
        Path copy = out.resolve(file.getFileName());
        assertThat(Files.mismatch(copy, file)).isEqualTo(-1);
        assertThat(partial(out, file)).doesNotExist();
        assertThat(Files.getPosixFilePermissions(copy)).isEqualTo(PosixFilePermissions.fromString("r--r-----"));
    }

    @Test
    void everyGroupIsCopiedAsItAppearsAndTheFileGetsItsNameWhenItIsComplete() throws IOException {
        try (SampleDatabase database = SampleDatabase.create(scratch.resolve("db"), 1);
                Follower follower = follower()) {
            follower.round(1);
            Path file = database.recoveryFiles().get(0);
            for (int i = 1; i <= 5; i++) {
                database.put(i);
                assertThat(follower.round(1)).isTrue();
                assertThat(Files.mismatch(partial(out, file), file)).isEqualTo(-1);
                assertThat(follower.lastLsn()).isEqualTo(i);
                assertThat(follower.round(1)).as("nothing new").isFalse();
            }
            database.rotate().put(6);
            follower.round(1);
            assertCopied(file);
            assertThat(completed).containsExactly(1L);
            assertThat(partial(out, database.recoveryFiles().get(1))).exists();
            assertThat(follower.lastLsn()).isEqualTo(6);
        }
        try (Follower follower = follower()) { // oksd stopped: the last file has its SEAL
            follower.round(1);
        }
        assertThat(completed).containsExactly(1L, 2L);
        assertThat(CommandRun.of("oks-backup", OksBackup::new, "verify", out.toString(), "-q")
                        .stdout())
                .contains("2 files, LSN 1 to 6");
    }

    @Test
    void aCopyIsGoneOnWithWhereverItsProgramWasKilled() throws IOException {
        try (SampleDatabase database =
                SampleDatabase.create(scratch.resolve("db"), 1).put(1, 2, 3)) {
            Path file = database.recoveryFiles().get(0);
            byte[] bytes = Files.readAllBytes(file);
            for (int length = 0; length <= bytes.length; length += 509) {
                Files.write(partial(out, file), Arrays.copyOf(bytes, length));
                try (Follower follower = follower()) {
                    follower.round(1);
                }
                assertThat(Files.mismatch(partial(out, file), file))
                        .as("killed at %d", length)
                        .isEqualTo(-1);
            }
            Files.write(
                    partial(out, file),
                    new byte[700],
                    StandardOpenOption.APPEND); // what a crash of oksd's machine took back
            try (Follower follower = follower()) {
                follower.round(1);
            }
            assertThat(Files.mismatch(partial(out, file), file)).isEqualTo(-1);
        }
    }

    @Test
    void aFileThatIsSealedAnewAfterACrashIsFollowedOn() throws IOException {
        SampleDatabase database =
                SampleDatabase.create(scratch.resolve("db"), 1).put(1, 2).flush();
        Path file = database.recoveryFiles().get(0);
        try (Follower follower = follower()) {
            follower.round(1);
            database.kill();
            Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.APPEND); // half a frame
            follower.round(1);
            assertThat(completed).isEmpty();
            RecoveryChain chain = RecoveryChain.of(
                    RecoveryFiles.read(DISK, List.of(file)), database.identity().database(), Lsn.NONE);
            RecoveryChain.sealUnclean(chain.read(LogPosition.START, group -> {}), Instant.now());
            follower.round(1);
            assertThat(completed).containsExactly(1L);
            assertCopied(file);
            assertThat(follower.lastLsn()).isEqualTo(2);
        }
    }

    @Test
    void aFileThatRecoveryCopiedFirstIsLeftAndADifferentOneIsNamed() throws IOException {
        try (SampleDatabase database =
                        SampleDatabase.create(scratch.resolve("db"), 1).put(1);
                Follower follower = follower()) {
            follower.round(1);
            Path first = database.recoveryFiles().get(0);
            database.rotate();
            Files.copy(first, out.resolve(first.getFileName()));
            follower.round(1);
            assertThat(partial(out, first)).doesNotExist();
            database.put(2);
            follower.round(1);
            Path second = database.recoveryFiles().get(1);
            database.rotate();
            Files.write(out.resolve(second.getFileName()), new byte[5000]);
            OperatorFault fault = catchThrowableOfType(OperatorFault.class, () -> follower.round(1));
            assertThat(fault.code()).isEqualTo(ExitCode.GAP_OR_FORK);
            assertThat(partial(out, second)).exists();
        }
    }

    @Test
    void aLinkInPlaceOfTheCopyIsNotFollowed() throws IOException {
        try (SampleDatabase database =
                        SampleDatabase.create(scratch.resolve("db"), 1).put(1);
                Follower follower = follower()) {
            Path victim = Files.writeString(scratch.resolve("victim"), "precious");
            Files.createSymbolicLink(partial(out, database.recoveryFiles().get(0)), victim);
            assertThat(catchThrowableOfType(IOException.class, () -> follower.round(1)))
                    .isNotNull();
            assertThat(Files.readString(victim)).isEqualTo("precious");
        }
    }

    @Test
    void onceCopiesWhatIsThereAndListCountsIt() throws IOException {
        Path conf = FakeOksd.configuration(scratch);
        try (SampleDatabase database =
                        SampleDatabase.create(scratch.resolve("db"), 1).put(1);
                FakeOksd oksd = FakeOksd.in(scratch, database)) {
            String[] where = {"--out", out.toString(), "--conf", conf.toString(), "-q"};
            assertThat(run("full", where).status()).isZero();
            database.put(2, 3).rotate().put(4);
            CommandRun once = run("follow", where, "--once", "--json");
            assertThat(once.status()).as(once.stdout()).isZero();
            assertThat(once.json().path("lsn").asLong()).isEqualTo(4);
            assertThat(once.json().path("following").asText()).endsWith("0000000003.recovery");
            assertThat(oksd.heard()).contains("ordinal 2");
            assertThat(CommandRun.of("oks-backup", OksBackup::new, "list", out.toString())
                            .stdout())
                    .contains("restores LSN 1 to 4");
            CommandRun verified = CommandRun.of("oks-backup", OksBackup::new, "verify", out.toString(), "-q");
            assertThat(verified.stdout()).contains("restores up to LSN 4", "the last one not complete");
        }
    }

    private static CommandRun run(String command, String[] where, String... more) {
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(List.of(where));
        line.addAll(List.of(more));
        return CommandRun.of("oks-backup", OksBackup::new, line.toArray(String[]::new));
    }
}
