package oks.recovery;

/**
 * A place between two groups of the log: where a recovery file ends, or where a successor says that it ended.
 *
 * @param file the recovery file; null before the first one
 * @param length bytes of that file which are durable and valid
 * @param last the last change up to here
 * @param chain the chain hash up to here
 * @param digest the state digest up to here
 */
public record LogPosition(RecoveryFileName file, long length, Lsn last, Hash chain, Digest digest) {
    /** Before the first recovery file of a new database. */
    public static final LogPosition START = new LogPosition(null, 0, Lsn.NONE, Hash.ZERO, Digest.EMPTY);

    public long ordinal() {
        return file == null ? 0 : file.ordinal();
    }
}
