package oks.recovery;

/** What a frame is; the number stands in the file. */
enum FrameType {
    PUT(1),
    DELETE(2),
    POINT(3),
    COMMIT(4),
    SEAL(5);

    private static final FrameType[] BY_NUMBER = {null, PUT, DELETE, POINT, COMMIT, SEAL};

    private final byte number;

    FrameType(int number) {
        this.number = (byte) number;
    }

    byte number() {
        return number;
    }

    /** The type with this number, or null: a frame that this version does not know is a bad frame. */
    static FrameType of(byte number) {
        return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
