package oks.store;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import oks.fault.OperatorFault;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * A file of a store that cannot be read: bytes that do not match their checksum, a file that is cut short or missing, a
 * disk that does not give back what it was given. Neither a replay nor another start mends that.
 *
 * @param file the file's name inside the store, such as {@code 000008.sst}; empty where RocksDB does not say
 * @param reason what is wrong with it, for people
 */
public record StoreDamage(Optional<String> file, String reason) {
    private static final Pattern TABLE = Pattern.compile("\\b\\d{6,}\\.(?:sst|log)\\b");
    private static final Pattern LIST = Pattern.compile("\\bMANIFEST-\\d+|\\bCURRENT\\b|\\bOPTIONS-\\d+");

    /** RocksDB blames the list of tables also where a table is damaged. */
    private static final Pattern BLAME = Pattern.compile("\\s*The file \\S*(MANIFEST-\\d+) may be corrupted\\.");

    private static final Pattern CHECKSUMS =
            Pattern.compile(": stored(?:\\(context removed\\))? = \\d+, computed = \\d+, type = \\d+");
    private static final Pattern PLACE = Pattern.compile("\\s+in \\S+ offset (\\d+) size \\d+, block_type = \\w+");

    /** The kernel's words for what has nothing to do with the bytes on the disk, and may be over at the next try. */
    private static final Pattern NOT_THE_FILE =
            Pattern.compile("Too many open files|Permission denied|Operation not permitted"
                    + "|Cannot allocate memory|No space left on device|Disk quota exceeded|Read-only file system"
                    + "|Resource temporarily unavailable|lock hold by current process");

    /** RocksDB's words for what it was doing when it was reading. */
    private static final Pattern READING =
            Pattern.compile("While (?:pread|read|mmap|opening a file for sequentially reading"
                    + "|open a file for (?:random|sequential) ?read|stat a file for size)");

    private static final Pattern WRITING = Pattern.compile("While (?:append|open a file for "
            + "append|fsync|fdatasync|fallocate|mkdir|rename|renaming|link|creat|truncat|clos|unlink)");

    private static final Pattern MISSING = Pattern.compile("No such file");

    /**
     * The damage of which a failure of RocksDB tells; empty if it could not write, or something beside the store
     * failed.
     */
    static Optional<StoreDamage> of(RocksDBException failure, Path store) {
        String said = String.valueOf(failure.getMessage());
        boolean corrupt = failure.getStatus() != null && failure.getStatus().getCode() == Status.Code.Corruption;
        boolean unreadable =
                READING.matcher(said).find() || MISSING.matcher(said).find();
        boolean other =
                WRITING.matcher(said).find() || NOT_THE_FILE.matcher(said).find();
        return (corrupt || unreadable) && !other ? Optional.of(of(said.replace(store + "/", ""))) : Optional.empty();
    }

    private static StoreDamage of(String said) {
        Optional<String> file = first(TABLE, said).or(() -> first(LIST, said));
        if (MISSING.matcher(said).find()) {
            return new StoreDamage(file, "it is missing");
        }
        String withoutBlame = BLAME.matcher(said).replaceAll("");
        String withoutSums = CHECKSUMS.matcher(withoutBlame).replaceAll("");
        return new StoreDamage(
                file,
                PLACE.matcher(withoutSums)
                        .replaceAll(" at offset $1")
                        .replaceAll(" in \\S+\\.sst$", "")
                        .strip());
    }

    private static Optional<String> first(Pattern name, String said) {
        Matcher matcher = name.matcher(said);
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }

    /** The damage of which a fault of a store tells; empty for a fault of another kind. */
    public static Optional<StoreDamage> of(OperatorFault fault) {
        return fault.getCause() instanceof Found found ? Optional.of(found.damage) : Optional.empty();
    }

    /** The damage as the cause of a fault. */
    Exception asCause(Throwable failure) {
        return new Found(this, failure);
    }

    /** Such as {@code file "/srv/db/store/000008.sst" of the store is damaged: Bad table magic number}. */
    String sentence(Path store) {
        return file.map(name -> "file \"" + store.resolve(name) + "\" of the store is damaged: " + reason)
                .orElse("store \"" + store + "\" is damaged: " + reason);
    }

    private static final class Found extends Exception {
        private static final long serialVersionUID = 1;
        private final transient StoreDamage damage;

        Found(StoreDamage damage, Throwable failure) {
            super(damage.reason, failure);
            this.damage = damage;
        }
    }
}
