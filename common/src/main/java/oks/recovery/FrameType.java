package oks.recovery;

import java.util.Optional;

/** The type of a frame; the number stands in the file. */
enum FrameType {
    PUT(1),
    DELETE(2),
    POINT(3),
    COMMIT(4),
    SEAL(5);

    private static final FrameType[] IN_ORDER = values(); // once: asked for each frame

    private final byte number;

    FrameType(int number) {
        this.number = (byte) number;
    }

    byte number() {
        return number;
    }

    /** Whether it ends a group or the file; the other types are changes. */
    boolean isEndRecord() {
        return switch (this) {
            case PUT, DELETE, POINT -> false;
            case COMMIT, SEAL -> true;
        };
    }

    /** The type with this number; empty when this version does not know it: then the frame is a bad frame. */
    static Optional<FrameType> of(int number) {
        return number > 0 && number <= IN_ORDER.length ? Optional.of(IN_ORDER[number - 1]) : Optional.empty();
    }
}
