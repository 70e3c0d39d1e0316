package oks.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports for programs that have to be told theirs: between the choice and the program's start, a port must not go to
 * somebody else, though other tests run at the same time.
 */
public final class FreePort {
    /** Below 32768, where the kernel takes the ports of connections from; see ip(7), ip_local_port_range. */
    private static final int FIRST = 20_000;

    private static final int END = 32_768;

    /**
     * The UDP ports of the same numbers say to other test processes which are taken; open as long as this process
     * lives.
     */
    private static final List<DatagramSocket> MARKS = new ArrayList<>();

    private FreePort() {}

    /**
     * A port on which nobody listens, and which no other call gets, in this process or another one, as long as it
     * lives.
     */
    public static synchronized int tcp() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            try {
                DatagramSocket mark = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                MARKS.add(mark);
                try (ServerSocket free = new ServerSocket(port)) {
                    return free.getLocalPort();
                }
            } catch (BindException taken) {
                continue; // another one
            }
        }
    }
}
