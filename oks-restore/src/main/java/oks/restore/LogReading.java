package oks.restore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import oks.cli.OutputOptions;
import oks.cli.ProgressDisplay;
import oks.durable.Disk;
import oks.recovery.Group;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryChain.ChainEnd;

/** The recovery files of a restore, read once to verify them and once to replay them. */
final class LogReading {
    private final NewestBranch branch;
    private final RecoveryChain chain;
    private final LogPosition from;
    private final OutputOptions options;
    private long changes;
    private long groups;
    private Optional<Instant> lastTime = Optional.empty();

    /** @param from where the archive stands */
    LogReading(Disk disk, List<Path> files, UUID database, LogPosition from, OutputOptions options)
            throws IOException {
        this.branch = NewestBranch.of(disk, files);
        this.chain = RecoveryChain.of(disk, branch.files(), database, from.last());
        this.from = from;
        this.options = options;
    }

    /**
     * Reads every file, every frame and every link; writes nothing.
     *
     * @throws oks.fault.OperatorFault DAMAGED or GAP_OR_FORK naming what is wrong
     */
    ChainEnd verify() throws IOException {
        return read("checking recovery files", group -> { });
    }

    /** Hands over every group after the archive, verifying again on the way. */
    ChainEnd replay(RecoveryChain.GroupVisitor visitor) throws IOException {
        return read("replaying", visitor);
    }

    private ChainEnd read(String what, RecoveryChain.GroupVisitor visitor) throws IOException {
        changes = 0;
        groups = 0;
        try (ProgressDisplay display = options.progress(what, chain.bytes(), "bytes")) {
            BytesRead bytes = new BytesRead();
            return chain.read(from, group -> {
                visitor.visit(group);
                changes += group.changes().size();
                groups++;
                lastTime = Optional.of(group.time());
                display.to(bytes.upTo(group));
            });
        }
    }

    /** How far reading has come, over all files. */
    private static final class BytesRead {
        private long earlierFiles;
        private long ordinal;
        private long length;

        long upTo(Group group) {
            if (group.end().ordinal() != ordinal) {
                earlierFiles += length;
                ordinal = group.end().ordinal();
            }
            length = group.end().length();
            return earlierFiles + length;
        }
    }

    /** The files that are read, in order. */
    List<Path> files() {
        return chain.files();
    }

    /** Files of histories that an earlier restore ended; they are not read. */
    List<Path> abandoned() {
        return branch.abandoned();
    }

    long bytes() throws IOException {
        return chain.bytes();
    }

    /** Changes after the archive, as of the last reading. */
    long changes() {
        return changes;
    }

    /** Groups after the archive, each ended by a COMMIT with a state digest. */
    long groups() {
        return groups;
    }

    /** When the last change was made; empty when there is none after the archive. */
    Optional<Instant> lastTime() {
        return lastTime;
    }

    /** The bytes at the end of the log that belong to no whole group; empty when there are none. */
    static Optional<LeftOut> leftOut(ChainEnd end) throws IOException {
        if (!end.torn()) {
            return Optional.empty();
        }
        Path file = end.file().orElseThrow();
        long length = end.position().length();
        return Optional.of(new LeftOut(file, length, Files.size(file) - length, end.position().last()));
    }
}
