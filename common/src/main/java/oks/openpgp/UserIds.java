package oks.openpgp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** How a user ID is hashed and read (RFC 9580, sections 5.11 and 5.2.4). */
final class UserIds {
    private UserIds() {}

    /** What signatures of version 4 and 6 hash of a user ID. */
    static byte[] hashed(Packet userId) {
        return ByteBuffer.allocate(5 + userId.length())
                .put((byte) 0xb4)
                .putInt(userId.length())
                .put(userId.body())
                .array();
    }

    /** The text: UTF-8, with U+FFFD for what is not. */
    static String text(Packet userId) {
        return new String(userId.body(), StandardCharsets.UTF_8);
    }
}
