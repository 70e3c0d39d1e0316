package oks.oksctl.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;

/**
 * How far a load has come: the pieces of each file, counted from its beginning, that were answered, and the totals over
 * exactly these; and those of them that are sent once more at the end, with the fingerprints that are in the totals
 * already. Kept in a file where that is wanted, replaced as a whole. Guarded by itself.
 */
final class LoadState {
    private static final long SAVE_EVERY_NANOS = 1_000_000_000L;

    private final Path keptIn;
    private final List<LoadSource> files;
    private final long[] done;
    private final List<SortedMap<Long, Set<String>>> putOff = new ArrayList<>();
    private LoadTotals totals = new LoadTotals();
    private String report = "";
    private long reportBytes;
    private long savedNanos = System.nanoTime();

    private LoadState(Path keptIn, List<LoadSource> files) {
        this.keptIn = keptIn;
        this.files = List.copyOf(files);
        this.done = new long[files.size()];
        files.forEach(file -> putOff.add(new TreeMap<>()));
    }

    /**
     * The beginning, or where an earlier load of the same files was interrupted.
     *
     * @param keptIn null to keep nothing
     */
    static LoadState open(Path keptIn, List<LoadSource> files) throws IOException {
        LoadState state = new LoadState(keptIn, files);
        if (keptIn != null && Files.exists(keptIn)) {
            state.read(new ObjectMapper().readTree(Files.readString(keptIn)));
        }
        return state;
    }

    private void read(JsonNode kept) {
        JsonNode list = kept.path("files");
        boolean same = list.size() == files.size();
        for (int i = 0; same && i < done.length; i++) {
            LoadSource file = files.get(i);
            JsonNode entry = list.get(i);
            same = entry.path("file").asText().equals(file.file().toString())
                    && entry.path("bytes").asLong() == file.bytes()
                    && entry.path("modified").asLong() == file.modified();
            done[i] = entry.path("done").asLong();
            SortedMap<Long, Set<String>> later = putOff.get(i);
            entry.path("put_off")
                    .properties()
                    .forEach(piece -> later.put(Long.valueOf(piece.getKey()), fingerprints(piece.getValue())));
        }
        if (!same) {
            throw OperatorFault.of(
                            ExitCode.USAGE, "file \"%s\" is about a load of other files, or they have changed", keptIn)
                    .kept("nothing was loaded")
                    .next("name the same files in the same order, or remove \"%s\" to begin anew", keptIn);
        }
        totals = LoadTotals.of(kept.path("totals"));
        report = kept.path("report").asText();
        reportBytes = kept.path("report_bytes").asLong();
    }

    /**
     * How much of this report an earlier load had written about the pieces that need not be sent any more; empty for
     * another one.
     */
    OptionalLong reported(Path into) {
        return into != null && report.equals(name(into)) ? OptionalLong.of(reportBytes) : OptionalLong.empty();
    }

    private static String name(Path report) {
        return report == null ? "" : report.toAbsolutePath().normalize().toString();
    }

    /** Pieces of a file that need not be sent any more. */
    synchronized long done(int file) {
        return done[file];
    }

    private static Set<String> fingerprints(JsonNode list) {
        Set<String> fingerprints = new TreeSet<>();
        list.forEach(fingerprint -> fingerprints.add(fingerprint.asText()));
        return fingerprints;
    }

    /** What was accounted for of a piece that is to be sent once more; empty for every other piece. */
    synchronized Optional<Set<String>> putOff(int file, long number) {
        return Optional.ofNullable(putOff.get(file).get(number));
    }

    /** A piece of a file is to be sent once more. */
    synchronized void putOff(int file, long number, Set<String> told) {
        putOff.get(file).put(number, told);
    }

    /** A piece that was put off was answered. */
    synchronized void settle(int file, long number) {
        putOff.get(file).remove(number);
    }

    /** One more piece of a file was answered. */
    synchronized void advance(int file) {
        done[file]++;
    }

    LoadTotals totals() {
        return totals;
    }

    boolean saveDue() {
        return keptIn != null && System.nanoTime() - savedNanos > SAVE_EVERY_NANOS;
    }

    /**
     * Writes the state, if it is kept.
     *
     * @param into the report, null for none
     * @param bytes of the report about what is done
     */
    synchronized void save(Path into, long bytes) throws IOException {
        if (keptIn == null) {
            return;
        }
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        ArrayNode list = state.putArray("files");
        for (int i = 0; i < done.length; i++) {
            LoadSource file = files.get(i);
            ObjectNode entry = list.addObject()
                    .put("file", file.file().toString())
                    .put("bytes", file.bytes())
                    .put("modified", file.modified())
                    .put("done", done[i]);
            ObjectNode later = entry.putObject("put_off");
            putOff.get(i).forEach((number, told) -> told.forEach(later.putArray(number.toString())::add));
        }
        state.put("report", name(into)).put("report_bytes", bytes);
        state.set("totals", totals.toJson());
        Path next = keptIn.resolveSibling(keptIn.getFileName() + ".new");
        Files.writeString(next, state + "\n");
        Files.move(next, keptIn, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        savedNanos = System.nanoTime();
    }

    /** Everything is loaded: nothing to go on from. */
    void finish() throws IOException {
        if (keptIn != null) {
            Files.deleteIfExists(keptIn);
        }
    }
}
