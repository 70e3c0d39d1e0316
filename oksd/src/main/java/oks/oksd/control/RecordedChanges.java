package oks.oksd.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import oks.durable.Disk;
import oks.fault.IoReason;
import oks.fault.OperatorFault;
import oks.recovery.Change;
import oks.recovery.Group;
import oks.recovery.Lsn;
import oks.recovery.RecoveryChain;
import oks.recovery.RecoveryHeader;
import oks.recovery.RecoveryReader;

/**
 * Reads the recovery files in oksd's directory while it goes on writing. A file that is missing or damaged costs its
 * own changes only, and is told: this is for looking, not for restoring. Any thread.
 */
public final class RecordedChanges {
    private final Disk disk;
    private final Path directory;
    private final UUID database;

    public RecordedChanges(Disk disk, Path directory, UUID database) {
        this.disk = disk;
        this.directory = directory;
        this.database = database;
    }

    private record Member(Path path, RecoveryHeader header) {}

    /**
     * Hands over every change up to an LSN that is durable, with its file's name.
     *
     * @param files told how many files have been read
     * @param notes told what could not be read
     * @return how many files there are
     */
    int read(Lsn upTo, BiConsumer<Change, String> changes, LongConsumer files, Consumer<String> notes) {
        List<Member> members = members(notes);
        for (int i = 0; i < members.size(); i++) {
            Optional<Member> next = i + 1 < members.size() ? Optional.of(members.get(i + 1)) : Optional.empty();
            read(members.get(i), next, upTo, changes, notes);
            files.accept(i + 1L);
        }
        return members.size();
    }

    private List<Member> members(Consumer<String> notes) {
        List<Member> members = new ArrayList<>();
        try {
            for (Path path : RecoveryChain.list(disk, directory)) {
                try {
                    RecoveryHeader header = RecoveryChain.header(disk, path);
                    if (header.database().equals(database)) {
                        members.add(new Member(path, header));
                    }
                } catch (IOException e) {
                    notes.accept(unread(path, IoReason.withFile(e)));
                } catch (OperatorFault e) {
                    notes.accept(unread(path, e.what()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return members;
    }

    private void read(
            Member member,
            Optional<Member> next,
            Lsn upTo,
            BiConsumer<Change, String> changes,
            Consumer<String> notes) {
        try (RecoveryReader reader = RecoveryReader.open(disk, member.path())) {
            next.map(successor -> successor.header().predecessor())
                    .filter(end -> end.ordinal() == member.header().name().ordinal())
                    .ifPresent(end -> reader.voidFrom(end.length()));
            while (reader.position().last().number() < upTo.number()) {
                Optional<Group> group = reader.next();
                if (group.isEmpty()) {
                    reader.end()
                            .bad()
                            .ifPresent(bad -> notes.accept(String.format(
                                    Locale.ROOT,
                                    "recovery file \"%s\" is damaged at offset %d: %s",
                                    member.path().getFileName(),
                                    bad.offset(),
                                    bad.what())));
                    return;
                }
                group.get()
                        .changes()
                        .forEach(change -> changes.accept(
                                change, member.path().getFileName().toString()));
            }
        } catch (IOException e) {
            notes.accept(unread(member.path(), IoReason.withFile(e)));
        } catch (OperatorFault e) {
            notes.accept(unread(member.path(), e.what()));
        }
    }

    private static String unread(Path path, String why) {
        return String.format(Locale.ROOT, "recovery file \"%s\" could not be read: %s", path.getFileName(), why);
    }
}
