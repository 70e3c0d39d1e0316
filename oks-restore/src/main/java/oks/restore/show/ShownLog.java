package oks.restore.show;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.recovery.Change;
import oks.recovery.Group;
import oks.recovery.RecoveryFile;
import oks.recovery.RecoveryHeader;
import oks.recovery.RecoveryReader;
import oks.recovery.RecoveryReader.BadFrame;
import oks.recovery.RecoveryReader.End;

/** Shows recovery files as they are read; memory is bounded by the largest group. */
abstract class ShownLog implements Closeable {
    private final ShownChanges wanted;

    ShownLog(ShownChanges wanted) {
        this.wanted = wanted;
    }

    abstract void begin(Path file, RecoveryHeader header) throws IOException;

    abstract void change(Change change) throws IOException;

    /** A file was damaged: told once it is shown. */
    void damaged(OperatorFault fault) {}

    /** @param verdict how the file ended, for people */
    abstract void end(End end, String verdict) throws IOException;

    /**
     * Shows one file.
     *
     * @param declared how many bytes of it its successor says were durable
     * @return the damage, if it is damaged
     */
    final Optional<OperatorFault> file(RecoveryFile file, OptionalLong declared) throws IOException {
        try (RecoveryReader reader = file.reader()) {
            declared.ifPresent(reader::voidFrom);
            begin(file.path(), reader.header());
            for (Optional<Group> group = reader.next(); group.isPresent(); group = reader.next()) {
                for (Change change : group.get().changes()) {
                    if (wanted.take(change)) {
                        change(change);
                    }
                }
            }
            End end = reader.end();
            boolean damaged = isDamaged(end, declared);
            end(end, verdict(end, damaged));
            return damaged ? Optional.of(damage(file.path(), end)) : Optional.empty();
        }
    }

    private static boolean isDamaged(End end, OptionalLong declared) {
        return declared.isPresent()
                ? end.position().length() < declared.getAsLong()
                : end.bad().filter(BadFrame::wasDurable).isPresent();
    }

    private static String verdict(End end, boolean damaged) {
        return switch (end.kind()) {
            case SEALED -> "sealed, " + end.seal().orElseThrow().reason().meaning();
            case OPEN -> damaged ? "damaged: it is shorter than its successor says" : "not sealed";
            case BAD ->
                (damaged ? "damaged" : "torn tail, never acknowledged") + " at offset "
                        + end.bad().orElseThrow().offset() + ": "
                        + end.bad().orElseThrow().what();
        };
    }

    private static OperatorFault damage(Path file, End end) {
        long offset = end.bad().map(BadFrame::offset).orElse(end.position().length());
        String what = end.bad().map(BadFrame::what).orElse("the file ends here");
        return OperatorFault.of(
                        ExitCode.DAMAGED,
                        "recovery file \"%s\" is damaged at offset %d, after LSN %s: %s",
                        file,
                        offset,
                        end.position().last(),
                        what)
                .kept("everything before that was shown")
                .next("look for another copy of this file, for example in the backup directory of oks-backup");
    }
}
