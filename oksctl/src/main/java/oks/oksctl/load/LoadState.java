package oks.oksctl.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import oks.fault.ExitCode;
import oks.fault.OperatorFault;
import oks.json.Json;

/**
 * The state of a load: the pieces of each file, counted from its beginning, that were answered, and the totals over
 * exactly these; and those of them that are sent once more at the end, with the fingerprints that are in the totals
 * already. Kept in a file where that is wanted, replaced as a whole. Guarded by itself.
 */
final class LoadState {
    private static final long SAVE_EVERY_NANOS = 1_000_000_000L;

    /** The content of the file; one that an earlier version wrote may lack what came later. */
    private record Kept(
            List<KeptFile> files, Optional<String> report, Optional<Long> reportBytes, LoadTotals.Kept totals) {}

    /** The state of one file: the pieces that were answered, and those to be sent once more. */
    private record KeptFile(
            String file, long bytes, long modified, long done, Optional<Map<Long, Set<String>>> putOff) {}

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
            state.read(kept(keptIn).orElseThrow(state::ofOtherFiles));
        }
        return state;
    }

    private static Optional<Kept> kept(Path file) throws IOException {
        try {
            return Optional.of(Json.STANDARD.readKnown(Json.object(Files.readAllBytes(file)), Kept.class));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // what this program writes is replaced as a whole
        }
    }

    private void read(Kept kept) {
        List<KeptFile> list = kept.files();
        boolean same = list.size() == files.size();
        for (int i = 0; same && i < done.length; i++) {
            LoadSource file = files.get(i);
            KeptFile entry = list.get(i);
            same = entry.file().equals(file.file().toString())
                    && entry.bytes() == file.bytes()
                    && entry.modified() == file.modified();
            done[i] = entry.done();
            putOff.get(i).putAll(entry.putOff().orElse(Map.of()));
        }
        if (!same) {
            throw ofOtherFiles();
        }
        totals = LoadTotals.of(kept.totals());
        report = kept.report().orElse("");
        reportBytes = kept.reportBytes().orElse(0L);
    }

    private OperatorFault ofOtherFiles() {
        return OperatorFault.of(
                        ExitCode.USAGE, "file \"%s\" is about a load of other files, or they have changed", keptIn)
                .kept("nothing was loaded")
                .next("name the same files in the same order, or remove \"%s\" to begin anew", keptIn);
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

    /** The certificates accounted for of a piece that is to be sent once more; empty for every other piece. */
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
        List<KeptFile> list = new ArrayList<>();
        for (int i = 0; i < done.length; i++) {
            LoadSource file = files.get(i);
            list.add(new KeptFile(
                    file.file().toString(), file.bytes(), file.modified(), done[i], Optional.of(putOff.get(i))));
        }
        Kept kept = new Kept(list, Optional.of(name(into)), Optional.of(bytes), totals.kept());
        Path next = keptIn.resolveSibling(keptIn.getFileName() + ".new");
        Files.writeString(next, Json.STANDARD.tree(kept) + "\n");
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
