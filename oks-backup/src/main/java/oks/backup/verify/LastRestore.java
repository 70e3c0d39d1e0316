package oks.backup.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import oks.durable.Disk;
import oks.durable.Durable;
import oks.fault.Count;
import oks.fault.UtcTime;

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

    /** Those of a backup directory; none when the file is missing or cannot be understood. */
    public static List<LastRestore> in(Disk disk, Path directory) throws IOException {
        List<LastRestore> all = new ArrayList<>();
        read(disk, directory).properties().forEach(member -> {
            JsonNode of = member.getValue();
            try {
                all.add(new LastRestore(
                        member.getKey(),
                        of.path("archive").asText(),
                        Instant.parse(of.path("at").asText()),
                        of.path("lsn").asLong(),
                        of.path("digest").asText(),
                        of.path("certificates").asLong(),
                        of.path("seconds").asDouble()));
            } catch (DateTimeParseException e) {
                // not written by this program: as if it were not there
            }
        });
        return List.copyOf(all);
    }

    private static ObjectNode read(Disk disk, Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (disk.exists(file)) {
            try {
                if (new ObjectMapper().readTree(Durable.read(disk, file)) instanceof ObjectNode object) {
                    return object;
                }
            } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
                // as if it were not there; the next record replaces it
            }
        }
        return JsonNodeFactory.instance.objectNode();
    }

    /** Keeps this one for its database, in place of an earlier one. */
    void record(Disk disk, Path directory) throws IOException {
        ObjectNode all = read(disk, directory);
        all.set(database, json());
        Durable.replace(disk, directory.resolve(FILE), (all.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("archive", archive)
                .put("at", at.toString())
                .put("lsn", lsn)
                .put("digest", digest)
                .put("certificates", certificates)
                .put("seconds", seconds);
    }

    /** The same for {@code list}. */
    public ObjectNode result() {
        ObjectNode result = JsonNodeFactory.instance.objectNode().put("database", database);
        result.setAll(json());
        return result.put("at", UtcTime.of(at));
    }

    public String line() {
        return "last verified restore of \"" + database + "\": " + at + ", " + archive + " to LSN " + lsn + ", "
                + Count.of(certificates, "certificate");
    }
}
