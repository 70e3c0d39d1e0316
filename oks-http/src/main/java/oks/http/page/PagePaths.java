package oks.http.page;

import oks.openpgp.Fingerprint;

/** The paths of certificates, for links; relative to the first page. */
public final class PagePaths {
    private static final int NEWEST_LEGACY_VERSION = 4;

    private PagePaths() {}

    /** The way from a path back to the first page: relative, since a proxy may serve it under a path of its own. */
    public static String base(String path) {
        long deep = path == null ? 0 : path.chars().filter(c -> c == '/').count() - 1;
        return deep <= 0 ? "./" : "../".repeat((int) deep);
    }

    /** A certificate's page. */
    static String certificate(Fingerprint fingerprint) {
        return search(fingerprint.toString());
    }

    /** The page of what a fingerprint or key ID finds. */
    public static String search(String hex) {
        return "pks/lookup?op=vindex&search=0x" + hex;
    }

    /** The certificate itself; old clients get no version 6 from the legacy path. */
    static String download(Fingerprint fingerprint) {
        return isLegacy(fingerprint)
                ? "pks/lookup?op=get&search=0x" + fingerprint
                : "pks/v2/certs/by-vfingerprint/06/" + fingerprint;
    }

    /** The name of the file that a browser saves. */
    static String fileName(Fingerprint fingerprint) {
        return fingerprint + (isLegacy(fingerprint) ? ".asc" : ".pgp");
    }

    /** Digits in groups of four, for reading aloud. */
    public static String grouped(Fingerprint fingerprint) {
        return fingerprint.toString().replaceAll("(.{4})(?!$)", "$1 ");
    }

    private static boolean isLegacy(Fingerprint fingerprint) {
        return fingerprint.version() <= NEWEST_LEGACY_VERSION;
    }
}
