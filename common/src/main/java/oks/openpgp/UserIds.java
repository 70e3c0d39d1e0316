package oks.openpgp;

import java.nio.ByteBuffer;

/** Hashing and reading of user IDs and user attributes (RFC 9580, sections 5.11, 5.12 and 5.2.4). */
final class UserIds {
    private UserIds() {}

    /** The bytes of a user ID or user attribute that signatures of version 4 and 6 hash. */
    static byte[] hashed(Packet userId) {
        return ByteBuffer.allocate(5 + userId.length())
                .put((byte) (userId.type() == Packet.USER_ATTRIBUTE ? 0xd1 : 0xb4))
                .putInt(userId.length())
                .put(userId.body())
                .array();
    }

    /** The text. */
    static UserIdText text(Packet userId) {
        return UserIdText.of(userId.body());
    }
}
