package oks.recovery;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import oks.durable.DurableFile;
import oks.durable.FileComparison;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.RecoveryReader.End;
import oks.recovery.RecoveryReader.EndKind;

/**
 * The recovery files of one database in order, read as one log, every link checked.
 *
 * <p>What does not fit is named, never skipped: a missing file is a gap; a predecessor that the next header does not
 * describe is a fork; a bad frame is damage unless it is the torn tail of the last file. Reading twice is normal: once
 * to verify before anything is written, once to replay. One thread.
 */
public final class RecoveryChain {
    private final List<HistoryFile> members;

    private RecoveryChain(List<HistoryFile> members) {
        this.members = List.copyOf(members);
    }

    /** Receives the groups in order. */
    public interface GroupVisitor {
        void visit(Group group) throws IOException;

        /** A group that the database has already. */
        default void passed(Group group) throws IOException {}

        /** Asked before each file and each group: if so, the rest is neither read nor checked. */
        default boolean hasEnough() {
            return false;
        }
    }

    /**
     * The end of the log.
     *
     * @param file the last file; empty when there was none
     * @param end how reading it ended; empty when there was none
     * @param position the end of the log; the starting position when there was no file, or when all of them end before
     *     it
     */
    public record ChainEnd(Optional<RecoveryFile> file, Optional<End> end, LogPosition position) {

        /** Whether bytes stand after the last whole group that were never acknowledged. */
        public boolean torn() {
            return end.isPresent() && end.get().kind() == EndKind.BAD;
        }

        /** Whether the last file has no SEAL. */
        public boolean unsealed() {
            return end.isPresent() && end.get().kind() != EndKind.SEALED;
        }
    }

    /**
     * The recovery files among these, of this database, that may hold changes after a position.
     *
     * @param files recovery files in any order; a file may be there twice, also when one copy was made before the other
     *     was complete
     * @param after where the reader stands: the database's or archive's last change
     * @throws OperatorFault GAP_OR_FORK when a file is of another database or two different files have one ordinal;
     *     DAMAGED when a header does not check or two copies of a file differ
     */
    public static RecoveryChain of(Collection<HistoryFile> files, UUID database, Lsn after) throws IOException {
        List<HistoryFile> needed = new ArrayList<>();
        for (HistoryFile member : ordered(files, database)) {
            if (!member.header().predecessor().last().isAfter(after)) {
                needed.clear(); // everything before this file is already in the database
            }
            needed.add(member);
        }
        return new RecoveryChain(needed);
    }

    /**
     * Each file once, by ordinal; of two copies the longer.
     *
     * @throws OperatorFault as {@link #of}
     */
    static List<HistoryFile> ordered(Collection<HistoryFile> files, UUID database) throws IOException {
        Map<Long, HistoryFile> byOrdinal = new TreeMap<>();
        for (HistoryFile member : files) {
            if (!member.header().database().equals(database)) {
                throw fork(
                        "recovery file \"%s\" belongs to database %s, not to %s",
                        member.path(), member.header().database(), database);
            }
            long ordinal = member.header().name().ordinal();
            HistoryFile other = byOrdinal.get(ordinal);
            byOrdinal.put(ordinal, other == null ? member : longer(other, member));
        }
        return List.copyOf(byOrdinal.values());
    }

    private static HistoryFile longer(HistoryFile one, HistoryFile other) throws IOException {
        if (!one.header().equals(other.header())) {
            throw fork(
                    "recovery files \"%s\" and \"%s\" have the same ordinal but different contents",
                    one.path(), other.path());
        }
        try (DurableFile first = one.file().open();
                DurableFile second = other.file().open()) {
            long mismatch = FileComparison.mismatch(first, second);
            if (mismatch >= 0 && mismatch < Math.min(first.size(), second.size())) {
                throw OperatorFault.of(
                                ExitCode.DAMAGED,
                                "recovery files \"%s\" and \"%s\" are copies of one file but differ at offset %d",
                                one.path(),
                                other.path(),
                                mismatch)
                        .kept("nothing was changed")
                        .next("%s, and move the damaged one away", Advice.compare(one.path(), other.path()));
            }
            return first.size() >= second.size() ? one : other;
        }
    }

    /** The files that will be read, in order. */
    public List<HistoryFile> files() {
        return members;
    }

