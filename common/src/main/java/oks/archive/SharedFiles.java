package oks.archive;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import oks.recovery.DatabaseDirectory;
import oks.recovery.Hash;

/**
 * The files that archives of one database hold themselves, so that a later one need not hold them again. A file is the
 * same when path, size and hash are.
 */
public final class SharedFiles {
    /** No archive holds anything: what is written is self-contained. */
    public static final SharedFiles NONE = new SharedFiles(List.of());

    private final Map<ArchivedFile, Holder> holders = new HashMap<>();
    private final Set<Sized> sizes = new HashSet<>();

    private record Sized(String path, long size) {}

    /**
     * An archive that may be named as a base.
     *
     * @param name its name, without directories
     * @param sha256 of all its bytes
     */
    public record Holder(String name, Hash sha256, Manifest manifest) {}

    private SharedFiles(Collection<Holder> newestLast) {
        for (Holder holder : newestLast) {
            for (ArchivedFile file : holder.manifest().own()) {
                if (!file.path().equals(DatabaseDirectory.IDENTITY)) {
                    holders.put(file, holder); // the newest: older ones can go sooner
                    sizes.add(new Sized(file.path(), file.size()));
                }
            }
        }
    }

    /** The files of these archives; of a file that several hold, the last one is named. */
    public static SharedFiles of(Collection<Holder> newestLast) {
        return new SharedFiles(newestLast);
    }

    /** Whether it is worth hashing a file before it is written. */
    boolean mayHold(String path, long size) {
        return sizes.contains(new Sized(path, size));
    }

    /** Whether an archive holds this file. */
    boolean holds(ArchivedFile file) {
        return holders.containsKey(file);
    }

    /** The archives that hold some of these files, in the order of the first file of each. */
    List<BaseArchive> bases(List<ArchivedFile> files) {
        Map<Holder, List<String>> held = new LinkedHashMap<>();
        for (ArchivedFile file : files) {
            if (holds(file)) {
                held.computeIfAbsent(holders.get(file), holder -> new ArrayList<>())
                        .add(file.path());
            }
        }
        return held.entrySet().stream()
                .map(entry ->
                        new BaseArchive(entry.getKey().name(), entry.getKey().sha256(), entry.getValue()))
                .toList();
    }
}
