package oks.openpgp;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The lines of a text, without what cannot be seen at their ends; very long ones come in parts. One thread. */
final class ArmorLines {
    private static final int LONGEST = 4096;

    private final SlidingBytes text;
    private String line = "";
    private Optional<ArmorMarker> marker = Optional.empty();
    private boolean kept;

    ArmorLines(SlidingBytes text) {
        this.text = text;
    }

    /** Goes on to the next line, if there is one. */
    boolean next() throws IOException {
        if (kept) {
            kept = false;
            return true;
        }
        line = "";
        marker = Optional.empty();
        if (!text.has(0)) {
            return false;
        }
        int length = 0;
        while (length < LONGEST && text.has(length) && text.at(length) != '\n' && text.at(length) != '\r') {
            length++;
        }
        // Latin-1: one character per byte, so that no byte can be lost or made up
        line = ArmorMarker.stripped(new String(text.take(length), StandardCharsets.ISO_8859_1));
        marker = ArmorMarker.in(line);
        if (text.has(0) && length < LONGEST) {
            text.skip(1);
        }
        return true;
    }

    /** Lets {@link #next} give this line once more, unless the text is at its end. */
    void keep() {
        kept = marker.isPresent();
    }

    String line() {
        return line;
    }

    /** The marker that the line is, if it is the first or last line of a block. */
    Optional<ArmorMarker> marker() {
        return marker;
    }
}