    /** Bytes of the files that will be read. */
    public long bytes() throws IOException {
        long bytes = 0;
        for (HistoryFile member : members) {
            bytes += member.file().size();
        }
        return bytes;
    }

    /**
     * Reads every file, checks every frame and link, and hands over the groups that change something after
     * {@code from}.
     *
     * @param from where the database stands: its last change and its state digest
     * @return where reading ended; without an {@link ChainEnd#end} when the visitor had enough before
     * @throws OperatorFault DAMAGED for changes that had been durable and cannot be read, GAP_OR_FORK for a missing or
     *     foreign file
     */
    public ChainEnd read(LogPosition from, GroupVisitor visitor) throws IOException {
        LogPosition position = null;
        RecoveryFile last = null;
        End end = null;
        for (int i = 0; i < members.size(); i++) {
            HistoryFile member = members.get(i);
            if (visitor.hasEnough()) {
                return new ChainEnd(Optional.ofNullable(last), Optional.empty(), position == null ? from : position);
            }
            if (position == null) {
                checkFirst(member, from);
            } else {
                checkLink(member, members.get(i - 1), position);
            }
            Optional<LogPosition> declared =
                    i + 1 < members.size() ? declaredEnd(member, members.get(i + 1)) : Optional.empty();
            Optional<End> read = readFile(member, declared, from, visitor);
            last = member.file();
            if (read.isEmpty()) {
                return new ChainEnd(Optional.of(last), Optional.empty(), from);
            }
            end = read.get();
            position = end.position();
        }
        // Where the database is ahead of all files, later ones are missing, but nothing of them is needed to go on.
        return new ChainEnd(
                Optional.ofNullable(last),
                Optional.ofNullable(end),
                position == null || from.last().isAfter(position.last()) ? from : position);
    }

    private static void checkFirst(HistoryFile first, LogPosition from) {
        LogPosition before = first.header().predecessor();
        if (before.last().isAfter(from.last())) {
            throw gap(
                    "the changes LSN %d to %d are in no recovery file: the first file is \"%s\"",
                    from.last().number() + 1, before.last().number(), first.path());
        }
        if (before.last().equals(from.last()) && !before.digest().equals(from.digest())) {
            throw otherHistory(first.path(), before.last(), before.digest(), from.digest());
        }
    }

    private static void checkLink(HistoryFile member, HistoryFile previous, LogPosition end) {
        LogPosition declared = member.header().predecessor();
        long ordinal = member.header().name().ordinal();
        if (declared.ordinal() != previous.header().name().ordinal()) {
            throw gap(
                    "recovery file %010d is missing: \"%s\" is followed by \"%s\"",
                    ordinal - 1, previous.path().getFileName(), member.path());
        }
        if (!declared.chain().equals(end.chain())
                || !declared.last().equals(end.last())
                || !declared.digest().equals(end.digest())) {
            throw fork(
                    "recovery file \"%s\" does not follow \"%s\": it follows a file that ended with LSN %d and chain "
                            + "%.16s…, but this one ends with LSN %d and chain %.16s…",
                    member.path(),
                    previous.path().getFileName(),
                    declared.last().number(),
                    declared.chain(),
                    end.last().number(),
                    end.chain());
        }
    }

    /** Where the next file says that this one ended; empty when the next file is not this one's successor. */
    private static Optional<LogPosition> declaredEnd(HistoryFile member, HistoryFile next) {
        LogPosition declared = next.header().predecessor();
        return declared.ordinal() == member.header().name().ordinal() ? Optional.of(declared) : Optional.empty();
    }

    /** How the file ended; empty when the visitor had enough before that. */
    private Optional<End> readFile(
            HistoryFile member, Optional<LogPosition> declared, LogPosition from, GroupVisitor visitor)
            throws IOException {
        try (RecoveryReader reader = member.file().reader()) {
            declared.ifPresent(position -> reader.voidFrom(position.length()));
            for (Optional<Group> group = reader.next(); group.isPresent(); group = reader.next()) {
                visit(group.get(), member, from, visitor);
                if (visitor.hasEnough()) {
                    return Optional.empty();
                }
            }
            End end = reader.end();
            checkEnd(member, end, declared, from);
            return Optional.of(end);
        }
    }

