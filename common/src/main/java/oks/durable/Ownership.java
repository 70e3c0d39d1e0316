package oks.durable;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Whose the files are that root makes: those in a directory of another user belong to that user and group, so that the
 * daemon or the next timer, which run as that user, can go on with them. Made by anybody else, files stay as they are.
 */
public final class Ownership {
    private static final String OWNER = "unix:uid";
    private static final String GROUP = "unix:gid";
    private static final Integer ROOT = 0;

    private Ownership() {}

    /** Gives a file that was just made the owner of its directory, if root made it; follows no link. */
    static void ofDirectory(Path made) throws IOException {
        like(made, made.toAbsolutePath().getParent());
    }

    /**
     * Gives a directory and everything below it the owner of another one, where it belongs to root.
     *
     * @param tree a directory that was just made; links in it are not followed
     * @param model the directory whose owner and group count
     */
    public static void ofTree(Path tree, Path model) throws IOException {
        if (ROOT.equals(Files.getAttribute(model, OWNER))) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                like(file, model);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                like(directory, model);
                return super.postVisitDirectory(directory, failure);
            }
        });
    }

    private static void like(Path made, Path model) throws IOException {
        if (!ROOT.equals(Files.getAttribute(made, OWNER, LinkOption.NOFOLLOW_LINKS))
                || ROOT.equals(Files.getAttribute(model, OWNER))) {
            return;
        }
        Files.setAttribute(made, GROUP, Files.getAttribute(model, GROUP), LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(made, OWNER, Files.getAttribute(model, OWNER), LinkOption.NOFOLLOW_LINKS);
    }
}
