package oks.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An oksd that is alive but does nothing, by SIGSTOP or because of its disk: nobody waits for it for ever, and who
 * comes says why.
 */
class StoppedOksdIT {
    private static final int MORE_THAN_ANY_QUEUE = 5000;
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    @TempDir
    private Path scratch;

    @Test
    void whoAsksAStoppedOksdIsToldSoonAndAllIsWellWhenItGoesOn() throws Exception {
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            Path out = Files.createDirectory(scratch.resolve("out"));
            String conf = keyserver.conf("oksd");
            keyserver.kill("STOP");
            try {
                soon(() -> keyserver.oksctl("status", "--conf", conf));
                soon(() -> keyserver.oksBackup("full", "--out", out.toString(), "--conf", conf, "-q"));
                soon(() -> keyserver.oksBackup("check", "--out", out.toString(), "--conf", conf, "-q"));
                assertThat(out).isDirectoryNotContaining("glob:**.full.*");
            } finally {
                keyserver.kill("CONT");
            }
            keyserver.awaitOksd("running");
            keyserver
                    .oksBackup("full", "--out", out.toString(), "--conf", conf, "-q")
                    .done();
        }
    }

    /** Monitoring asks every minute: once the queue of the socket is full, not even a connection can be had. */
    @Test
    void theSameWhenTheQueueOfTheSocketIsFull() throws Exception {
        try (Keyserver keyserver = Keyserver.in(scratch).startOksd()) {
            List<SocketChannel> waiting = new ArrayList<>();
            keyserver.kill("STOP");
            try {
                fill(keyserver.prefix().resolve("var/run/oksd.ctl"), waiting);
                soon(() -> keyserver.oksctl("status", "--conf", keyserver.conf("oksd")));
            } finally {
                keyserver.kill("CONT");
                for (SocketChannel channel : waiting) {
                    channel.close();
                }
            }
            keyserver.awaitOksd("running");
        }
    }

    private static void fill(Path socket, List<SocketChannel> waiting) throws IOException {
        while (waiting.size() < MORE_THAN_ANY_QUEUE) {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.configureBlocking(false);
            try {
                if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
                    throw new SocketException("not at once");
                }
            } catch (SocketException full) {
                channel.close();
                return;
            }
            channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
            waiting.add(channel);
        }
        throw new AssertionError("the queue of " + socket + " is never full");
    }

    private interface Command {
        Finished run() throws Exception;
    }

    private static void soon(Command command) throws Exception {
        long begun = System.nanoTime();
        Finished finished = command.run().ended(3);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(PATIENCE);
        assertThat(finished.stderr()).contains("next: look whether oksd is stopped (state T in \"ps\")");
    }
}
