package oks.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * A connection to oksd's control socket, for one thread. What the connection holds (a pause that ends with it, a
 * snapshot) ends when it is closed.
 */
public final class ControlClient implements Closeable {
    /** For commands that may take as long as they take, while oksd answers others. */
    public static final Duration FOR_EVER = ControlLines.FOR_EVER;

    /** How long an oksd that is alive may need for a status. */
    private static final Duration ALIVE = Duration.ofSeconds(10);

    private final ControlLines lines;
    private final Duration alive;

    private ControlClient(ControlLines lines, Duration alive) {
        this.lines = lines;
        this.alive = alive;
    }

    /**
     * Connects to oksd.
     *
     * @throws OperatorFault UNREACHABLE if there is no socket, nobody behind it, or no permission to use it; USAGE if
     *     the path is too long for a UNIX-domain socket
     */
    public static ControlClient connect(Path socket) {
        return connect(socket, ALIVE);
    }

    /** As {@link #connect(Path)}, with another patience. */
    static ControlClient connect(Path socket, Duration alive) {
        return new ControlClient(ControlLines.connect(socket, alive, () -> fullOfOthers(socket, alive)), alive);
    }

    /**
     * Carries out a command and waits for its end, however long that takes, as long as oksd answers anything at all.
     *
     * @return the command's result
     * @throws OperatorFault as oksd sent it; UNREACHABLE if oksd goes before it has answered, or is stopped
     */
    public ObjectNode call(ControlRequest request, ProgressListener listener) {
        return call(request, FOR_EVER, listener);
    }

    /**
     * Carries out a command that ought to be answered soon.
     *
     * @param silence how long oksd may send nothing; {@link #FOR_EVER} for no limit
     * @return the command's result
     * @throws OperatorFault as oksd sent it; UNREACHABLE if oksd goes, or stays silent, before it has answered
     */
    public ObjectNode call(ControlRequest request, Duration silence, ProgressListener listener) {
        String command = request.kind().word();
        try {
            lines.send(RequestLine.of(request));
            Optional<ObjectNode> result = Optional.empty();
            while (result.isEmpty()) {
                result = result(read(command, silence), listener);
            }
            return result.get();
        } catch (ClosedByInterruptException e) {
            throw OperatorFault.of(
                            ExitCode.FAILED, "command \"%s\" was interrupted before oksd had answered it", command)
                    .next("look with %s what became of it", Advice.status())
                    .because(e);
        } catch (IOException e) {
            throw gone(command).because(e);
        }
    }

    private static Optional<ObjectNode> result(ControlAnswer answer, ProgressListener listener) {
        return switch (answer.kind()) {
            case PROGRESS -> {
                listener.progress(((ControlAnswer.Underway) answer).progress());
                yield Optional.empty();
            }
            case DONE -> Optional.of(((ControlAnswer.Done) answer).result());
            case FAILED -> throw ((ControlAnswer.Failed) answer).fault();
        };
    }

    private ControlAnswer read(String command, Duration silence) throws IOException {
        Optional<String> line;
        try {
            line = silence.isZero() ? receiveWhileAlive(command) : lines.receive(silence);
        } catch (ControlLines.SilentException e) {
            throw silent(command, silence).because(e);
        }
        return ControlAnswer.parse(line.orElseThrow(() -> gone(command)))
                .orElseThrow(() -> OperatorFault.of(
                                ExitCode.FAILED,
                                "socket \"%s\" answered command \"%s\" with something other than oks-control(5) says",
                                lines.socket(),
                                command)
                        .next("look whether the socket is oksd's control socket and of the same release"));
    }

    /** A command may be long and have nothing to say; a second connection asks then whether anybody is there. */
    private Optional<String> receiveWhileAlive(String command) throws IOException {
        while (true) {
            try {
                return lines.receive(alive);
            } catch (ControlLines.SilentException longCommand) {
                requireAlive(command);
            }
        }
    }

    private void requireAlive(String command) throws IOException {
        ControlLines other = ControlLines.connect(lines.socket(), alive, () -> silent(command, alive.plus(alive)));
        try {
            other.send(RequestLine.of(new ControlRequest.Status()));
            other.receive(alive); // whatever it is
        } catch (ControlLines.SilentException e) {
            throw silent(command, alive.plus(alive)).because(e);
        } finally {
            other.close();
        }
    }

    private static OperatorFault fullOfOthers(Path socket, Duration silence) {
        return look(OperatorFault.of(
                ExitCode.UNREACHABLE,
                "oksd at socket \"%s\" did not take a connection within %d seconds",
                socket,
                silence.toSeconds()));
    }

    private OperatorFault silent(String command, Duration silence) {
        return look(OperatorFault.of(
                ExitCode.UNREACHABLE,
                "oksd at socket \"%s\" did not answer command \"%s\" within %d seconds",
                lines.socket(),
                command,
                silence.toSeconds()));
    }

    private static OperatorFault look(OperatorFault fault) {
        return fault.next(
                "look whether oksd is stopped (state T in \"ps\") or waits for a disk (state D), and read its log; "
                        + "once it goes "
                        + "on, it may carry the command out");
    }

    /**
     * Waits until oksd ends the connection, as it does last of all when it stops.
     *
     * @return false if the limit, or an interrupt, came first
     */
    public boolean awaitEnd(Duration limit) {
        try {
            while (lines.receive(limit).isPresent()) {
                // nothing is expected any more
            }
            return true;
        } catch (ControlLines.SilentException | ClosedByInterruptException e) {
            return false;
        } catch (IOException e) {
            return true; // reset is an end, too
        }
    }

    private OperatorFault gone(String command) {
        return OperatorFault.of(
                        ExitCode.UNREACHABLE,
                        "oksd closed socket \"%s\" before it had answered command \"%s\"",
                        lines.socket(),
                        command)
                .kept("everything that was acknowledged is on disk")
                .next("look whether oksd stopped or crashed: read its log, start it, run %s", Advice.status());
    }

    @Override
    public void close() {
        lines.close();
    }
}
