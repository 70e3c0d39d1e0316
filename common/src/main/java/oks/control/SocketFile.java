package oks.control;

import oks.fault.ExitCode;
import oks.fault.OperatorFault;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file of a listening socket: never open to others, not for a moment, whatever the umask. It is bound in a directory
 * of mode 0700 beside its place, gets its mode there, and is renamed into place.
 */
final class SocketFile {
    private static final String BOUND_AS = "s"; // short: the whole path must fit in sun_path

    private final Path place;
    private final Path workshop;
    private Object fileKey;

    private SocketFile(Path place) {
        this.place = place;
        this.workshop = place.resolveSibling("." + place.getFileName());
    }

    /**
     * Makes a place ready for a socket; a socket that nobody listens to any more stays until {@link #publish}.
     *
     * @throws OperatorFault BUSY if somebody listens there; USAGE if others may write to the directory, the file is not a
     *                       socket, or the path is too long
     */
    static SocketFile prepare(Path place) throws IOException {
        SocketFile file = new SocketFile(place.toAbsolutePath());
        ControlLines.requireShort(file.place);
        ControlLines.requireShort(file.bindAt());
        file.prepareDirectory();
        file.requireNobodyListens();
        file.removeWorkshop(); // a start that was killed may have left it
        Files.createDirectory(file.workshop, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return file;
    }

    /** Where to bind the socket. */
    Path bindAt() {
        return workshop.resolve(BOUND_AS);
    }

    /** Gives the bound and listening socket its mode and puts it in its place. */
    void publish(Set<PosixFilePermission> mode) throws IOException {
        Files.setPosixFilePermissions(bindAt(), mode);
        fileKey = Files.readAttributes(bindAt(), BasicFileAttributes.class).fileKey();
        Files.move(bindAt(), place, StandardCopyOption.ATOMIC_MOVE);
        Files.delete(workshop);
    }

    /** Changes the mode of the published socket. */
    void setMode(Set<PosixFilePermission> mode) throws IOException {
        Files.setPosixFilePermissions(place, mode);
    }

    /** Removes the socket, unless another one has taken its place. */
    void remove() throws IOException {
        removeWorkshop();
        try {
            Object there = Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
            if (there.equals(fileKey)) {
                Files.delete(place);
            }
        } catch (NoSuchFileException e) {
            // removed by somebody else: that is what was wanted
        }
    }

    private void prepareDirectory() throws IOException {
        Path directory = place.getParent();
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
        if (Files.getPosixFilePermissions(directory).contains(PosixFilePermission.OTHERS_WRITE)) {
            throw OperatorFault.of(ExitCode.USAGE, "directory \"%s\" of the control socket is open to changes by every user", directory)
                    .kept("no socket was made")
                    .next("run \"chmod o-w %s\" or set control.socket to a path in another directory", directory);
        }
    }

    private void requireNobodyListens() throws IOException {
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther()) {
            throw OperatorFault.of(ExitCode.USAGE, "control socket \"%s\" cannot be made: there is a file that is not a socket", place)
                    .kept("the file was not changed")
                    .next("remove it, or set control.socket to another path");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false); // a stopped oksd with many waiting connections must not stop this one too
            probe.connect(UnixDomainSocketAddress.of(place));
        } catch (ConnectException nobody) {
            return;
        } catch (IOException untold) { // a full queue, another user's socket: only a refusal says that nobody listens
            throw busy("another oksd may listen at control socket \"%s\" (%s)", place, untold.getMessage()).because(untold);
        }
        throw busy("another oksd listens at control socket \"%s\"", place);
    }

    private static OperatorFault busy(String format, Object... values) {
        return OperatorFault.of(ExitCode.BUSY, format, values)
                .kept("its socket was not changed")
                .next("stop it first, or set control.socket to another path");
    }

    private void removeWorkshop() throws IOException {
        Files.deleteIfExists(bindAt());
        Files.deleteIfExists(workshop);
    }
}
