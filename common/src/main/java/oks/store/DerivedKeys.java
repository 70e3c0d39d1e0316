package oks.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Stream;
import oks.openpgp.Fingerprint;
import oks.openpgp.IndexTerms;
import oks.recovery.Change;
import oks.recovery.Group;
import oks.recovery.Lsn;

/** The index keys of certificates that the log puts. They come from the changes alone, so they can be made before their turn. */
final class DerivedKeys {
    private static final int WORTH_ALL_CORES = 256;

    private final Map<Lsn, SortedSet<byte[]>> keys = new HashMap<>();

    /** The keys of groups that are applied at once: on all cores if there are many, else none, so that each is made in its turn. */
    static DerivedKeys ofMany(List<Group> groups) {
        List<Change.Put> puts = groups.stream().flatMap(DerivedKeys::puts).toList();
        DerivedKeys derived = new DerivedKeys();
        if (puts.size() >= WORTH_ALL_CORES) {
            List<SortedSet<byte[]>> made = puts.parallelStream().map(put -> of(stored(put))).toList();
            for (int i = 0; i < made.size(); i++) {
                derived.keys.put(puts.get(i).lsn(), made.get(i));
            }
        }
        return derived;
    }

    /** Adds the keys of a group, made on this thread. */
    void add(Group group) {
        puts(group).forEach(put -> keys.put(put.lsn(), of(stored(put))));
    }

    /** The keys of a change, kept no longer. */
    SortedSet<byte[]> take(Change.Put put) {
        SortedSet<byte[]> made = keys.remove(put.lsn());
        return made == null ? of(stored(put)) : made;
    }

    /** The index keys of a certificate as the store has it. */
    static SortedSet<byte[]> of(StoredCertificate stored) {
        return StoreKeys.indexKeys(IndexTerms.of(stored.certificate()), stored.modified());
    }

    static StoredCertificate stored(Change.Put put) {
        return new StoredCertificate(Fingerprint.of(put.fingerprint()), put.content(), put.lsn(), put.time());
    }

    private static Stream<Change.Put> puts(Group group) {
        return group.changes().stream().filter(Change.Put.class::isInstance).map(Change.Put.class::cast);
    }
}
