package oks.recovery;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import oks.fault.Advice;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * The identity of a database: the file {@code IDENTITY} in its directory, lines of {@code key value}; see
 * oks-archive(5).
 *
 * @param name the first part of recovery file and archive names; a-z, 0-9 and '-', beginning with a letter, at most 32
 * @param database never changes, whatever is restored from it
 * @param lastFile the recovery file with the highest ordinal that a restore knew of, also of a history that it ended:
 *     later files have higher ordinals; empty for a database that was never restored
 */
public record DatabaseIdentity(String name, UUID database, Timeline timeline, Optional<RecoveryFileName> lastFile) {
    /** The newest format of database directories that this program reads, and the one it writes. */
    public static final int FORMAT = 1;

    public DatabaseIdentity {
        if (!name.matches("[a-z][a-z0-9-]{0,31}")) {
            throw new IllegalArgumentException("not a database name: " + name);
        }
    }

    /** Of a database that was never restored. */
    public DatabaseIdentity(String name, UUID database, Timeline timeline) {
        this(name, database, timeline, Optional.empty());
    }

    /** Whether both are of one database and one timeline of it. */
    public boolean sameTimeline(DatabaseIdentity other) {
        return name.equals(other.name) && database.equals(other.database) && timeline.equals(other.timeline);
    }

    /** The text of the file. */
    String text() {
        StringBuilder lines = new StringBuilder();
        lines.append("format ").append(FORMAT).append('\n');
        lines.append("name ").append(name).append('\n');
        lines.append("database ").append(database).append('\n');
        lines.append("timeline ").append(timeline.number()).append('\n');
        lines.append("timeline-id ").append(timeline.id()).append('\n');
        timeline.fork().ifPresent(fork -> {
            lines.append("fork-parent ").append(fork.parent()).append('\n');
            lines.append("fork-lsn ").append(fork.last()).append('\n');
            lines.append("fork-digest ").append(fork.digest()).append('\n');
        });
        lastFile.ifPresent(
                file -> lines.append("last-recovery-file ").append(file).append('\n'));
        return lines.toString();
    }

    /**
     * Reads the text of the file.
     *
     * @param file only for messages
     * @throws OperatorFault DAMAGED when a line is missing or malformed, FAILED when the format is too new
     */
    public static DatabaseIdentity parse(String text, Path file) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : text.split("\n")) {
            int space = line.indexOf(' ');
            if (space > 0) {
                fields.put(line.substring(0, space), line.substring(space + 1).strip());
            }
        }
        int format = field(fields, "format", Integer::valueOf, file);
        if (format > FORMAT) {
            throw OperatorFault.of(
                            ExitCode.FAILED,
                            "database \"%s\" has format %d, but this program reads formats up to %d",
                            file.toAbsolutePath().getParent(),
                            format,
                            FORMAT)
                    .kept("the database was not touched")
                    .next("use the version of OKS that wrote it, or a newer one");
        }
        Optional<Timeline.Fork> fork = !fields.containsKey("fork-parent")
                ? Optional.empty()
                : Optional.of(new Timeline.Fork(
                        field(fields, "fork-parent", UUID::fromString, file),
                        field(fields, "fork-lsn", number -> Lsn.read(Long.parseLong(number)), file),
                        field(fields, "fork-digest", Digest::parse, file)));
        Optional<RecoveryFileName> lastFile = !fields.containsKey("last-recovery-file")
                ? Optional.empty()
                : Optional.of(field(fields, "last-recovery-file", DatabaseIdentity::fileName, file));
        String name = field(fields, "name", value -> value, file);
        UUID database = field(fields, "database", UUID::fromString, file);
        int timeline = field(fields, "timeline", Integer::valueOf, file);
        UUID timelineId = field(fields, "timeline-id", UUID::fromString, file);
        try {
            return new DatabaseIdentity(name, database, Timeline.read(timeline, timelineId, fork), lastFile);
        } catch (IllegalArgumentException e) {
            throw damaged(file, "makes no sense: " + e.getMessage()).because(e);
        }
    }

    private static RecoveryFileName fileName(String value) {
        return RecoveryFileName.of(Path.of(value))
                .orElseThrow(() -> new IllegalArgumentException("not a recovery file's name"));
    }

    private static <T> T field(Map<String, String> fields, String key, Function<String, T> reading, Path file) {
        String value = fields.get(key);
        if (value != null) {
            try {
                return reading.apply(value);
            } catch (IllegalArgumentException e) {
                throw damaged(file, "has no valid \"" + key + "\"").because(e);
            }
        }
        throw damaged(file, "lacks \"" + key + "\"");
    }

    private static OperatorFault damaged(Path file, String what) {
        return OperatorFault.of(ExitCode.DAMAGED, "file \"%s\" %s", file, what)
                .kept("nothing was changed")
                .next(
                        "restore the database: %s",
                        Advice.restore(file.toAbsolutePath().getParent()));
    }
}
