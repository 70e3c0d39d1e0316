package oks.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Cuts received bytes into lines. For one thread. */
final class LineBuffer {
    private final int maxBytes;
    private byte[] bytes = new byte[8 * 1024];
    private int length;
    private int searched;

    LineBuffer(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void append(ByteBuffer more) throws IOException {
        int needed = length + more.remaining();
        if (needed > maxBytes) {
            throw new IOException("a line of more than " + maxBytes + " bytes");
        }
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
        }
        more.get(bytes, length, needed - length);
        length = needed;
    }

    /** The next whole line, without its end. */
    Optional<String> next() {
        while (searched < length && bytes[searched] != '\n') {
            searched++;
        }
        if (searched == length) {
            return Optional.empty();
        }
        String line = new String(bytes, 0, searched, StandardCharsets.UTF_8);
        System.arraycopy(bytes, searched + 1, bytes, 0, length - searched - 1);
        length -= searched + 1;
        searched = 0;
        return Optional.of(line);
    }
}
