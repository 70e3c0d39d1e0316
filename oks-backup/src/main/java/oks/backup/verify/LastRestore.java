package oks.backup.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.fault.Count;
import oks.json.Json;
import oks.json.Scalar;
import oks.json.WrongMember;

/**
 * The last restore of a database that {@code verify --restore} proved; kept in {@link #FILE} of the backup directory,
 * an object with a member for each database. Only a record for people and monitoring: nothing is decided by it.
 *
 * @param archive the archive's name
 * @param at when the restore had ended
 * @param seconds how long it took
 */
public record LastRestore(
        String database, String archive, Instant at, long lsn, String digest, long certificates, double seconds) {
    public static final String FILE = "last-restore.json";

    private static final Json JSON =
            Json.with(Scalar.text(Instant.class, Scalar.TIME, Instant::parse, Instant::toString));

    /** The file's entry for a database. */
    private record Kept(String archive, Instant at, long lsn, String digest, long certificates, double seconds) {}

    /** Those of a backup directory; none when the file is missing or cannot be understood. */
    public static List<LastRestore> in(Disk disk, Path directory) throws IOException {
        List<LastRestore> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : read(disk, directory).properties()) {
            if (member.getValue() instanceof ObjectNode object) {
                of(member.getKey(), object).ifPresent(all::add);
            }
        }
        return List.copyOf(all);
    }

    private static Optional<LastRestore> of(String database, ObjectNode object) {
        try {
            Kept kept = JSON.readKnown(object, Kept.class);
            return Optional.of(new LastRestore(
                    database, kept.archive, kept.at, kept.lsn, kept.digest, kept.certificates, kept.seconds));
        } catch (WrongMember e) {
            return Optional.empty(); // not written by this program: as if it were not there
        }
    }

    private static ObjectNode read(Disk disk, Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (disk.exists(file)) {
            try {
                return Json.object(Durable.read(disk, file));
            } catch (IllegalArgumentException e) {
                // as if it were not there; the next record replaces it
            }
        }
        return Json.object();
    }

    /** Keeps this one for its database, in place of an earlier one. */
    void record(Disk disk, Path directory) throws IOException {
        ObjectNode all = read(disk, directory);
        all.set(database, JSON.tree(new Kept(archive, at, lsn, digest, certificates, seconds)));
        Durable.replace(disk, directory.resolve(FILE), (all.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    public String line() {
        return "last verified restore of \"" + database + "\": " + at + ", " + archive + " to LSN " + lsn + ", "
                + Count.of(certificates, "certificate");
    }
}
