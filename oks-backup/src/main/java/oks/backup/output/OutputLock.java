package oks.backup.output;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import oks.durable.DirectoryLock;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Json;
import oks.json.Scalar;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to add files to a backup directory or to remove some: an operating system lock, gone with the process, and,
 * because not every shared disk passes locks on to other hosts, a lease that its holder renews. A lease of this host
 * means nothing once the lock is free; one of another host holds until its time has passed.
 */
public final class OutputLock implements Closeable {
    /** The part of the directory that is locked: recovery files need not wait while a large archive is written. */
    public enum Part {
        ARCHIVES,
        RECOVERY,
        FOLLOW;

        public String lock() {
            return ".oks-backup." + name().toLowerCase(Locale.ROOT) + ".lock";
        }

        String lease() {
            return "oks-backup." + name().toLowerCase(Locale.ROOT) + ".lease";
        }
    }

    /** The lease's file. */
    private record Lease(String command, String host, long pid, Instant since, Instant until) {}

    private static final Json JSON =
            Json.with(Scalar.text(Instant.class, Scalar.TIME, Instant::parse, Instant::toString));
    private static final Logger LOG = LoggerFactory.getLogger(OutputLock.class);
    private static final Duration TERM = Duration.ofMinutes(5);
    private static final Duration RENEWAL = Duration.ofMinutes(1);

    private final Disk disk;
    private final Path directory;
    private final Part part;
    private final String command;
    private final InstantSource clock;
    private final Instant since;
    private final DirectoryLock lock;
    private final AtExit atExit;

    @GuardedBy("this") private boolean closed;

    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lease");
        thread.setDaemon(true);
        return thread;
    });

    private OutputLock(Disk disk, Path directory, Part part, String command, InstantSource clock, DirectoryLock lock) {
        this.disk = disk;
        this.directory = directory;
        this.part = part;
        this.command = command;
        this.clock = clock;
        this.since = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        this.lock = lock;
        this.atExit = AtExit.register(this::removeLease);
    }

    /**
     * Takes lock and lease.
     *
     * @param command the command that works in the directory; a second run is told
     * @throws OperatorFault BUSY, saying who holds it
     */
    public static OutputLock take(Disk disk, Path directory, Part part, String command, InstantSource clock)
            throws IOException {
        DirectoryLock lock = DirectoryLock.take(directory, part.lock(), "backup directory", "oks-backup " + command);
        try {
            refuseLeaseOfAnotherHost(disk, directory.resolve(part.lease()), clock.instant());
            OutputLock taken = new OutputLock(disk, directory, part, command, clock, lock);
            taken.write();
            Future<?> unused = taken.renewal.scheduleAtFixedRate(
                    taken::renew, RENEWAL.toMillis(), RENEWAL.toMillis(), TimeUnit.MILLISECONDS);
            return taken;
        } catch (IOException | RuntimeException e) {
            try (lock) {
                throw e;
            }
        }
    }

    /** The directory, as it was named. */
    public Path directory() {
        return directory;
    }

    private static void refuseLeaseOfAnotherHost(Disk disk, Path file, Instant now) throws IOException {
        if (!disk.exists(file)) {
            return;
        }
        Lease lease;
        try {
            lease = JSON.readKnown(Json.object(Durable.read(disk, file)), Lease.class);
        } catch (IllegalArgumentException e) {
            LOG.warn("\"{}\" is not what oks-backup writes there: it is replaced", file);
            return;
        }
        if (!lease.host().equals(host()) && now.isBefore(lease.until())) {
            throw OperatorFault.of(
                            ExitCode.BUSY,
                            "backup directory \"%s\" is in use by oks-backup %s on host \"%s\", pid %d, "
                                    + "since %s; its lease ends %s unless it is renewed",
                            file.getParent(),
                            lease.command(),
                            lease.host(),
                            lease.pid(),
                            lease.since(),
                            lease.until())
                    .kept("nothing was changed")
                    .next("wait for its end; if that host is gone, wait until the lease has ended");
        }
    }

    private void write() throws IOException {
        Instant until = clock.instant().plus(TERM).truncatedTo(ChronoUnit.SECONDS);
        String lease =
                JSON.lines(new Lease(command, host(), ProcessHandle.current().pid(), since, until));
        Durable.replace(disk, directory.resolve(part.lease()), (lease + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private synchronized void renew() {
        try {
            if (!closed) {
                write();
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("the lease of backup directory \"{}\" could not be renewed: {}", directory, e.getMessage());
        }
    }

    private static String host() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    }

    @Override
    public void close() throws IOException {
        renewal.shutdownNow();
        atExit.close();
        try (lock) {
            removeLease();
        }
    }

    /** A renewal that is under way is waited for, and none comes after. */
    private synchronized void removeLease() throws IOException {
        closed = true;
        disk.delete(directory.resolve(part.lease()));
    }
}
