package oks.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.recovery.Change;
import oks.recovery.Group;
import oks.recovery.Lsn;

/**
 * The index entries of certificates that the log puts. They come from the changes alone, so they can be made before
 * their turn.
 */
final class DerivedKeys {
    private static final int WORTH_ALL_CORES = 256;

    private final Map<Lsn, SortedMap<byte[], byte[]>> entries = new HashMap<>();

    /**
     * The keys of groups that are applied at once: on all cores if there are many, else none, so that each is made in
     * its turn.
     */
    static DerivedKeys ofMany(List<Group> groups) {
        List<Change.Put> puts = groups.stream().flatMap(DerivedKeys::puts).toList();
        DerivedKeys derived = new DerivedKeys();
        if (puts.size() >= WORTH_ALL_CORES) {
            List<SortedMap<byte[], byte[]>> made =
                    puts.parallelStream().map(put -> entries(stored(put))).toList();
            for (int i = 0; i < made.size(); i++) {
                derived.entries.put(puts.get(i).lsn(), made.get(i));
            }
        }
        return derived;
    }

    /** Adds the keys of a group, made on this thread. */
    void add(Group group) {
        puts(group).forEach(put -> entries.put(put.lsn(), entries(stored(put))));
    }

    /** The entries of a change, kept no longer. */
    SortedMap<byte[], byte[]> take(Change.Put put) {
        SortedMap<byte[], byte[]> made = entries.remove(put.lsn());
        return made == null ? entries(stored(put)) : made;
    }

    /** The index keys of a certificate as the store has it. */
    static Set<byte[]> of(StoredCertificate stored) {
        return entries(stored).keySet();
    }

    /** The index entries of a certificate as the store has it, as {@link StoreKeys#indexEntries} gives them. */
    static SortedMap<byte[], byte[]> entries(StoredCertificate stored) {
        return StoreKeys.indexEntries(IndexTerms.of(stored.certificate()), stored.modified());
    }

    static StoredCertificate stored(Change.Put put) {
        return new StoredCertificate(Fingerprint.of(put.fingerprint()), put.content(), put.lsn(), put.time());
    }

    private static Stream<Change.Put> puts(Group group) {
        return group.changes().stream().filter(Change.Put.class::isInstance).map(Change.Put.class::cast);
    }
}
