package oks.service;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/** The file of a listening UNIX-domain socket: in place of a dead one, never of a living one. */
final class SocketFile {
    /** What {@code sockaddr_un} holds besides the final zero; see unix(7). */
    private static final int LONGEST_PATH = 107;

    private final Path path;

    SocketFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    Path path() {
        return path;
    }

    /** Makes the directory and removes what a dead server left; fails when another one listens or a file is in the way. */
    void clear() {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_PATH) {
            throw OperatorFault.of(ExitCode.USAGE, "socket \"%s\" has a path of %d bytes, but %d is the most that the system takes",
                    path, length, LONGEST_PATH).next("choose a shorter path in the configuration");
        }
        try {
            Files.createDirectories(path.getParent());
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther()) {
                throw OperatorFault.of(ExitCode.FAILED, "could not listen on socket \"%s\": a file of that name is in the way", path)
                        .kept("the file was not touched").next("move it away or choose another path in the configuration");
            }
            if (isAnswered()) {
                throw OperatorFault.of(ExitCode.BUSY, "could not listen on socket \"%s\": another process does", path)
                        .next("stop that process or choose another path in the configuration");
            }
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw fault(e);
        }
    }

    /** Sets mode 0660: the gateways' group may connect, whatever the umask is. */
    void admitGroup() {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
        } catch (IOException e) {
            throw fault(e);
        }
    }

    /** Removes the file of the socket that has just been closed. */
    void remove() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw fault(e);
        }
    }

    OperatorFault fault(Throwable cause) {
        return OperatorFault.of(ExitCode.FAILED, "could not listen on socket \"%s\": %s", path, cause.getMessage()).because(cause);
    }

    private boolean isAnswered() throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException refused) {
            return false; // nobody listens: a dead server's file
        }
    }
}
