package oks.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import oks.testing.FaultyDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A file that is being followed is sealed and loses its {@code .partial} while somebody reads the directory. */
final class FollowedFileSealedTest {
    private final FaultyDisk disk = new FaultyDisk(1);
    private List<RecoveryFile> listed;
    private Path followed;
    private Path sealed;

    @BeforeEach
    void listWhileTheLastFileIsFollowed() throws Exception {
        RecoveryFixtures.write(disk);
        List<Path> files = new ArrayList<>(RecoveryFixtures.files(disk));
        Path last = files.remove(files.size() - 1);
        followed = last.resolveSibling(last.getFileName() + RecoveryFileName.PARTIAL);
        sealed = last;
        disk.rename(last, followed);
        listed = new RecoveryDirectory(disk, RecoveryFixtures.DIRECTORY).filesWithPartial();
        assertThat(listed).extracting(RecoveryFile::path).contains(followed);
        disk.rename(followed, last);
    }

    @Test
    void aChainThatWasListedBeforeIsReadToItsEnd() throws Exception {
        RecoveryChain chain = RecoveryChain.of(HistoryFile.of(listed), RecoveryFixtures.IDENTITY.database(), Lsn.NONE);
        assertThat(chain.bytes()).isPositive();
        assertThat(chain.read(LogPosition.START, group -> {}).position().last()).isEqualTo(new Lsn(7));
    }

    @Test
    void aFileThatIsGoneUnderBothNamesIsMissing() throws Exception {
        disk.delete(sealed);
        assertThatThrownBy(() -> RecoveryFile.reader(disk, followed))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(followed.getFileName().toString().replace(RecoveryFileName.PARTIAL, ""));
    }
}
