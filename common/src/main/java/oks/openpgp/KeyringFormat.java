package oks.openpgp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The format of a keyring, told by its first bytes. */
enum KeyringFormat {
    /** Packets. */
    BINARY(""),
    /** Text, in which blocks of armor may be found. */
    TEXT("neither binary OpenPGP nor an armored block"),
    /** Text as PowerShell's ">" writes it. */
    UTF_16("text in UTF-16, in which no armor can be: have the file written as ASCII, as \"gpg --output FILE\" does"),
    /** The format in which gpg keeps certificates for itself. */
    KEYBOX("a keybox, which only gpg reads: send what \"gpg --export\" writes");

    private static final int LOOKED_AT = 64 << 10;
    private static final byte[] BEGIN = "BEGIN PGP ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEYBOX_SIGN = "KBXf".getBytes(StandardCharsets.US_ASCII);
    private static final int KEYBOX_SIGN_AT = 4; // without the blanks that its first blob's length begins with

    private final String nothingFound;

    KeyringFormat(String nothingFound) {
        this.nothingFound = nothingFound;
    }

    /** The fault when no certificate can be found. */
    String nothingFound() {
        return nothingFound;
    }

    /** The format of what follows; blanks before it were skipped. */
    static KeyringFormat of(SlidingBytes bytes) throws IOException {
        if (!bytes.has(0)) {
            return TEXT;
        }
        int first = bytes.at(0);
        if (first < 0x80) { // no packet begins so
            return hasAt(bytes, KEYBOX_SIGN_AT, KEYBOX_SIGN) ? KEYBOX : TEXT;
        }
        if (bytes.has(1) && (first == 0xff && bytes.at(1) == 0xfe || first == 0xfe && bytes.at(1) == 0xff)) {
            return UTF_16;
        }
        return beginsWithKey(first) || !mentionsArmor(bytes) ? BINARY : TEXT;
    }

    /** A public or private key, the beginning of every certificate: whatever its user IDs say, it is no armor. */
    static boolean beginsWithKey(int header) {
        int type = (header & 0x40) == 0 ? header >> 2 & 0x0f : header & 0x3f;
        return type == Packet.PUBLIC_KEY || type == Packet.SECRET_KEY;
    }

    private static boolean mentionsArmor(SlidingBytes bytes) throws IOException {
        for (int at = 0; at < LOOKED_AT && bytes.has(at); at++) {
            if (bytes.at(at) == 'B' && hasAt(bytes, at, BEGIN)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasAt(SlidingBytes bytes, int at, byte[] wanted) throws IOException {
        for (int i = 0; i < wanted.length; i++) {
            if (!bytes.has(at + i) || bytes.at(at + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
