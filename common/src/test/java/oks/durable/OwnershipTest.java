package oks.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import oks.recovery.DatabaseDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnershipTest {
    private static final int SOMEBODY = 54321;

    @TempDir
    private Path directory;

    private static Object owners(Path file) throws IOException {
        return Files.readAttributes(file, "unix:uid,gid", LinkOption.NOFOLLOW_LINKS).values().stream()
                .sorted()
                .toList();
    }

    private Path somebodys(String name) throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can give files away");
        Path made = Files.createDirectory(directory.resolve(name));
        Files.setAttribute(made, "unix:uid", SOMEBODY);
        Files.setAttribute(made, "unix:gid", SOMEBODY + 1);
        return made;
    }

    @Test
    void whatRootMakesInSomebodysDirectoryIsTheirs() throws IOException {
        Path theirs = somebodys("theirs");
        new RealDisk().create(theirs.resolve("archive")).close();
        new DatabaseDirectory(new RealDisk(), theirs).lock("a test").close();
        assertThat(owners(theirs.resolve("archive"))).isEqualTo(owners(theirs));
        assertThat(owners(theirs.resolve("LOCK"))).isEqualTo(owners(theirs));
    }

    @Test
    void aTreeIsGivenWithAllThatIsInItAndNoLinkIsFollowed() throws IOException {
        Path theirs = somebodys("theirs");
        Path outside = Files.createFile(directory.resolve("outside"));
        Object before = owners(outside);
        Path tree = Files.createDirectories(directory.resolve("tree/store")).getParent();
        Files.createFile(tree.resolve("store/file"));
        Path link = Files.createSymbolicLink(tree.resolve("link"), outside);
        Ownership.ofTree(tree, theirs);
        for (Path each : new Path[] {tree, tree.resolve("store"), tree.resolve("store/file"), link}) {
            assertThat(owners(each)).as(each.toString()).isEqualTo(owners(theirs));
        }
        assertThat(owners(outside)).isEqualTo(before);
    }

    @Test
    void filesInOnesOwnDirectoryStayAsTheyAre() throws IOException {
        Path file = directory.resolve("file");
        new RealDisk().create(file).close();
        assertThat(Files.getOwner(file)).isEqualTo(Files.getOwner(directory));
        Object before = owners(file);
        Ownership.ofTree(directory, directory);
        assertThat(owners(file)).isEqualTo(before);
    }
}
