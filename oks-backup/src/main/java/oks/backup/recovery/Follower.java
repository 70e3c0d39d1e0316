package oks.backup.recovery;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import oks.backup.output.Leftovers;
import oks.backup.output.OwnTimeline;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.LogPosition;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryFileName;
import oks.recovery.RecoveryHeader;

/**
 * Copies oksd's recovery files while it writes them. Needs nothing from oksd but its directory: a file is complete when
 * it has a SEAL or a later file is there. One thread.
 */
public final class Follower implements Closeable {
    private final RecoveryDirectory directory;
    private final String database;
    private final RecoveryDirectory out;
    private final InstantSource clock;
    private final LongConsumer completed;
    private FollowedFile current; // null between two files
    private Optional<LogPosition> before = Optional.empty(); // the end of the last file that this run completed
    private int filesSeen;
    private FileTime outSeen; // null before the first round
    private long files;
    private long lastLsn;
    private Duration lag = Duration.ZERO;
    private Duration longest = Duration.ZERO;

    /**
     * @param directory oksd's recovery directory
     * @param completed is told the ordinal of each file that has its name now
     */
    public Follower(
            RecoveryDirectory directory,
            String database,
            RecoveryDirectory out,
            InstantSource clock,
            LongConsumer completed) {
        this.directory = directory;
        this.database = database;
        this.out = out;
        this.clock = clock;
        this.completed = completed;
    }

    /**
     * Brings the copies as far as the files are.
     *
     * @param since files before this ordinal are left out
     * @return whether there was anything new
     * @throws OperatorFault DAMAGED or GAP_OR_FORK for what cannot be followed
     */
    public boolean round(long since) throws IOException {
        boolean any = false;
        while (true) {
            List<RecoveryFile> all = directory.files(database);
            requireNewest(all);
            if (current != null && current.replaced()) {
                forget();
            }
            if (current == null && !begin(all, since)) {
                return any;
            }
            Optional<RecoveryFile> successor = all.stream() // looked for before reading: what is read then is all of it
                    .filter(file -> file.ordinal() > current.name().ordinal())
                    .findFirst();
            Optional<Instant> written = current.advance();
            written.ifPresent(this::measure);
            any |= written.isPresent();
            lastLsn = Math.max(lastLsn, current.position().last().number());
            if (successor.isEmpty() && !current.sealed()) {
                return any;
            }
            complete(successor);
            any = true;
        }
    }

    /** Looks whenever a file was added to the directory: a standby may take over while this one goes on. */
    private void requireNewest(List<RecoveryFile> all) throws IOException {
        FileTime changed = out.disk().lastModified(out.path());
        if (all.size() == filesSeen && changed.equals(outSeen)) {
            return;
        }
        Optional<OwnTimeline> own = OwnTimeline.of(all);
        if (own.isPresent()) {
            own.get().requireNewestIn(out);
        }
        filesSeen = all.size();
        outSeen = changed;
    }

    private boolean begin(List<RecoveryFile> all, long since) throws IOException {
        Leftovers.ofFollowing(out, database);
        Optional<RecoveryFile> next = all.stream()
                .filter(file -> file.ordinal() >= since && !out.has(file.name()))
                .findFirst();
        if (next.isEmpty()) {
            return false;
        }
        requireLink(next.get());
        current = FollowedFile.open(next.get(), out);
        return true;
    }

    private void requireLink(RecoveryFile file) throws IOException {
        RecoveryHeader header = file.header();
        if (before.isPresent()
                && before.get().ordinal() == header.predecessor().ordinal()
                && !before.get().chain().equals(header.predecessor().chain())) {
            throw OperatorFault.of(
                            ExitCode.GAP_OR_FORK,
                            "recovery file \"%s\" does not follow \"%s\"",
                            file,
                            before.get().file())
                    .kept(
                            "the copies up to LSN %d are complete",
                            before.get().last().number())
                    .next(
                            "look at both: %s",
                            Advice.show(directory.file(before.get().file()), file));
        }
    }

    private void complete(Optional<RecoveryFile> successor) throws IOException {
        current.complete(successor);
        before = current.sealed() ? Optional.of(current.position()) : Optional.empty();
        long ordinal = current.name().ordinal();
        files++;
        forget();
        completed.accept(ordinal);
    }

    private void measure(Instant written) {
        lag = Duration.between(written, clock.instant());
        longest = lag.compareTo(longest) > 0 ? lag : longest;
    }

    /** Lets go of the file that is open; the next round opens it again. */
    void forget() throws IOException {
        if (current != null) {
            try (FollowedFile closing = current) {
                current = null;
                lastLsn = Math.max(lastLsn, closing.position().last().number());
            }
        }
    }

    /** Files completed by this run. */
    long files() {
        return files;
    }

    /** The last change that this run copied, or found copied; 0 for none. */
    public long lastLsn() {
        return lastLsn;
    }

    /** The name of the file that is still written; empty between two files. */
    public Optional<RecoveryFileName> following() {
        return Optional.ofNullable(current).map(FollowedFile::name);
    }

    /** From the moment when oksd wrote the last group that was copied until it was forced here. */
    Duration lag() {
        return lag;
    }

    /** The longest since the last call. */
    Duration longestLag() {
        Duration told = longest;
        longest = Duration.ZERO;
        return told;
    }

    @Override
    public void close() throws IOException {
        forget();
    }
}
