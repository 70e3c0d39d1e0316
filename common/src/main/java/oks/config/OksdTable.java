package oks.config;

import static oks.config.Setting.Change.RELOAD;
import static oks.config.Setting.Change.RESTART;
import static oks.config.SettingTypes.choice;
import static oks.config.SettingTypes.duration;
import static oks.config.SettingTypes.integer;
import static oks.config.SettingTypes.listOfText;
import static oks.config.SettingTypes.path;
import static oks.config.SettingTypes.pathOrNothing;
import static oks.config.SettingTypes.size;
import static oks.config.SettingTypes.text;
import static oks.config.SettingTypes.trueOrFalse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import oks.openpgp.HardRevoked;
import oks.openpgp.Limit;
import oks.openpgp.ThirdParty;
import oks.openpgp.WeakHashes;
import oks.openpgp.WeakKeys;

/** The settings of oksd, as oksd.conf(5) lists them. */
final class OksdTable {
    static final Setting<String> DATABASE_NAME = new Setting<>(
            "database.name",
            text("[a-z][a-z0-9-]{0,31}", "a name of 1 to 32 of a-z, 0-9 and \"-\" that begins with a letter"),
            "keyserver",
            RESTART,
            "The name of a new database, which it keeps: recovery files and archives begin with it.");
    static final Setting<Path> DATABASE_DIRECTORY = new Setting<>(
            "database.directory",
            path(),
            "var/db",
            RESTART,
            "The directory of the database; only one oksd may have it open.");

    static final Setting<String> RECOVERY_DIRECTORY = new Setting<>(
            "recovery.directory",
            pathOrNothing(),
            "",
            RESTART,
            "The directory of the recovery files, best on another disk; empty: the directory of the database; "
                    + "whoever changes it"
                    + " moves the files.");
    static final Setting<Duration> RECOVERY_RETRY_AFTER = new Setting<>(
            "recovery.retry_after",
            duration("100ms", "1h"),
            "10s",
            RELOAD,
            "How long uploads pause after a recovery file could not be written or rotated.");
    static final Setting<Long> RECOVERY_ROTATE_SIZE = new Setting<>(
            "recovery.rotate_size",
            size("64KiB", "1TiB"),
            "256MiB",
            RELOAD,
            "A recovery file of this size is rotated.");
    static final Setting<Duration> RECOVERY_ROTATE_AGE = new Setting<>(
            "recovery.rotate_age",
            duration("1s", "366d"),
            "1h",
            RELOAD,
            "A recovery file of this age is rotated if it holds changes.");
    static final Setting<Long> RECOVERY_FREE_SPACE_FLOOR = new Setting<>(
            "recovery.free_space_floor",
            size("0B", "1TiB"),
            "64MiB",
            RELOAD,
            "Uploads pause while the disk of the database or of the recovery files has less free space than this.");

    static final Setting<Long> STORE_BLOCK_CACHE = new Setting<>(
            "store.block_cache",
            size("1MiB", "1TiB"),
            "64MiB",
            RESTART,
            "Memory for blocks that were read from the store.");
    static final Setting<Long> STORE_WRITE_BUFFER = new Setting<>(
            "store.write_buffer",
            size("1MiB", "4GiB"),
            "32MiB",
            RESTART,
            "Memory for changes that the store has not flushed yet.");
    static final Setting<Long> STORE_FLUSH_SIZE = new Setting<>(
            "store.flush_size",
            size("64KiB", "1TiB"),
            "64MiB",
            RELOAD,
            "The store is flushed when this many bytes of changes are not yet in its files.");
    static final Setting<Duration> STORE_FLUSH_AGE = new Setting<>(
            "store.flush_age",
            duration("1s", "1d"),
            "1m",
            RELOAD,
            "The store is flushed when its oldest change that is not on disk has this age.");

    static final Setting<Path> CONTROL_SOCKET = new Setting<>(
            "control.socket",
            path(),
            "var/run/oksd.ctl",
            RESTART,
            "The socket on which oksctl and oks-backup reach oksd.");
    static final Setting<List<String>> CONTROL_ALLOW = new Setting<>(
            "control.allow",
            listOfText("[A-Za-z_][A-Za-z0-9_.-]{0,31}\\$?", "a list of user names such as [\"backup\"]"),
            List.of(),
            RELOAD,
            "Users who may give commands besides root and oksd's own user.");

