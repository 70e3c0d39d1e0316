package oks.oksd.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import oks.fault.IoReason;
import oks.fault.OperatorFault;
import oks.recovery.Change;
import oks.recovery.Group;
import oks.recovery.HistoryFile;
import oks.recovery.Lsn;
import oks.recovery.RecoveryDirectory;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryHeader;
import oks.recovery.RecoveryReader;

/**
 * Reads the recovery files in oksd's directory while it goes on writing. A file that is missing or damaged costs its
 * own changes only, and is told: this is for looking, not for restoring. Any thread.
 */
public final class RecordedChanges {
    private final RecoveryDirectory directory;
    private final UUID database;

    public RecordedChanges(RecoveryDirectory directory, UUID database) {
        this.directory = directory;
        this.database = database;
    }

    /**
     * Hands over every change up to an LSN that is durable, with its file's name.
     *
     * @param files told how many files have been read
     * @param notes told what could not be read
     * @return how many files there are
     */
    int read(Lsn upTo, BiConsumer<Change, String> changes, LongConsumer files, Consumer<String> notes) {
        List<HistoryFile> members = members(notes);
        for (int i = 0; i < members.size(); i++) {
            Optional<HistoryFile> next = i + 1 < members.size() ? Optional.of(members.get(i + 1)) : Optional.empty();
            read(members.get(i), next, upTo, changes, notes);
            files.accept(i + 1L);
        }
        return members.size();
    }

    private List<HistoryFile> members(Consumer<String> notes) {
        List<HistoryFile> members = new ArrayList<>();
        try {
            for (RecoveryFile file : directory.files()) {
                try {
                    RecoveryHeader header = file.header();
                    if (header.database().equals(database)) {
                        members.add(new HistoryFile(file, header));
                    }
                } catch (IOException e) {
                    notes.accept(unread(file, IoReason.withFile(e)));
                } catch (OperatorFault e) {
                    notes.accept(unread(file, e.what()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return members;
    }

    private void read(
            HistoryFile member,
            Optional<HistoryFile> next,
            Lsn upTo,
            BiConsumer<Change, String> changes,
            Consumer<String> notes) {
        try (RecoveryReader reader = member.file().reader()) {
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
                                    member.name(),
                                    bad.offset(),
                                    bad.what())));
                    return;
                }
                group.get()
                        .changes()
                        .forEach(change -> changes.accept(change, member.name().toString()));
            }
        } catch (IOException e) {
            notes.accept(unread(member.file(), IoReason.withFile(e)));
        } catch (OperatorFault e) {
            notes.accept(unread(member.file(), e.what()));
        }
    }

    private static String unread(RecoveryFile file, String why) {
        return String.format(Locale.ROOT, "recovery file \"%s\" could not be read: %s", file.name(), why);
    }
}
