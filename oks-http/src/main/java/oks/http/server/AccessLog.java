package oks.http.server;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import oks.config.Addresses;
import oks.config.OksHttpSettings;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line per request in a file, which the platform rotates: after it was renamed, {@link #reopen} goes on in a new one.
 * Never what was searched for. Lines are written by a thread of their own; when it cannot keep up they are counted and
 * dropped, for the requests are more important.
 */
public final class AccessLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final int MOST_WAITING = 20_000;
    private static final Set<StandardOpenOption> APPENDING =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    private static final FileAttribute<?> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));
    private static final String REOPEN = "reopen";
    private static final String END = "end";

    private final Path file;
    private final Addresses addresses;
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(MOST_WAITING);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private BufferedWriter out; // the thread's own once it runs

    private AccessLog(Path file, Addresses addresses) throws IOException {
        this.file = file;
        this.addresses = addresses;
        this.out = open();
        this.thread = new Thread(this::run, "access log");
        this.thread.setDaemon(true);
    }

    /** Opens the log; {@code null} when none is wanted. */
    public static AccessLog open(OksHttpSettings.Access settings) {
        if (settings.file().isEmpty()) {
            return null;
        }
        Path file = Path.of(settings.file());
        try {
            AccessLog log = new AccessLog(file, settings.addresses());
            log.thread.start();
            return log;
        } catch (IOException e) {
            throw OperatorFault.of(ExitCode.FAILED, "could not write access log \"%s\": %s", file, e.getMessage())
                    .next("set access.file in oks-http.conf to a file that can be written")
                    .because(e);
        }
    }

    /**
     * Notes a request: time, address, method, path, kind, status, bytes, microseconds.
     *
     * @param path one of those that exist, never what a client made up
     */
    void note(
            String time,
            ClientAddress client,
            String method,
            String path,
            RequestKind kind,
            int status,
            long bytes,
            long micros) {
        String address = addresses == Addresses.NONE ? "-" : client.text(addresses == Addresses.TRUNCATED);
        String line = time + ' ' + address + ' ' + RequestHead.shortened(method) + ' ' + path + ' ' + kind.word() + ' '
                + status + ' ' + bytes + ' ' + micros + "us";
        if (!lines.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    /** Goes on in a new file when the old one was renamed. */
    public void reopen() {
        put(REOPEN);
    }

    private void put(String order) {
        try {
            lines.put(order);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private BufferedWriter open() throws IOException {
        return new BufferedWriter(
                Channels.newWriter(Files.newByteChannel(file, APPENDING, MODE), StandardCharsets.UTF_8));
    }

    @SuppressWarnings({"StringEquality", "ReferenceEquality"})
    private void run() {
        try {
            for (String line = lines.take();
                    line != END;
                    line = lines.take()) { // the orders themselves, not lines like them
                write(line, line == REOPEN);
            }
            out.close();
        } catch (IOException e) {
            LOG.error("access log \"{}\": {}", file, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(String line, boolean reopen) {
        try {
            if (reopen) {
                out.close();
                out = open();
                return;
            }
            out.append(line).append('\n');
            if (lines.isEmpty()) {
                out.flush();
                long lost = dropped.getAndSet(0);
                if (lost > 0) {
                    LOG.warn("access log \"{}\" could not keep up: lines missing: {}", file, lost);
                }
            }
        } catch (IOException e) {
            LOG.error("could not write access log \"{}\": {}", file, e.getMessage());
        }
    }

    /** Writes what waits and closes the file. */
    @Override
    public void close() {
        put(END);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
