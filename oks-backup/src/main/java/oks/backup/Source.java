package oks.backup;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import oks.cli.CommonOptions;
import oks.config.OksdSettings;
import oks.control.ControlClient;
import oks.control.ProgressListener;
import oks.durable.DirectoryLock;
import oks.durable.Disk;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.DatabaseIdentity;

/** The database to back up: a running oksd's, or that of a stopped one, under its lock. The caller closes it. */
sealed interface Source extends Closeable {
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
    record Stopped(OksdSettings settings, DatabaseIdentity identity, DirectoryLock lock) implements Source {
        @Override
        public Kind kind() {
            return Kind.STOPPED;
        }

        Path directory() {
            return settings.database().directory();
        }

        /** An oksd that starts has precedence: whoever has what he needs lets go of the database. */
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
        Path directory = settings.database().directory();
        if (!DatabaseIdentity.isIn(disk, directory)) {
            throw unreachable;
        }
        DirectoryLock lock = lock(directory, unreachable);
        try {
            return new Stopped(settings, DatabaseIdentity.read(disk, directory), lock);
        } catch (IOException | RuntimeException e) {
            try (lock) {
                throw e;
            }
        }
    }

    private static DirectoryLock lock(Path directory, OperatorFault unreachable) throws IOException {
        try {
            return DirectoryLock.take(directory, OksBackup.NAME);
        } catch (OperatorFault open) {
            throw OperatorFault.of(open.code(), "%s; and %s", open.what(), unreachable.what())
                    .kept("nothing was changed")
                    .next("if oksd is just starting or stopping, try again; otherwise %s", unreachable.next());
        }
    }
}