    private static void visit(Group group, HistoryFile member, LogPosition from, GroupVisitor visitor)
            throws IOException {
        if (group.last().equals(from.last()) && !group.end().digest().equals(from.digest())) {
            throw otherHistory(member.path(), group.last(), group.end().digest(), from.digest());
        }
        if (group.last().isAfter(from.last()) && !group.changes().isEmpty()) {
            if (group.changes().get(0).lsn().number() <= from.last().number()) {
                throw fork(
                        "LSN %d, where the database stands, is inside a group of recovery file \"%s\"",
                        from.last().number(), member.path());
            }
            visitor.visit(group);
        } else if (!group.changes().isEmpty()) {
            visitor.passed(group);
        }
    }

    private static void checkEnd(HistoryFile member, End end, Optional<LogPosition> declared, LogPosition from) {
        LogPosition position = end.position();
        if (declared.isPresent()) {
            if (position.length() < declared.get().length()) {
                throw damaged(
                        member,
                        end,
                        String.format(
                                Locale.ROOT,
                                "its successor says that %d bytes were durable",
                                declared.get().length()));
            }
            if (end.kind()
                    == EndKind.BAD) { // beyond what its successor declares, only a SEAL is followed by what it ends
                throw damaged(member, end, "no more is ever written to a complete file");
            }
            return;
        }
        if (end.kind() == EndKind.BAD && end.bad().orElseThrow().wasDurable()) {
            throw damaged(member, end, "other frames show that these bytes were durable");
        }
        if (from.last().isAfter(position.last())) {
            if (end.kind() != EndKind.SEALED) {
                throw damaged(member, end, "the database holds changes up to LSN " + from.last());
            }
            if (from.ordinal() <= position.ordinal()) {
                throw fork(
                        "recovery file \"%s\" belongs to another history: it is complete with LSN %d, but the database "
                                + "holds changes up to LSN %d and has no later file",
                        member.path(), position.last().number(), from.last().number());
            }
        }
    }

    private static OperatorFault damaged(HistoryFile member, End end, String evidence) {
        long offset = end.bad()
                .map(RecoveryReader.BadFrame::offset)
                .orElse(end.position().length());
        String what = end.bad().map(RecoveryReader.BadFrame::what).orElse("the file ends here");
        return OperatorFault.of(
                        ExitCode.DAMAGED,
                        "recovery file \"%s\" is damaged at offset %d, after LSN %d: %s; %s",
                        member.path(),
                        offset,
                        end.position().last().number(),
                        what,
                        evidence)
                .kept(
                        "nothing was changed; changes up to LSN %d can be read",
                        end.position().last().number())
                .next("%s", Advice.undamagedCopy(member.path()));
    }

    private static OperatorFault gap(String format, Object... values) {
        return OperatorFault.of(ExitCode.GAP_OR_FORK, format, values)
                .kept("nothing was changed")
                .next(
                        "put the missing files beside the others, for example from the backup directory of %s; "
                                + "oks-restore also takes the directory that has them, with %s",
                        Advice.copyRecoveryFiles(), Advice.recoveryOption());
    }

    private static OperatorFault fork(String format, Object... values) {
        return OperatorFault.of(ExitCode.GAP_OR_FORK, format, values)
                .kept("nothing was changed")
                .next("take the file that belongs to another history out of the directory");
    }

    private static OperatorFault otherHistory(Path file, Lsn lsn, Digest declared, Digest actual) {
        return fork(
                "recovery file \"%s\" belongs to another history: after LSN %s its state digest is %.16s…, "
                        + "but the database's is %.16s…",
                file, lsn, declared, actual);
    }

    /**
     * Completes the last file of the log after an unclean end: copies its valid part to a new inode, so that nothing
     * rests on pages which only the kernel's cache has, seals it, and sets a torn tail aside as {@code <name>.torn}.
     *
     * @return the end of the log after the SEAL
     */
    public static LogPosition sealUnclean(ChainEnd unclean, Instant now) throws IOException {
        RecoveryFile last = unclean.file().orElseThrow();
        LogPosition valid = unclean.end().orElseThrow().position();
        FreshCopy copy = new FreshCopy(last.disk());
        if (unclean.torn()) {
            Path torn = last.path().resolveSibling(last.path().getFileName() + RecoveryFileName.TORN);
            copy.setAside(last.path(), valid.length(), torn);
        }
        return copy.seal(last.path(), valid, now);
    }
}
