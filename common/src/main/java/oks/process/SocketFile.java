package oks.process;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * The file of a listening UNIX-domain socket: never open to others, not for a moment, whatever the umask. It is bound
 * in a directory of mode 0700 beside its place, gets its mode there, and is renamed into place.
 */
public final class SocketFile {
    private static final String BOUND_AS = "s"; // short: the whole path must fit in sun_path

    /** The limit of sun_path in unix(7), without its final zero byte. */
    private static final int MAX_PATH_BYTES = 107;

    /** Bits of a file's mode, inode(7). */
    private static final int FILE_TYPE = 0170000;

    private static final int SOCKET = 0140000;

    private final String kind;
    private final Path place;
    private final Path workshop;
    private Object fileKey;

    private SocketFile(String kind, Path place) {
        this.kind = kind;
        this.place = place;
        this.workshop = place.resolveSibling("." + place.getFileName());
    }

    /**
     * Makes a place ready for a socket; a socket that nobody listens to any more stays until {@link #publish}.
     *
     * @param kind what the socket is for, "control" or "service": for messages, and the table of its setting
     * @throws OperatorFault BUSY if somebody listens there; USAGE if others may write to the directory, the file is not
     *     a socket, or the path is too long
     */
    public static SocketFile prepare(String kind, Path place) throws IOException {
        SocketFile file = new SocketFile(kind, place.toAbsolutePath());
        requireShort(file.place);
        requireShort(file.bindAt());
        file.requireSocketOrNothing();
        file.prepareDirectory();
        file.requireNobodyListens();
        file.removeWorkshop(); // a start that was killed may have left it
        Files.createDirectory(
                file.workshop, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return file;
    }

    /**
     * Refuses a path that the kernel would not take.
     *
     * @throws OperatorFault USAGE with the path's length and the limit
     */
    public static void requireShort(Path socket) {
        int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PATH_BYTES) {
            throw OperatorFault.of(
                            ExitCode.USAGE,
                            "the path of socket \"%s\" has %d bytes, but UNIX allows %d",
                            socket,
                            bytes,
                            MAX_PATH_BYTES)
                    .next("use a shorter path, such as one below /run");
        }
    }

    /** Where to bind the socket. */
    public Path bindAt() {
        return workshop.resolve(BOUND_AS);
    }

    /** Gives the bound and listening socket its mode and puts it in its place. */
    public void publish(Set<PosixFilePermission> mode) throws IOException {
        Files.setPosixFilePermissions(bindAt(), mode);
        fileKey = Files.readAttributes(bindAt(), BasicFileAttributes.class).fileKey();
        Files.move(bindAt(), place, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(workshop);
    }

    /** Changes the mode of the published socket. */
    public void setMode(Set<PosixFilePermission> mode) throws IOException {
        Files.setPosixFilePermissions(place, mode);
    }

    /** Removes the socket, unless another one has taken its place. */
    public void remove() throws IOException {
        removeWorkshop();
        try {
            Object there = Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey();
            if (there.equals(fileKey)) {
                Files.delete(place);
            }
        } catch (NoSuchFileException e) {
            // removed by somebody else: that is what was wanted
        }
    }

    /** A device, for example, is none: it would be replaced. */
    private void requireSocketOrNothing() throws IOException {
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)
                && ((Integer) Files.getAttribute(place, "unix:mode", LinkOption.NOFOLLOW_LINKS) & FILE_TYPE)
                        != SOCKET) {
            throw OperatorFault.of(
                            ExitCode.USAGE,
                            "%s socket \"%s\" cannot be made: there is a file that is not a socket",
                            kind,
                            place)
                    .kept("the file was not changed")
                    .next("remove it, or set %s.socket to another path", kind);
        }
    }

    private void prepareDirectory() throws IOException {
        Path directory = place.getParent();
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
        if (Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE)) {
            throw OperatorFault.of(
                            ExitCode.USAGE,
                            "directory \"%s\" of the %s socket is open to changes by every user",
                            directory,
                            kind)
                    .kept("no socket was made")
                    .next("run \"chmod o-w %s\" or set %s.socket to a path in another directory", directory, kind);
        }
    }

    private void requireNobodyListens() throws IOException {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false); // a stopped oksd with many waiting connections must not stop this one too
            probe.connect(UnixDomainSocketAddress.of(place));
        } catch (ConnectException nobody) {
            return;
        } catch (IOException untold) { // a full queue, another user's socket: only a refusal says that nobody listens
            throw busy("another oksd may listen at %s socket \"%s\" (%s)", kind, place, untold.getMessage())
                    .because(untold);
        }
        throw busy("another oksd listens at %s socket \"%s\"", kind, place);
    }

    private OperatorFault busy(String format, Object... values) {
        return OperatorFault.of(ExitCode.BUSY, format, values)
                .kept("its socket was not changed")
                .next("stop it first, or set %s.socket to another path", kind);
    }

    private void removeWorkshop() throws IOException {
        Files.deleteIfExists(bindAt());
        Files.deleteIfExists(workshop);
    }
}