    static final Setting<String> BACKUP_DIRECTORY = new Setting<>(
            "backup.directory",
            pathOrNothing(),
            "",
            RELOAD,
            "The backup directory, unless oks-backup or oks-restore is given another.");

    static final Setting<Path> SERVICE_SOCKET = new Setting<>(
            "service.socket", path(), "var/run/oksd.sock", RESTART, "The socket on which oks-http reaches oksd.");
    static final Setting<Duration> SERVICE_UPLOAD_WAIT = new Setting<>(
            "service.upload_wait",
            duration("0s", "1m"),
            "2s",
            RELOAD,
            "How long an upload waits for the end of a pause before it is told to come back later.");
    static final Setting<Duration> SERVICE_SEARCH_TIME = new Setting<>(
            "service.search_time",
            duration("10ms", "1m"),
            "1s",
            RELOAD,
            "How long a search may take before it answers with what it has found.");
    static final Setting<Integer> SERVICE_MAX_IN_FLIGHT = new Setting<>(
            "service.max_in_flight",
            integer(1, 65536),
            1024L,
            RESTART,
            "How many unanswered requests a connection may have.");

    static final Setting<Long> SERVICE_MAX_ANSWER = new Setting<>(
            "service.max_answer",
            size("64KiB", "16MiB"),
            "8MiB",
            RESTART,
            "Most bytes of certificates in one answer; at least one certificate is given, and the total number is "
                    + "told.");

    /** The limits, each by the name of a {@link Limit}. */
    private static final List<Setting<? extends Number>> UPLOAD_LIMITS = List.of(
            new Setting<>("upload.max_bytes", size("1KiB", "60MiB"), "32MiB", RELOAD, "The largest upload."),
            new Setting<>(
                    "upload.max_certificate",
                    size("1KiB", "16MiB"),
                    "1MiB",
                    RELOAD,
                    "The largest certificate that is stored, without what is not kept of it."),
            new Setting<>(
                    "upload.max_packet",
                    size("1KiB", "1MiB"),
                    "8KiB",
                    RELOAD,
                    "The largest packet of a certificate that is neither a signature nor a user ID."),
            new Setting<>(
                    "upload.max_signature", size("1KiB", "1MiB"), "64KiB", RELOAD, "The largest signature packet."),
            new Setting<>("upload.max_user_id", size("64B", "64KiB"), "2KiB", RELOAD, "The largest user ID."),
            new Setting<>(
                    "upload.max_user_attribute",
                    size("0B", "1MiB"),
                    "0B",
                    RELOAD,
                    "The largest user attribute, such as a photo, that is kept; 0B: none is."),
            new Setting<>(
                    "upload.max_user_ids",
                    integer(1, 100_000),
                    1000L,
                    RELOAD,
                    "How many user IDs and user attributes a certificate may have."),
            new Setting<>(
                    "upload.max_subkeys",
                    integer(1, 100_000),
                    1000L,
                    RELOAD,
                    "How many subkeys a certificate may have."),
            new Setting<>(
                    "upload.max_certificates",
                    integer(1, 65_000),
                    10_000L,
                    RELOAD,
                    "How many certificates an upload may have."),
            new Setting<>(
                    "upload.max_certificate_cost",
                    integer(1, 100_000_000),
                    10_000L,
                    RELOAD,
                    "What verifying the signatures of a certificate may cost, "
                            + "in RSA verifications with 2048 bits, each some 40 microseconds of one core."),
            new Setting<>(
                    "upload.max_cost",
                    integer(1, 100_000_000),
                    50_000L,
                    RELOAD,
                    "What verifying all signatures of an upload may cost, counted in the same way."));

    static final Setting<ThirdParty> UPLOAD_THIRD_PARTY = new Setting<>(
            "upload.third_party",
            choice(ThirdParty.class),
            "attested",
            RELOAD,
            "Which signatures by other people's keys are kept: none, those that the certificate's owner attests, or "
                    + "all.");
    static final Setting<WeakHashes> UPLOAD_WEAK_HASHES = new Setting<>(
            "upload.weak_hashes",
            choice(WeakHashes.class),
            "sha1",
            RELOAD,
            "Which self-signatures with broken hashes count: none; those with "
                    + "SHA-1 or RIPEMD-160, as for gpg; or those with MD5 as well; revocations always do.");
    static final Setting<Boolean> UPLOAD_ACCEPT_VERSION3 = new Setting<>(
            "upload.accept_version3",
            trueOrFalse(),
            false,
            RELOAD,
            "Whether certificates of version 3, obsolete since 1998, are accepted.");

