package oks.openpgp;

import oks.openpgp.ParsedUpload.Reason;

/** Takes what an upload consists of: its binary, and what of it is none. */
interface BinaryPieces {
    /** Takes packets, whole or broken. */
    void read(byte[] binary);

    /** Hears of a piece that is no binary. */
    void refuse(Reason reason, String text);
}
