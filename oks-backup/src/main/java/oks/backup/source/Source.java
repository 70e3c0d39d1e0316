package oks.backup.source;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import oks.backup.output.BackupContext;
import oks.cli.CommonOptions;
import oks.config.OksdSettings;
import oks.control.ControlClient;
import oks.control.ProgressListener;
import oks.durable.DirectoryLock;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseDirectory;
import oks.recovery.DatabaseIdentity;
import oks.recovery.RecoveryDirectory;

/** The database to back up: a running oksd's, or that of a stopped one, under its lock. The caller closes it. */
public sealed interface Source extends Closeable {
    /** An oksd that ends holds the lock for a moment after its last answer. */
    Duration OKSD_ENDS = Duration.ofSeconds(5);

    enum Kind {
        RUNNING,
        STOPPED
    }

    Kind kind();

    /** A database whose oksd runs. What the connection holds ends with it. */
    record Running(ControlClient oksd, ProgressListener progress) implements Source {
        @Override
        public Kind kind() {
            return Kind.RUNNING;
        }

        @Override
        public void close() {
            oksd.close();
        }
    }

    /** A database that nobody has open, and nobody can open until {@link #letGo} or the end. */
    record Stopped(
            DatabaseDirectory directory, RecoveryDirectory recovery, DatabaseIdentity identity, DirectoryLock lock)
            implements Source {

        /** Opens a database whose lock is held; the lock is let go when that fails. */
        public static Stopped of(DatabaseDirectory directory, RecoveryDirectory recovery, DirectoryLock lock)
                throws IOException {
            try {
                return new Stopped(directory, recovery, directory.identity(), lock);
            } catch (IOException | RuntimeException e) {
                try (lock) {
                    throw e;
                }
            }
        }

        @Override
        public Kind kind() {
            return Kind.STOPPED;
        }

        /** An oksd that starts has precedence: the database is released as soon as it is not needed. */
        void letGo() throws IOException {
            lock.close();
        }

        @Override
        public void close() throws IOException {
            letGo();
        }
    }

    /**
     * Finds the database that the options name.
     *
     * @throws OperatorFault UNREACHABLE when oksd cannot be reached and its directory cannot be used instead
     */
    static Source of(CommonOptions options, Disk disk) throws IOException {
        try {
            return new Running(options.connect(), options.controlProgress());
        } catch (OperatorFault unreachable) {
            if (unreachable.code() != ExitCode.UNREACHABLE || options.namesSocket()) {
                throw unreachable; // a socket alone does not say where the database is
            }
            return stopped(options.settings(), disk, unreachable);
        }
    }

    private static Source stopped(OksdSettings settings, Disk disk, OperatorFault unreachable) throws IOException {
        DatabaseDirectory directory =
                new DatabaseDirectory(disk, settings.database().directory());
        if (!directory.hasIdentity()) {
            throw unreachable;
        }
        RecoveryDirectory recovery =
                new RecoveryDirectory(disk, settings.recovery().directory());
        return Stopped.of(directory, recovery, lock(directory, unreachable));
    }

    private static DirectoryLock lock(DatabaseDirectory directory, OperatorFault unreachable) throws IOException {
        try {
            return directory.lockAfter(BackupContext.NAME, "oksd", OKSD_ENDS);
        } catch (OperatorFault open) {
            throw OperatorFault.of(open.code(), "%s; and %s", open.what(), unreachable.what())
                    .kept("nothing was changed")
                    .next("if oksd is just starting or stopping, try again; otherwise %s", unreachable.next());
        }
    }
}