    static final Setting<Boolean> UPLOAD_REVOCATIONS_OF_DELETED = new Setting<>(
            "upload.revocations_of_deleted",
            trueOrFalse(),
            true,
            RELOAD,
            "Whether a certificate that was deleted and blocked is taken when it is revoked: its primary key and "
                    + "revocation only.");

    static final Setting<HardRevoked> CERTIFICATES_HARD_REVOKED = new Setting<>(
            "certificates.hard_revoked",
            choice(HardRevoked.class),
            "bare",
            RELOAD,
            "What is given out of a certificate that its owner revoked without reason or as compromised: its primary "
                    + "key and revocation, found by no name (bare), or all of it.");

    static final Setting<WeakKeys> CERTIFICATES_WEAK = new Setting<>(
            "certificates.weak",
            choice(WeakKeys.class),
            "mark",
            RELOAD,
            "Whether weak keys (RSA, DSA and ElGamal below 2048 bits, RSA of faulty chips, ElGamal for signing) are taken "
                    + "and marked as such, or refused; revocations are always taken.");

    static final Setting<Path> PROCESS_PID_FILE = new Setting<>(
            "process.pid_file",
            path(),
            "var/run/oksd.pid",
            RESTART,
            "The file that holds oksd's process ID while it runs.");
    static final Setting<Boolean> PROCESS_ALLOW_ROOT = new Setting<>(
            "process.allow_root", trueOrFalse(), false, RESTART, "Whether oksd starts when its user is root.");

    static final Setting<Path> LOG_ROCKSDB_DIRECTORY = new Setting<>(
            "log.rocksdb_directory",
            path(),
            "var/log",
            RESTART,
            "The directory of the store's own log, kept out of the database's directory.");

    static final SettingsTable TABLE = new SettingsTable("oksd", tables(), settings());

    private OksdTable() {}

    private static Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("database", "what is served");
        tables.put("recovery", "the log of all changes, from which the database can be rebuilt");
        tables.put("store", "the files that lookups are answered from");
        tables.put("control", "commands of operators");
        tables.put("backup", "archives and copies of recovery files; oksd itself does not use it");
        tables.put("service", "requests of oks-http");
        tables.put("upload", "what is accepted, and how much of it");
        tables.put("certificates", "those that are revoked, and those with weak keys");
        tables.put("process", "the process itself");
        tables.put(LogSettings.TABLE, LogSettings.ABOUT);
        return tables;
    }

    /** The setting of a limit. */
    static Setting<? extends Number> limit(Limit limit) {
        return UPLOAD_LIMITS.stream()
                .filter(setting -> setting.key().equals(limit.key()))
                .findFirst()
                .orElseThrow();
    }

    private static List<Setting<?>> settings() {
        List<Setting<?>> all = new ArrayList<>(List.of(
                DATABASE_NAME,
                DATABASE_DIRECTORY,
                RECOVERY_DIRECTORY,
                RECOVERY_RETRY_AFTER,
                RECOVERY_ROTATE_SIZE,
                RECOVERY_ROTATE_AGE,
                RECOVERY_FREE_SPACE_FLOOR,
                STORE_BLOCK_CACHE,
                STORE_WRITE_BUFFER,
                STORE_FLUSH_SIZE,
                STORE_FLUSH_AGE,
                CONTROL_SOCKET,
                CONTROL_ALLOW,
                BACKUP_DIRECTORY,
                SERVICE_SOCKET,
                SERVICE_UPLOAD_WAIT,
                SERVICE_SEARCH_TIME,
                SERVICE_MAX_IN_FLIGHT,
                SERVICE_MAX_ANSWER));
        all.addAll(UPLOAD_LIMITS);
        all.addAll(List.of(
                UPLOAD_THIRD_PARTY,
                UPLOAD_WEAK_HASHES,
                UPLOAD_ACCEPT_VERSION3,
                UPLOAD_REVOCATIONS_OF_DELETED,
                CERTIFICATES_HARD_REVOKED,
                CERTIFICATES_WEAK,
                PROCESS_PID_FILE,
                PROCESS_ALLOW_ROOT));
        all.addAll(LogSettings.SETTINGS);
        all.add(LOG_ROCKSDB_DIRECTORY);
        return all;
    }
}
