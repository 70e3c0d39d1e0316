package oks.testing;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A file of a {@link FaultyDisk} without its name: what readers see, what is on disk, and the writes between the two.
 */
final class FaultyInode {
    /** Bytes that were written at an offset; null for "cut to this length". */
    private record Unforced(int offset, byte[] bytes) {}

    private byte[] cached = new byte[0];
    private byte[] durable = new byte[0];
    private final List<Unforced> unforced = new ArrayList<>();
    private boolean readOnly;

    static FaultyInode durable(byte[] bytes) {
        FaultyInode inode = new FaultyInode();
        inode.cached = bytes.clone();
        inode.durable = bytes.clone();
        return inode;
    }

    FaultyInode copy() {
        FaultyInode copy = new FaultyInode();
        copy.cached = cached.clone();
        copy.durable = durable.clone();
        copy.unforced.addAll(unforced);
        copy.readOnly = readOnly;
        return copy;
    }

    /** What a start after a power failure finds: the durable bytes, and perhaps some of the others. */
    FaultyInode afterPowerLoss(boolean keepsSome, RandomGenerator random) {
        byte[] found = durable.clone();
        if (keepsSome) {
            for (Unforced write : unforced) {
                if (random.nextInt(3) > 0) { // otherwise lost, though later ones may be there: reordered
                    found = apply(random.nextBoolean() ? write : torn(write, random), found, random);
                }
            }
        }
        FaultyInode inode = durable(found);
        inode.readOnly = readOnly;
        return inode;
    }

    private static Unforced torn(Unforced write, RandomGenerator random) {
        if (write.bytes() == null) {
            return write;
        }
        int from = random.nextBoolean() ? 0 : random.nextInt(write.bytes().length + 1);
        int to = from + random.nextInt(write.bytes().length - from + 1);
        return new Unforced(write.offset() + from, Arrays.copyOfRange(write.bytes(), from, to));
    }

    /**
     * The file with this write; what no write ever reached is zeros, or (with {@code random}) whatever lay there
     * before.
     */
    private static byte[] apply(Unforced write, byte[] file, RandomGenerator random) {
        if (write.bytes() == null) {
            return write.offset() < file.length ? Arrays.copyOf(file, write.offset()) : file;
        }
        int end = write.offset() + write.bytes().length;
        byte[] result = Arrays.copyOf(file, Math.max(file.length, end));
        if (random != null && write.offset() > file.length && random.nextBoolean()) {
            byte[] garbage = new byte[write.offset() - file.length];
            random.nextBytes(garbage);
            System.arraycopy(garbage, 0, result, file.length, garbage.length);
        }
        System.arraycopy(write.bytes(), 0, result, write.offset(), write.bytes().length);
        return result;
    }

    void write(int offset, byte[] bytes, int length) {
        Unforced write = new Unforced(offset, Arrays.copyOf(bytes, length));
        cached = apply(write, cached, null);
        unforced.add(write);
    }

    void truncate(int length) {
        Unforced cut = new Unforced(length, null);
        cached = apply(cut, cached, null);
        unforced.add(cut);
    }

    void force() {
        for (Unforced write : unforced) {
            durable = apply(write, durable, null);
        }
        unforced.clear();
    }

    void forgetUnforced() {
        unforced.clear();
    }

    int read(ByteBuffer into, long offset) {
        int length = (int) Math.max(0, Math.min(into.remaining(), cached.length - offset));
        if (length > 0) {
            into.put(cached, (int) offset, length);
        }
        return length;
    }

    int length() {
        return cached.length;
    }

    byte[] cached() {
        return cached.clone();
    }

    void makeReadOnly() {
        readOnly = true;
    }

    boolean readOnly() {
        return readOnly;
    }
}
