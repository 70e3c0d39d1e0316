package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import oks.testing.FaultyDisk;
import org.junit.jupiter.api.Test;

/** Which files of a directory are recovery files, and whose. */
final class RecoveryDirectoryTest {
    private static final Path PLACE = Path.of("/recovery");
    private static final String FIRST = "sample-202611221049020000000001.recovery";
    private static final String SECOND = "sample-202611221049030000000002.recovery";
    private static final String THIRD = "sample-202611221049040000000003.recovery";
    private static final String FOREIGN = "samples-202611221049020000000009.recovery";

    private final FaultyDisk disk = new FaultyDisk(1);
    private final RecoveryDirectory directory = new RecoveryDirectory(disk, PLACE);

    private static List<String> names(List<RecoveryFile> files) {
        return files.stream().map(file -> file.path().getFileName().toString()).toList();
    }

    private static RecoveryFileName name(String name) {
        return RecoveryFileName.of(Path.of(name)).orElseThrow();
    }

    private void put(String... names) {
        for (String name : names) {
            disk.put(PLACE.resolve(name), new byte[] {1, 2, 3});
        }
    }

    @Test
    void onlyRecoveryFilesAreListedAndInOrder() throws IOException {
        put(SECOND, FIRST, FOREIGN, THIRD + ".partial", "IDENTITY", "LOCK", FIRST + ".torn", "." + THIRD + ".new");
        assertThat(names(directory.files())).containsExactly(FIRST, SECOND, FOREIGN);
        assertThat(names(directory.filesWithPartial())).containsExactly(FIRST, SECOND, THIRD + ".partial", FOREIGN);
        assertThat(names(directory.files("sample"))).containsExactly(FIRST, SECOND);
        assertThat(directory.highest("sample")).contains(name(SECOND));
        assertThat(directory.highest("other")).isEmpty();
        assertThat(names(new RecoveryDirectory(disk, Path.of("/missing")).files()))
                .isEmpty();
    }

    @Test
    void aFileThatIsFollowedHasTheNameThatItWillGet() throws IOException {
        put(THIRD + ".partial");
        RecoveryFile followed = directory.filesWithPartial().get(0);
        assertThat(followed.name()).isEqualTo(name(THIRD));
        assertThat(followed.hasItsName()).isFalse();
        assertThat(followed.path()).isEqualTo(directory.partial(name(THIRD)));
        assertThat(directory.has(followed.name())).isFalse();
        disk.rename(followed.path(), PLACE.resolve(THIRD));
        assertThat(directory.has(followed.name())).isTrue();
        assertThat(followed.size()).isEqualTo(3);
    }

    @Test
    void whatIsNotPublishedYetIsOfADatabaseToo() throws IOException {
        put(
                "." + SECOND + ".new",
                "." + FIRST + ".torn.new",
                "." + FOREIGN + ".new",
                "." + THIRD + ".partial.new",
                ".new");
        assertThat(names(directory.unpublished("sample")))
                .containsExactly("." + FIRST + ".torn.new", "." + SECOND + ".new");
        assertThat(directory.unpublished(name(SECOND))).isEqualTo(PLACE.resolve("." + SECOND + ".new"));
    }

    @Test
    void aDatabaseDirectoryKnowsWhatStandsInIt() throws IOException {
        DatabaseDirectory database = new DatabaseDirectory(disk, Path.of("/db"));
        assertThat(database.hasIdentity()).isFalse();
        assertThat(database.hasStore()).isFalse();
        database.write(RecoveryFixtures.IDENTITY);
        disk.put(Path.of("/db/" + FIRST), new byte[0]);
        assertThat(database.identity()).isEqualTo(RecoveryFixtures.IDENTITY);
        assertThat(database.identityFile()).isEqualTo(Path.of("/db/IDENTITY"));
        assertThat(database.store()).isEqualTo(Path.of("/db/store"));
        assertThat(names(database.recoveryFiles().files())).containsExactly(FIRST);
        assertThat(database.snapshot("7").path()).isEqualTo(Path.of("/db/snapshots/7"));
        assertThat(database.snapshot("7").ofSnapshot()).isEqualTo(database);
        assertThat(DatabaseDirectory.isLock(Path.of("/db/LOCK"))).isTrue();
        assertThat(DatabaseDirectory.isLock(Path.of("/db/LOCKED"))).isFalse();
    }
}
