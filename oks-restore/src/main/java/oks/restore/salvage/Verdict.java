package oks.restore.salvage;

import java.util.Locale;

/** The certainty with which a salvage knows a certificate. */
enum Verdict {
    /** It is proven that this is its last version. */
    CERTAIN("proven to be the last version"),
    /** Nothing tells of a newer version, and nothing rules one out. */
    UNPROVEN("nothing tells of a newer version, nothing rules one out"),
    /** A newer version is known to have been there, but cannot be read. */
    STALE("older than a version that cannot be read"),
    /** It was there, and no version of it can be read. */
    LOST("known to have been there, no version can be read"),
    /** It was deleted: it is not brought back. */
    DELETED("not written");

    private final String meaning;

    Verdict(String meaning) {
        this.meaning = meaning;
    }

    String meaning() {
        return meaning;
    }

    /** Whether there is a version to write. */
    boolean isWritten() {
        return this == CERTAIN || this == UNPROVEN || this == STALE;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
