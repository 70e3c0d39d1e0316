package oks.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import oks.openpgp.HardRevoked;
import oks.openpgp.Limits;
import oks.openpgp.Policy;
import oks.openpgp.ThirdParty;
import oks.openpgp.WeakHashes;
import oks.openpgp.WeakKeys;

/**
 * The settings of oksd: oksd.conf(5). Sizes are in bytes, paths are absolute.
 *
 * <p>Which of them a running oksd may take over says {@link Setting#change}; {@link Configuration#changesTo} lists what
 * differs between two readings.
 */
public record OksdSettings(
        Configuration configuration,
        Database database,
        Recovery recovery,
        Store store,
        Control control,
        Backup backup,
        Service service,
        Upload upload,
        Certificates certificates,
        Process process,
        LogSettings log) {

    /** {@code [database]}: its name (a-z, 0-9, "-") and directory. */
    public record Database(String name, Path directory) {}

    /** {@code [recovery]}. A directory left empty in the file is the database's here. */
    public record Recovery(
            Path directory, Duration retryAfter, long rotateSize, Duration rotateAge, long freeSpaceFloor) {}

    /** {@code [store]}; {@code rocksdbDirectory} is {@code log.rocksdb_directory}. */
    public record Store(long blockCache, long writeBuffer, long flushSize, Duration flushAge, Path rocksdbDirectory) {}

    /** {@code [control]}; {@code allow} names users besides root and oksd's own. */
    public record Control(Path socket, List<String> allow) {}

    /** {@code [backup]}; where archives and copied recovery files go, empty when every command names it. */
    public record Backup(Optional<Path> directory) {}

    /** {@code [service]}. */
    public record Service(Path socket, Duration uploadWait, Duration searchTime, int maxInFlight, long maxAnswer) {}

    /** {@code [upload]}; each limit by its name. */
    public record Upload(
            Limits limits,
            ThirdParty thirdParty,
            WeakHashes weakHashes,
            boolean acceptVersion3,
            boolean revocationsOfDeleted) {
        /** What is kept of uploads, whose signatures are verified. */
        public Policy policy() {
            return Policy.standard()
                    .withThirdParty(thirdParty)
                    .withVersion3(acceptVersion3)
                    .withWeakHashes(weakHashes);
        }
    }

    /** {@code [certificates]}. */
    public record Certificates(HardRevoked hardRevoked, WeakKeys weak) {}

    /** {@code [process]}. */
    public record Process(Path pidFile, boolean allowRoot) {}

    /**
     * Reads oksd.conf, and this process's environment, which has the last word.
     *
     * @throws oks.fault.OperatorFault USAGE, with a line of text for everything that is wrong
     */
    public static OksdSettings read(Path file) {
        return read(file, System.getenv());
    }

    /** The same with another environment. */
    public static OksdSettings read(Path file, Map<String, String> environment) {
        return of(ConfigFile.read(file, OksdTable.TABLE, environment));
    }

    /** The defaults, with relative paths below a prefix. */
    public static OksdSettings standard(Path prefix) {
        return standard(prefix, Map.of());
    }

    /**
     * The settings without a file: the environment, and the defaults of all that it does not name.
     *
     * @throws oks.fault.OperatorFault USAGE, with a line of text for everything that is wrong
     */
    public static OksdSettings standard(Path prefix, Map<String, String> environment) {
        return of(ConfigFile.none(prefix, OksdTable.TABLE, environment));
    }

    /** All settings of oksd. */
    public static SettingsTable table() {
        return OksdTable.TABLE;
    }

    private static OksdSettings of(Configuration values) {
        return new OksdSettings(
                values,
                new Database(values.get(OksdTable.DATABASE_NAME), values.get(OksdTable.DATABASE_DIRECTORY)),
                recovery(values),
                new Store(
                        values.get(OksdTable.STORE_BLOCK_CACHE),
                        values.get(OksdTable.STORE_WRITE_BUFFER),
                        values.get(OksdTable.STORE_FLUSH_SIZE),
                        values.get(OksdTable.STORE_FLUSH_AGE),
                        values.get(OksdTable.LOG_ROCKSDB_DIRECTORY)),
                new Control(values.get(OksdTable.CONTROL_SOCKET), values.get(OksdTable.CONTROL_ALLOW)),
                backup(values.get(OksdTable.BACKUP_DIRECTORY)),
                new Service(
                        values.get(OksdTable.SERVICE_SOCKET),
                        values.get(OksdTable.SERVICE_UPLOAD_WAIT),
                        values.get(OksdTable.SERVICE_SEARCH_TIME),
                        values.get(OksdTable.SERVICE_MAX_IN_FLIGHT),
                        values.get(OksdTable.SERVICE_MAX_ANSWER)),
                upload(values),
                new Certificates(
                        values.get(OksdTable.CERTIFICATES_HARD_REVOKED), values.get(OksdTable.CERTIFICATES_WEAK)),
                new Process(values.get(OksdTable.PROCESS_PID_FILE), values.get(OksdTable.PROCESS_ALLOW_ROOT)),
                LogSettings.of(values));
    }

    private static Recovery recovery(Configuration values) {
        String directory = values.get(OksdTable.RECOVERY_DIRECTORY);
        return new Recovery(
                directory.isEmpty() ? values.get(OksdTable.DATABASE_DIRECTORY) : Path.of(directory),
                values.get(OksdTable.RECOVERY_RETRY_AFTER),
                values.get(OksdTable.RECOVERY_ROTATE_SIZE),
                values.get(OksdTable.RECOVERY_ROTATE_AGE),
                values.get(OksdTable.RECOVERY_FREE_SPACE_FLOOR));
    }

    private static Backup backup(String directory) {
        return new Backup(directory.isEmpty() ? Optional.empty() : Optional.of(Path.of(directory)));
    }

    private static Upload upload(Configuration values) {
        return new Upload(
                Limits.of(limit -> values.get(OksdTable.limit(limit)).intValue()),
                values.get(OksdTable.UPLOAD_THIRD_PARTY),
                values.get(OksdTable.UPLOAD_WEAK_HASHES),
                values.get(OksdTable.UPLOAD_ACCEPT_VERSION3),
                values.get(OksdTable.UPLOAD_REVOCATIONS_OF_DELETED));
    }
}
