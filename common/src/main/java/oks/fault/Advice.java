package oks.fault;

import java.nio.file.Path;
import java.util.Locale;

/**
 * The command lines of the toolkit that messages advise, in double quotes. Besides the catalogue of log messages, no
 * other place writes one down, so that all of them can be held against the options that the programs have.
 *
 * <p>Words in capital letters, such as ARCHIVE, DIR and FILE, stand for what the operator puts there.
 */
public final class Advice {
    private static final String ANY = "DIR";

    private Advice() {}

    /** Restores a database in its place, from an archive and recovery files that the operator chooses. */
    public static String restore(Object database) {
        return restore(database, ANY);
    }

    /** Restores a database in its place, from an archive that the operator chooses. */
    public static String restore(Object database, Object recovery) {
        return line("\"oks-restore from ARCHIVE --db %s --recovery %s --move-aside\"", database, recovery);
    }

    /** Restores a database in its place from an archive alone. */
    public static String restoreArchive(Object archive, Object database) {
        return line("\"oks-restore from %s --db %s --move-aside\"", archive, database);
    }

    /** Restores an archive and recovery files to a directory that is not there yet. */
    public static String restoreElsewhere(Object archive, Object database, Object recovery) {
        return line("\"oks-restore from %s --db %s --recovery %s\"", archive, database, recovery);
    }

    /** Makes a database of an archive. */
    public static String restoreNew(Object database) {
        return line("\"oks-restore from ARCHIVE --db %s\"", database);
    }

    /** Restores what was left behind when a timeline ended. */
    public static String restoreTimeline(Object timeline) {
        return line("\"oks-restore from … --timeline %s\"", timeline);
    }

    /** Restores an archive that gpg decrypts on the way. */
    public static String restoreDecrypted(Object archive) {
        return line("\"gpg --decrypt %s | oks-restore from - --db DIR\"", archive);
    }

    /** Restores an archive that gpg decrypts on the way, and recovery files. */
    public static String restoreDecrypted(Object archive, Object recovery) {
        return line("\"gpg --decrypt %s | oks-restore from - --db DIR --recovery %s\"", archive, recovery);
    }

    /** The option of oks-restore that names recovery files. */
    public static String recoveryOption() {
        return "--recovery DIR";
    }

    /** The option of oks-restore that chooses a history. */
    public static String timelineOption() {
        return "--timeline UUID";
    }

    /** Puts a recovery file that oks-backup copied in the place of a damaged one. */
    public static String undamagedCopy(Path file) {
        return line(
                "put an undamaged copy of this file in its place, for example \"cp -pf DIR/%s %s\", where DIR is the "
                        + "backup directory of oks-backup",
                file.getFileName(), file);
    }

    /** Gives a directory to the user that runs oksd. */
    public static String own(Object directory) {
        return line("\"chown -R oks: %s\"", directory);
    }

    /** Writes down what can still be read of a damaged database. */
    public static String salvage(Object database) {
        return line("\"oks-restore salvage %s --keyring FILE\"", database);
    }

    /** Shows what two recovery files say. */
    public static String show(Object first, Object second) {
        return line("\"oks-restore show %s %s\"", first, second);
    }

    /** Compares what two recovery files say. */
    public static String compare(Object first, Object second) {
        return line("compare \"oks-restore show %s\" with \"oks-restore show %s\"", first, second);
    }

    /** Shows the changes of one certificate. */
    public static String showCertificate(Object fingerprint) {
        return line("\"oks-restore show --fingerprint %s FILE...\"", fingerprint);
    }

    /** Makes an archive in a directory that the operator chooses. */
    public static String archive() {
        return archive(ANY);
    }

    /** Makes an archive. */
    public static String archive(Object out) {
        return line("\"oks-backup full --out %s\"", out);
    }

    /** Makes an archive that is signed. */
    public static String signedArchive() {
        return "\"oks-backup full --out DIR --sign KEY-FILE\"";
    }

    /** Proves archives that the operator chooses. */
    public static String verify() {
        return "\"oks-backup verify\"";
    }

    /** Proves an archive, or all of a directory. */
    public static String verify(Object archives) {
        return line("\"oks-backup verify %s\"", archives);
    }

    /** Proves an archive that gpg decrypts on the way. */
    public static String verifyDecrypted(Object archive) {
        return line("\"gpg --decrypt %s | oks-backup verify -\"", archive);
    }

    /** Lists the archives of a directory that the operator chooses. */
    public static String list() {
        return "\"oks-backup list\"";
    }

    /** Lists the archives of a directory. */
    public static String list(Object archives) {
        return line("\"oks-backup list %s\"", archives);
    }

    /** Copies recovery files. */
    public static String copyRecoveryFiles() {
        return "\"oks-backup recovery\"";
    }

    /** Tells the state of oksd. */
    public static String status() {
        return "\"oksctl status\"";
    }

    /** Ends a pause, or the state "degraded". */
    public static String resume() {
        return "\"oksctl resume\"";
    }

    /** Holds the indexes against the certificates. */
    public static String check() {
        return "\"oksctl check\"";
    }

    /** Makes the indexes anew. */
    public static String repair() {
        return "\"oksctl check --repair\"";
    }

    /** Tells the release of oksctl. */
    public static String version() {
        return "\"oksctl --version\"";
    }

    /** Lists the changes of a certificate. */
    public static String history(Object fingerprint) {
        return line("\"oksctl history %s\"", fingerprint);
    }

    /** Deletes a certificate. */
    public static String delete(Object fingerprint) {
        return line("\"oksctl delete %s --reason TEXT\"", fingerprint);
    }

    /** Deletes a certificate and keeps it from coming back. */
    public static String block(Object fingerprint) {
        return line("\"oksctl delete %s --reason TEXT --block\"", fingerprint);
    }

    private static String line(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
